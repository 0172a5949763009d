"""Judged questions against replies: measures by audience and tag, with counts and intervals. Pure but for reading lines."""

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from math import sqrt
from typing import Any, Literal, cast

from ingest.facts import facts_as_json
from retriever.answers import Answer, AnswerKind, Ask, Audience, Turn

# The day that judged questions without a date of service are asked on.
TODAY = date(2026, 11, 23)

MEASURES = ("code@1", "codes@5", "section@1", "kind", "must")


@dataclass(frozen=True, slots=True)
class JudgedQuestion:
    """One question and what its reply must be; see tests/judged/README.md."""

    id: str
    audience: Audience
    question: str
    kinds: tuple[str, ...]
    history: tuple[Turn, ...] = ()
    day: date | None = None
    codes: tuple[str, ...] = ()
    accept: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()
    any_order: bool = False
    sections: tuple[str, ...] = ()
    must: tuple[str, ...] = ()
    must_not: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    def to_ask(self, today: date) -> Ask:
        return Ask(self.question, self.day or today, self.history, self.audience, day_given=self.day is not None)


@dataclass(frozen=True, slots=True)
class Judgement:
    """What became of one question: measure to whether it held; a measure that does not apply is absent."""

    question: JudgedQuestion
    answer: Answer
    held: Mapping[str, bool]

    @property
    def failed(self) -> tuple[str, ...]:
        return tuple(name for name, held in self.held.items() if not held)


@dataclass(frozen=True, slots=True)
class Figure:
    """A share with its count and its 95 % Wilson interval."""

    held: int
    count: int

    @property
    def share(self) -> float:
        return self.held / self.count if self.count else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        if not self.count:
            return 0.0, 1.0
        z, n, p = 1.96, self.count, self.share
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z * sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
        return max(0.0, middle - half), min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class QualityReport:
    """Figures by slice ("patient", "coder", "tag:time", …) and measure; judgements in the order of the questions."""

    figures: Mapping[str, Mapping[str, Figure]]
    judgements: tuple[Judgement, ...] = field(repr=False)


def read_questions(lines: Iterable[str]) -> list[JudgedQuestion]:
    """One JSON object a line; blank lines are skipped. Raises ValueError naming the line."""
    questions = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            questions.append(_question(json.loads(line)))
        except (ValueError, KeyError, TypeError) as error:
            raise ValueError(f"line {number}: not a judged question ({error}); see tests/judged/README.md") from error
    return questions


def _question(raw: Mapping[str, Any]) -> JudgedQuestion:
    day = raw.get("date_of_service")
    return JudgedQuestion(
        id=raw["id"],
        audience=cast(Audience, raw["audience"]),
        question=raw["question"],
        kinds=tuple(raw["kind"].split("|")),
        history=tuple(Turn(cast(Literal["user", "assistant"], t["role"]), t["content"]) for t in raw.get("history", ())),
        day=date.fromisoformat(day) if day else None,
        codes=tuple(raw.get("codes", ())),
        accept=tuple(raw.get("accept", ())),
        wrong=tuple(raw.get("wrong", ())),
        any_order=bool(raw.get("any_order", False)),
        sections=tuple(raw.get("sections", ())),
        must=tuple(raw.get("must", ())),
        must_not=tuple(raw.get("must_not", ())),
        tags=tuple(raw.get("tags", ())),
    )


def judge(question: JudgedQuestion, answer: Answer) -> Judgement:
    """Hold one reply against what is expected of it."""
    held: dict[str, bool] = {"kind": answer.kind.value in question.kinds}
    proposed = [code.code for code in answer.codes if code.proposed]
    if question.audience == "patient":
        # A patient's question is answered by its first citation: the document it comes from is the code meant.
        first = [answer.citations[0].code] if answer.citations else []
    else:
        first = proposed[:1]
    if question.codes or question.accept or question.wrong:
        good = {*(question.codes if question.any_order else question.codes[:1]), *question.accept}
        if question.codes or question.accept:
            held["code@1"] = bool(first) and first[0] in good
        elif first:
            held["code@1"] = first[0] not in question.wrong
    if question.codes and question.audience == "coder":
        held["codes@5"] = set(question.codes) <= set(proposed[:5])
    if question.sections:
        held["section@1"] = bool(answer.citations) and answer.citations[0].section in question.sections
    if question.must or question.must_not:
        held["must"] = all(re.search(p, answer.answer, re.I) for p in question.must) and not any(
            re.search(p, answer.answer, re.I) for p in question.must_not
        )
    return Judgement(question, answer, held)


