"""The way of a question, from what was typed to a reply whose promises were checked."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ingest.codes import document_id as id_of
from ingest.documents import CodeRecord
from ingest.embedding.protocols import QuestionEncoder
from ingest.index.faiss_store import check_encoder
from ingest.index.store import PassageStore
from retriever.answers import Answer, AnswerKind, Ask, Claim, CodeMatch, Notice, Understood
from retriever.code_route import CodeMention, CodeRoute
from retriever.compose import (
    CODER_SECTIONS,
    PATIENT_SECTIONS,
    CitationList,
    choose_claims,
    deciding_piece,
    explain,
    render_markdown,
    score_pieces,
)
from retriever.facts_asked import word_values
from retriever.phrases import ABSTAIN, FOLLOW_UPS, FOLLOW_UPS_FOR, GENERAL, NOT_VALID, READ_AS
from retriever.promises import check_promises
from retriever.questions import Reader, UnderstoodQuestion
from retriever.ranking import RankedDocument, RankingWeights, rank_documents
from retriever.search import gather_evidence

# Below this cosine nothing in the corpus is about the question.
WEAK_NEARNESS = 0.38


@dataclass
class _Clock:
    """Milliseconds spent in each step."""

    started: float = field(default_factory=time.perf_counter)
    last: float = field(default_factory=time.perf_counter)
    spent: dict[str, float] = field(default_factory=dict)

    def mark(self, step: str) -> None:
        now = time.perf_counter()
        self.spent[step] = round(self.spent.get(step, 0.0) + (now - self.last) * 1000, 2)
        self.last = now

    def total(self) -> dict[str, float]:
        return {**self.spent, "total": round((time.perf_counter() - self.started) * 1000, 2)}


class Retriever:
    """Answers questions from one store; keeps nothing between two of them and may be shared by threads."""

    def __init__(self, store: PassageStore, encoder: QuestionEncoder, weights: RankingWeights | None = None) -> None:
        """Raises IndexMismatch when the encoder's vectors must not meet the store's."""
        check_encoder(encoder.id, store.info)
        self.store = store
        self._encoder = encoder
        self._weights = weights or RankingWeights()
        self._families: dict[str, list[str]] = {}
        for document_id, record in store.records.items():
            self._families.setdefault(record.family, []).append(document_id)
        self._loaded_codes = frozenset(record.code for record in store.records.values())
        self._reader = Reader(store.vocabulary, word_values(store.records.values()), CodeRoute(store.records))

    def ask(self, ask: Ask) -> Answer:
        """Answer one question. Raises PromiseBroken rather than return a reply that breaks the contract."""
        clock = _Clock()
        question = self._reader.understand(ask.question, ask.turns)
        clock.mark("understand")
        answer = self._answer(ask, question, clock)
        check_promises(answer, self.store.document, self._loaded_codes)
        return replace(answer, timings_ms=clock.total())

    def _answer(self, ask: Ask, question: UnderstoodQuestion, clock: _Clock) -> Answer:
        named = [document_id for mention in question.mentions for document_id in mention.document_ids]
        unknown = [mention for mention in question.mentions if not mention.document_ids]
        if unknown and not named:
            return self._abstain(ask, question, "unknown-code", near=unknown[0].near)
        vector = self._encoder.encode([question.search_text])[0]
        clock.mark("embed")
        evidence = gather_evidence(self.store, vector, question.search_terms, self._families, ask.systems)
        evidence += [
            item
            for item in gather_named(self, vector, question, named)
            if item.document_id not in {e.document_id for e in evidence}
        ]
        ranked = rank_documents(evidence, self.store.records, question.asked, named, ask.day, self._weights)
        clock.mark("search")
        if not ranked or (not named and max(document.nearness for document in ranked[:5]) < WEAK_NEARNESS):
            return self._abstain(ask, question, "weak-match", near=[d.document_id for d in ranked[:3]])
        answer = self._compose(ask, question, ranked, vector)
        clock.mark("compose")
        return answer

    def _compose(self, ask: Ask, question: UnderstoodQuestion, ranked: Sequence[RankedDocument], vector) -> Answer:  # type: ignore[no-untyped-def]
        citations = CitationList()
        lead = ranked[0]
        document = self.store.document(lead.document_id)
        hits = self.store.piece_hits(vector, lead.document_id)
        bias = CODER_SECTIONS if ask.audience == "coder" else PATIENT_SECTIONS
        pieces = score_pieces(hits, document, question.sections, question.search_terms, bias)
        claims = choose_claims(pieces, document, citations)
        codes = self._codes(ask, ranked, vector, citations)
        notice = self._notice(ask, question, self.store.records[lead.document_id])
        return Answer(
            kind=AnswerKind.ANSWER,
            answer=render_markdown(claims),
            claims=tuple(claims),
            citations=citations(),
            codes=codes,
            clarify=None,
            follow_ups=self._follow_ups(ask, question),
            notice=notice,
            understood=self._understood(question, [lead.document_id], ask),
            generation=self.store.info.generation,
            documents=self.store.info.documents,
            embedder=self.store.info.embedder.name,
            timings_ms={},
        )

    def _codes(self, ask: Ask, ranked: Sequence[RankedDocument], vector, citations: CitationList) -> tuple[CodeMatch, ...]:  # type: ignore[no-untyped-def]
        matches = []
        for rank, item in enumerate(ranked[: ask.max_codes], start=1):
            document = self.store.document(item.document_id)
            record = document.record
            piece = deciding_piece(document, self.store.piece_hits(vector, item.document_id))
            matches.append(
                CodeMatch(
                    rank=rank,
                    system=record.system,
                    code=record.code,
                    document_id=item.document_id,
                    title=record.title,
                    confidence=round(max(0.0, min(1.0, item.score / 2)), 3),
                    units=1,
                    add_on_to=tuple(str(codes) for codes in record.primary_codes) if record.add_on else (),
                    status=_status(record, ask),
                    why=explain(item.verdicts),
                    citations=() if piece is None else (citations.cite(document, piece.section, piece.piece.start, piece.piece.end),),
                    replaced_by=record.replaced_by,
                    proposed=not item.contradicted,
                )
            )
        return tuple(matches)

    def _abstain(self, ask: Ask, question: UnderstoodQuestion, reason: str, near: Sequence[str]) -> Answer:
        text = ABSTAIN[reason][ask.language or "en"]
        records = [self.store.records[document_id] for document_id in near]
        return Answer(
            kind=AnswerKind.ABSTAIN,
            answer=text,
            claims=(),
            citations=(),
            codes=(),
            clarify=None,
            follow_ups=tuple(f"{record.code}: {record.title}" for record in records),
            notice=Notice(reason, text),
            understood=self._understood(question, [], ask),
            generation=self.store.info.generation,
            documents=self.store.info.documents,
            embedder=self.store.info.embedder.name,
            timings_ms={},
        )

    def _notice(self, ask: Ask, question: UnderstoodQuestion, lead: CodeRecord) -> Notice:
        language = ask.language or "en"
        texts = [
            READ_AS[language].format(written=mention.written, code=mention.corrected)
            for mention in question.mentions
            if mention.corrected
        ]
        status = _status(lead, ask)
        if status != "active":
            texts.append(NOT_VALID[status][language].format(code=lead.code, day=ask.day.isoformat()))
        return Notice("general-information", " ".join([*texts, GENERAL[language]]))

    def _follow_ups(self, ask: Ask, question: UnderstoodQuestion) -> tuple[str, ...]:
        wanted = [section for section in FOLLOW_UPS_FOR[ask.audience] if section not in question.sections]
        return tuple(FOLLOW_UPS[section][ask.language or "en"] for section in wanted[:3])

    def _understood(self, question: UnderstoodQuestion, focus: Sequence[str], ask: Ask) -> Understood:
        records = [self.store.records[document_id] for document_id in focus]
        return Understood(
            standalone_question=question.text,
            focus=tuple(f"{record.system} {record.code}" for record in records),
            sections=question.sections,
            facts={name: values[0] for name, values in question.asked.items()},
            language=ask.language or "en",
        )


def gather_named(retriever: Retriever, vector, question: UnderstoodQuestion, named: Sequence[str]):  # type: ignore[no-untyped-def]
    from retriever.search import _evidence

    hits = retriever.store.entry_hits(vector, question.search_terms, list(dict.fromkeys(named)))
    return [_evidence(document_id, found) for document_id, found in hits.items()]


def _status(record: CodeRecord, ask: Ask) -> str:
    if record.valid_on(ask.day):
        return "active"
    return "not yet valid" if record.effective is not None and ask.day < record.effective else "deleted"


__all__ = ["Claim", "CodeMention", "Retriever", "id_of"]
