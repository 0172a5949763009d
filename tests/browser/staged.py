"""A retriever for the browser tests: every kind of answer on demand, each with true citations from the real index.

A question that begins with "stage" gets the reply named after it ("stage clarify"); any other goes to the real
retriever. Started as a program it serves the page on the port it is given.
"""

import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import uvicorn

from chat_ui.generations import LiveRetriever
from chat_ui.service import create_app
from chat_ui.settings import Settings
from ingest.documents import ProcedureDocument
from ingest.index.store import PassageStore
from retriever.answers import (
    Answer,
    AnswerKind,
    Ask,
    Citation,
    Claim,
    Clarify,
    CodeMatch,
    Notice,
    Option,
    Understood,
    Why,
)
from retriever.ask import Retriever

PAGE_FAMILY = ("cpt/90834", "cpt/90832", "cpt/90837", "cpt/90836")
# Staged answers under questions as people ask them: for pictures.
NATURAL = {"What does a heart ultrasound show?": "stage error", "Is a sleep study done at home?": "stage slow"}
HOSTILE = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script> [x](javascript:window.hacked=1) {{7*7}} ${7*7}'


class StagedRetriever:
    """Answers staged questions itself; has the store and the `ask` of the retriever that it stands in for."""

    def __init__(self, real: Retriever) -> None:
        self._real = real
        self.store: PassageStore = real.store

    def ask(self, ask: Ask) -> Answer:
        stage, _, name = NATURAL.get(ask.question, ask.question).partition(" ")
        if stage != "stage":
            return self._real.ask(ask)
        answer: Answer = getattr(self, f"_{name.split()[0]}")(ask)
        return answer

    def _answer(self, ask: Ask, kind: AnswerKind = AnswerKind.ANSWER) -> Answer:
        cite = Citations(self.store)
        lead = cite("cpt/90834", "duration", 0)
        claims = (
            Claim(cite.quote(lead), (lead,), "lead"),
            *(Claim(cite.quote(n), (n,), "step") for n in (cite("cpt/90834", "procedure", place) for place in range(3))),
            *(Claim(cite.quote(n), (n,), "item") for n in (cite("cpt/90834", "preparation", place) for place in range(2))),
        )
        codes = self._matches(cite)
        return self._reply(ask, kind, claims, cite, codes, facts={"minutes": 45.0, "patient": "established"})

    def _long(self, ask: Ask) -> Answer:
        return self._answer(ask)

    def _clarify(self, ask: Ask) -> Answer:
        cite = Citations(self.store)
        codes = self._matches(cite)
        options = (Option("16 to 37 minutes", "stage answer short"), Option("38 to 52 minutes", "stage answer"),
                   Option("53 minutes or more", "stage answer long"))  # fmt: skip
        answer = self._reply(ask, AnswerKind.CLARIFY, (), cite, codes)
        return replace(answer, answer="How long was the session?", clarify=Clarify("How long was the session?", "minutes", options))

    def _abstain(self, ask: Ask) -> Answer:
        text = "The documents do not say. Nothing in them is close enough to answer that."
        topics = ("90832: Talk therapy on its own, one patient, 16 to 37 minutes", "45378: Look at the whole large bowel")
        answer = self._reply(ask, AnswerKind.ABSTAIN, (), Citations(self.store), ())
        return replace(answer, answer=text, follow_ups=topics, notice=Notice("weak-match", text))

    def _caution(self, ask: Ask) -> Answer:
        cite = Citations(self.store)
        number = cite("cpt/45378", "preparation", 0)
        text = "We cannot say whether you should stop a medicine. Ask the clinician who prescribed it, or your pharmacist."
        answer = self._reply(ask, AnswerKind.CAUTION, (Claim(cite.quote(number), (number,), "lead"),), cite, ())
        return replace(answer, answer=f"{text}\n\n**{cite.quote(number)}** [1]", notice=Notice("caution", text))

    def _refuse(self, ask: Ask) -> Answer:
        text = "The code follows what was done and written down. We do not help to bill for more."
        answer = self._reply(ask, AnswerKind.REFUSE, (), Citations(self.store), ())
        return replace(answer, answer=text, notice=Notice("refuse", text), follow_ups=("What does 90834 need in the record?",))

    def _emergency(self, ask: Ask) -> Answer:
        text = "Call 911 now. Chest pain with trouble breathing can be an emergency.\n\nDo not drive yourself. If you think of poison, call 1-800-222-1222."
        return self._urgent(ask, AnswerKind.EMERGENCY, text)

    def _crisis(self, ask: Ask) -> Answer:
        text = "Call or text 988 now. Someone will listen, day and night, free of charge.\n\n- Veterans: call 988 and press 1.\n- Español: llame al 988 y oprima 2.\n- In danger right now: call 911."
        return self._urgent(ask, AnswerKind.CRISIS, text)

    def _urgent(self, ask: Ask, kind: AnswerKind, text: str) -> Answer:
        answer = self._reply(ask, kind, (), Citations(self.store), ())
        return replace(answer, answer=text, follow_ups=(), notice=Notice(kind.value, text))

    def _hostile(self, ask: Ask) -> Answer:
        answer = self._reply(ask, AnswerKind.ABSTAIN, (), Citations(self.store), ())
        return replace(answer, answer=HOSTILE, follow_ups=(HOSTILE,), notice=Notice("weak-match", HOSTILE))

    def _error(self, ask: Ask) -> Answer:
        raise RuntimeError("a fault, on demand")

    def _slow(self, ask: Ask) -> Answer:
        time.sleep(2)
        return self._answer(ask)

    def _matches(self, cite: "Citations") -> tuple[CodeMatch, ...]:
        matches = []
        for rank, document_id in enumerate(PAGE_FAMILY, start=1):
            record = self.store.records[document_id]
            fits = record.facts["minutes"] == self.store.records["cpt/90834"].facts["minutes"]
            minutes = Why("minutes", "45", {1: "38 to 52", 2: "16 to 37", 3: "53 or more", 4: "38 to 52"}[rank], "fits" if fits else "contradicts")
            alone = Why("component", "alone", "alone" if rank < 4 else "not said", "fits" if rank < 4 else "not said")
            primaries = tuple(str(codes) for codes in record.primary_codes) if record.add_on else ()
            numbers = (cite(document_id, "coding", 0),)
            match = CodeMatch(rank, record.system, record.code, document_id, record.title, 1 / rank, 1, primaries, "active", (minutes, alone), numbers)
            matches.append(replace(match, proposed=fits))
        return tuple(matches)

    def _reply(
        self, ask: Ask, kind: AnswerKind, claims: Sequence[Claim], cite: "Citations", codes: tuple[CodeMatch, ...],
        facts: Mapping[str, object] = MappingProxyType({}),
    ) -> Answer:  # fmt: skip
        text = "\n\n".join(f"{claim.text} [{claim.citations[0]}]" for claim in claims)
        return Answer(
            kind=kind, answer=text, claims=tuple(claims), citations=tuple(cite.made), codes=codes, clarify=None,
            follow_ups=("How should I get ready?", "What does it feel like?", "What are the risks?"),
            notice=Notice("general-information", "General information from the documents, not medical advice."),
            understood=Understood(ask.question, ("CPT 90834",) if claims else (), (), dict(facts), ask.language or "en"),  # type: ignore[arg-type]
            generation="staged", documents=1, embedder="none", timings_ms={},
        )  # fmt: skip


class Citations:
    """Makes citations of the n-th piece of a section, numbered in the order of first use."""

    def __init__(self, store: PassageStore) -> None:
        self._store = store
        self.made: list[Citation] = []

    def __call__(self, document_id: str, section: str, place: int) -> int:
        document: ProcedureDocument = self._store.document(document_id)
        piece = document.pieces(document.section_of[section])[place]
        record, heading, quote = document.record, document.section_of[section].heading, piece.of(document.text)
        number = len(self.made) + 1
        self.made.append(
            Citation(number, record.system, record.code, document_id, record.title, section, heading, quote, piece.start, piece.end,
                     document.sha256, record.reviewed)
        )  # fmt: skip
        return number

    def quote(self, number: int) -> str:
        return self.made[number - 1].quote


def main(index: Path, port: int) -> None:
    live = LiveRetriever(index)
    staged = StagedRetriever(live())
    app = create_app(Settings(port=port, index_dir=index), lambda: staged)  # type: ignore[arg-type, return-value, call-arg]
    uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning", access_log=False, timeout_graceful_shutdown=5)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