def run(questions: Sequence[JudgedQuestion], ask: Callable[[Ask], Answer], today: date) -> QualityReport:
    """Ask every question and sum up. A reply with an inexact citation never gets here: the retriever raises."""
    judgements = tuple(judge(question, ask(question.to_ask(today))) for question in questions)
    figures: dict[str, dict[str, list[bool]]] = {}
    for judgement in judgements:
        for part in _slices(judgement.question):
            for measure, held in judgement.held.items():
                figures.setdefault(part, {}).setdefault(measure, []).append(held)
    return QualityReport(
        {
            part: {name: Figure(sum(measures[name]), len(measures[name])) for name in MEASURES if name in measures}
            for part, measures in figures.items()
        },
        judgements,
    )


def in_tuning_half(question_id: str) -> bool:
    """Half of the questions are tuned on, the other half is looked at seldom: decided by a hash of the id.

    Turns of one conversation stay together.
    """
    stem = re.sub(r"^(talk-\d+)-\d+$", r"\1", question_id)
    return hashlib.sha256(stem.encode()).digest()[0] % 2 == 0


def _slices(question: JudgedQuestion) -> list[str]:
    group = question.id.split("-")[0]
    return ["all", question.audience, *([f"set:{group}"] if group not in ("patient", "coder") else []), *(f"tag:{t}" for t in question.tags)]


def clarify_precision(judgements: Iterable[Judgement]) -> Figure:
    """Of the replies that asked back, how many should have."""
    asked = [j for j in judgements if j.answer.kind is AnswerKind.CLARIFY]
    return Figure(sum("clarify" in j.question.kinds for j in asked), len(asked))


def format_report(report: QualityReport) -> str:
    """One line a slice: each measure's share, its 95 % interval and its count; audiences and sets first, then tags."""
    lines = []
    for part in sorted(report.figures, key=lambda name: (name.startswith("tag:"), name.startswith("set:"), name)):
        cells = []
        for name, figure in report.figures[part].items():
            low, high = figure.interval
            cells.append(f"{name} {figure.share:.3f} [{low:.2f}, {high:.2f}] n={figure.count}")
        lines.append(f"{part:24} {'  '.join(cells)}")
    asked_back = clarify_precision(report.judgements)
    if asked_back.count:
        lines.append(f"clarify precision {asked_back.share:.3f} n={asked_back.count}")
    return "\n".join(lines)


def failure_lines(report: QualityReport) -> Iterator[str]:
    """Each failed question as JSON: what was expected, what was understood, found and why."""
    for judgement in report.judgements:
        if judgement.failed:
            question, answer = judgement.question, judgement.answer
            yield json.dumps(
                {
                    "id": question.id,
                    "failed": judgement.failed,
                    "question": question.question,
                    "expected": {"kind": question.kinds, "codes": question.codes, "accept": question.accept, "sections": question.sections,
                                 "must": question.must},
                    "understood": {"standalone": answer.understood.standalone_question, "sections": answer.understood.sections,
                                   "facts": facts_as_json(answer.understood.facts)},
                    "found": {"kind": answer.kind.value, "answer": answer.answer,
                              "codes": [[code.code, code.units, code.proposed] for code in answer.codes],
                              "first": [[c.code, c.section, c.quote] for c in answer.citations[:1]]},
                    "why": {code.code: [[w.fact, w.asked, w.document, w.verdict] for w in code.why] for code in answer.codes[:5]},
                },
                ensure_ascii=False,
            )  # fmt: skip
