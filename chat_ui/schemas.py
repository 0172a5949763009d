"""The JSON names of the reply contract: what `POST /v1/ask` takes and gives. Pydantic guards the door."""

from datetime import date
from typing import Literal
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field, field_validator

from ingest.codes import SYSTEMS
from ingest.facts import facts_as_json
from retriever.answers import MAX_CODES, MAX_QUESTION_CHARS, MAX_TURNS, Answer, Ask, Citation, Clarify, CodeMatch, Turn

MAX_TURN_CHARS = 8000


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class TurnIn(_Strict):
    """One earlier message."""

    role: Literal["user", "assistant"]
    content: str = Field(max_length=MAX_TURN_CHARS)


class AskRequest(_Strict):
    """A question. Only `question` is required."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"question": "what happens in a 30-minute therapy session"},
                {"question": "25 min talk therapy + med check, same visit", "audience": "coder", "date_of_service": "2026-11-23"},
            ]
        }
    )

    question: str = Field(description=f"1 to {MAX_QUESTION_CHARS:,} characters after trimming.")
    history: list[TurnIn] = Field(default_factory=list, max_length=MAX_TURNS, description="Earlier turns, oldest first.")
    audience: Literal["patient", "coder"] = "patient"
    date_of_service: date | None = Field(None, description="Decides which codes are valid; today when absent.")
    systems: list[Literal["CPT", "HCPCS", "ICD-10-PCS"]] = Field(default_factory=lambda: list(SYSTEMS), min_length=1)  # type: ignore[arg-type]
    language: Literal["en", "es"] | None = None
    max_codes: int = Field(5, ge=1, le=MAX_CODES)

    @field_validator("question")
    @classmethod
    def _trimmed(cls, question: str) -> str:
        question = question.strip()
        if not 1 <= len(question) <= MAX_QUESTION_CHARS:
            raise ValueError(f"must have 1 to {MAX_QUESTION_CHARS:,} characters, found {len(question):,}")
        return question

    def to_ask(self, today: date) -> Ask:
        """The question as the retriever takes it; `today` stands in for a missing date of service."""
        return Ask(
            question=self.question,
            day=self.date_of_service or today,
            turns=tuple(Turn(turn.role, turn.content) for turn in self.history),
            audience=self.audience,
            systems=tuple(self.systems),
            language=self.language,
            max_codes=self.max_codes,
            day_given=self.date_of_service is not None,
        )


class ClaimOut(_Strict):
    text: str
    citations: list[int]


class CitationOut(_Strict):
    number: int
    system: str
    code: str
    document_id: str
    title: str
    section: str
    heading: str
    quote: str = Field(description="Verbatim: the document's text from `start` to `end`.")
    start: int
    end: int
    document_sha256: str
    reviewed: date | None
    url: str


class WhyOut(_Strict):
    fact: str
    asked: str
    document: str
    verdict: Literal["fits", "contradicts", "not said"]


class CodeOut(_Strict):
    rank: int
    system: str
    code: str
    title: str
    confidence: float
    units: int
    add_on_to: list[str]
    status: str
    why: list[WhyOut]
    citations: list[int]
    replaced_by: list[str]
    proposed: bool
    arithmetic: str


class OptionOut(_Strict):
    label: str
    ask: str


class ClarifyOut(_Strict):
    question: str
    fact: str
    options: list[OptionOut]


class NoticeOut(_Strict):
    kind: str
    text: str


class UnderstoodOut(_Strict):
    standalone_question: str
    focus: list[str]
    sections: list[str]
    facts: dict[str, object]
    language: str


class IndexOut(_Strict):
    generation: str
    documents: int
    embedder: str


class AskReply(_Strict):
    """The whole reply. Fields that do not apply are empty lists or null, never missing."""

    kind: Literal["answer", "clarify", "caution", "abstain", "refuse", "emergency", "crisis"]
    answer: str = Field(description="Markdown, with [1] after each claim.")
    claims: list[ClaimOut]
    citations: list[CitationOut]
    codes: list[CodeOut]
    clarify: ClarifyOut | None
    follow_ups: list[str]
    notice: NoticeOut | None
    understood: UnderstoodOut
    index: IndexOut
    timings_ms: dict[str, float]


def document_url(document_id: str, start: int | None = None, end: int | None = None) -> str:
    """The page of a document for people, its passage marked when offsets are given."""
    path = f"/doc/{quote(document_id)}"
    return path if start is None else f"{path}?p={start}-{end}"


def to_reply(answer: Answer) -> AskReply:
    """The answer under its JSON names."""
    return AskReply(
        kind=answer.kind.value,
        answer=answer.answer,
        claims=[ClaimOut(text=claim.text, citations=list(claim.citations)) for claim in answer.claims],
        citations=[_citation(citation) for citation in answer.citations],
        codes=[_code(code) for code in answer.codes],
        clarify=_clarify(answer.clarify),
        follow_ups=list(answer.follow_ups),
        notice=None if answer.notice is None else NoticeOut(kind=answer.notice.kind, text=answer.notice.text),
        understood=UnderstoodOut(
            standalone_question=answer.understood.standalone_question,
            focus=list(answer.understood.focus),
            sections=list(answer.understood.sections),
            facts=facts_as_json(answer.understood.facts),
            language=answer.understood.language,
        ),
        index=IndexOut(generation=answer.generation, documents=answer.documents, embedder=answer.embedder),
        timings_ms=dict(answer.timings_ms),
    )


def _clarify(clarify: Clarify | None) -> ClarifyOut | None:
    if clarify is None:
        return None
    options = [OptionOut(label=option.label, ask=option.ask) for option in clarify.options]
    return ClarifyOut(question=clarify.question, fact=clarify.fact, options=options)


def _citation(citation: Citation) -> CitationOut:
    return CitationOut(
        number=citation.number,
        system=citation.system,
        code=citation.code,
        document_id=citation.document_id,
        title=citation.title,
        section=citation.section,
        heading=citation.heading,
        quote=citation.quote,
        start=citation.start,
        end=citation.end,
        document_sha256=citation.document_sha256,
        reviewed=citation.reviewed,
        url=document_url(citation.document_id, citation.start, citation.end),
    )


def _code(code: CodeMatch) -> CodeOut:
    return CodeOut(
        rank=code.rank,
        system=code.system,
        code=code.code,
        title=code.title,
        confidence=code.confidence,
        units=code.units,
        add_on_to=list(code.add_on_to),
        status=code.status,
        why=[WhyOut(fact=why.fact, asked=why.asked, document=why.document, verdict=why.verdict) for why in code.why],  # type: ignore[arg-type]
        citations=list(code.citations),
        replaced_by=list(code.replaced_by),
        proposed=code.proposed,
        arithmetic=code.arithmetic,
    )
