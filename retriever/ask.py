"""The way of a question, from what was typed to a reply whose promises were checked."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from ingest.documents import CodeRecord, Passage
from ingest.embedding.protocols import QuestionEncoder, Vectors
from ingest.facts import describe_amount
from ingest.index.faiss_store import check_encoder
from ingest.index.store import PassageStore, PieceHit
from retriever.answers import Answer, AnswerKind, Ask, Claim, CodeMatch, Notice, Understood
from retriever.clarify import missing_fact, which_procedure
from retriever.code_book import CodeBook
from retriever.code_finder import CodeFinder
from retriever.code_route import CodeRoute
from retriever.coder_answer import Hits, table_markdown, tell_details, tell_lines
from retriever.compare import asks_if_together, asks_to_compare, side_by_side
from retriever.compose import CitationList, choose_claims, deciding_piece, explain, render_markdown, score_pieces
from retriever.confidence import LeadFeatures, lead_confidence, lead_features, runner_up_confidence
from retriever.dates_asked import read_day
from retriever.facts_asked import word_values
from retriever.phrases import (
    ABSTAIN,
    COUNTED,
    FOLLOW_UPS,
    FOLLOW_UPS_FOR,
    GENERAL,
    MAY_GO_TOGETHER,
    NEVER_TOGETHER,
    NOT_A_PRIMARY,
    NOT_VALID,
    READ_AS,
    RECORD_NEEDED,
    SHORTFALL,
)
from retriever.promises import check_promises
from retriever.questions import QuestionReader, UnderstoodQuestion, facts_shown, topics_of
from retriever.ranking import RankedDocument, RankingWeights, rank_documents
from retriever.safety import MASKED, Guarded, SafetyKind, guard, mask, message
from retriever.scope import outside
from retriever.search import fuse_scores
from retriever.service_lines import ServiceLine, build_lines, shortfall
from retriever.spelling import Spelling
from retriever.vocabulary import SpellingOut

# Enough neighbours that every family with a fair claim is seen; the families are then scored whole.
NEIGHBOURS = 60
# So many entries each search gives to GET /v1/search before filters.
SEARCHED = 400
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
        self.book = CodeBook(store.records)
        self.codes = CodeRoute(store.records)
        self._encoder = encoder
        self._weights = weights or RankingWeights()
        records = list(store.records.values())
        spelling = SpellingOut(store.vocabulary)
        self.finder = CodeFinder(store.records, spelling)
        self._reader = QuestionReader(
            Spelling(store.words), spelling, word_values(records), self.codes, topics_of(records)
        )
        self.on_lead: Callable[[LeadFeatures], None] | None = None   # told of each leader's features; for calibration
        self._deciding = lru_cache(maxsize=None)(lambda document_id: deciding_piece(store.document(document_id)))

    def ask(self, ask: Ask) -> Answer:
        """Answer one question. Raises PromiseBroken rather than return a reply that breaks the contract."""
        clock = _Clock()
        guarded = guard(ask.question, ask.audience)
        ask = replace(ask, question=guarded.text, turns=tuple(replace(turn, content=mask(turn.content)[0]) for turn in ask.turns))
        question = self._reader.understand(ask.question, ask.turns, ask.language)
        if not ask.day_given and (day := read_day(question.text)) is not None:
            ask = replace(ask, day=day)
        clock.mark("understand")
        if guarded.kind in (SafetyKind.CRISIS, SafetyKind.EMERGENCY, SafetyKind.REFUSE):
            answer = self._first_help(ask, question, guarded)
        else:
            answer = self._answer(ask, question, clock)
            if guarded.kind is SafetyKind.CAUTION:
                answer = _with_caution(answer, guarded, question.language)
        if guarded.masked and answer.notice is not None:
            notice = Notice(answer.notice.kind, f"{answer.notice.text} {MASKED[question.language]}")
            answer = replace(answer, notice=notice)
        check_promises(answer, self.store.document, self.book.ids_of_code)
        return replace(answer, timings_ms=clock.total())

    def search(self, text: str, k: int, section: str = "", systems: Sequence[str] = ()) -> list[tuple[Passage, float]]:
        """Passages for a text, best first by fused score from 0 to 1; of one section or of some systems only, when given."""
        question = self._reader.understand(text)
        vector = self._encoder.encode([question.search_text])[0]
        searches = (self.store.nearest(vector, SEARCHED), self.store.matching(question.search_terms, SEARCHED))
        hits = {hit.entry.passage.id: hit.entry.passage for some in searches for hit in some if hit.entry.passage is not None}
        scores = [{hit.entry.passage.id: hit.score for hit in some if hit.entry.passage is not None} for some in searches]
        fused = fuse_scores(scores[0], scores[1], self._weights.dense_share)
        found = [(hits[name], score) for name, score in fused]
        return [
            (passage, score)
            for passage, score in found
            if (not section or passage.section == section)
            and (not systems or self.book.records[passage.document_id].system in systems)
        ][:k]

    def _answer(self, ask: Ask, question: UnderstoodQuestion, clock: _Clock) -> Answer:
        named = question.named_ids
        unknown = [mention for mention in question.mentions if not mention.document_ids]
        if unknown and not named and len(question.search_terms) <= 4:
            return self._abstain(ask, question, "unknown-code", near=unknown[0].near)
        if outside(question.original):
            return self._abstain(ask, question, "out-of-scope", near=())
        vector = self._encoder.encode([question.search_text])[0]
        clock.mark("embed")
        ranked = self._rank(ask, question, vector)
        clock.mark("search")
        if not ranked or (not named and max(document.nearness for document in ranked[:5]) < WEAK_NEARNESS):
            return self._abstain(ask, question, "weak-match", near=[d.document_id for d in ranked[:3]])
        answer = self._compose(ask, question, ranked, vector)
        clock.mark("compose")
        return answer

    def _rank(self, ask: Ask, question: UnderstoodQuestion, vector: Vectors) -> list[RankedDocument]:
        scores = self.store.document_scores(vector, question.search_terms, NEIGHBOURS, question.named_ids)
        wanted = [item for item in scores if self.book.records[item.document_id].system in ask.systems]
        return rank_documents(
            wanted, self.book, question.asked, question.search_terms, question.named_ids, ask.day, self._weights, ask.audience, question.topics
        )

    def _compose(self, ask: Ask, question: UnderstoodQuestion, ranked: Sequence[RankedDocument], vector: Vectors) -> Answer:
        citations = CitationList()

        @cache
        def hits(document_id: str) -> list[PieceHit]:
            return self.store.piece_hits(vector, document_id)

        if ask.audience == "coder":
            return self._tell_coder(ask, question, ranked, hits, citations)
        if which := which_procedure(ranked, self.book, question):
            lines = [ServiceLine(document_id) for document_id in which[1]]
            codes = self._codes(replace(ask, max_codes=len(lines)), ranked, lines, True, citations)
            reply = self._reply(ask, question, which[0].question, (), codes, citations, lines[0].document_id, AnswerKind.CLARIFY)
            return replace(reply, clarify=which[0])
        lead = ranked[0].document_id
        document = self.store.document(lead)
        if question.follows_up:
            # The sentence is chosen by what was asked last, said of the procedure that the conversation is about.
            name = next(iter(document.record.common_names), document.record.title)
            latest = self._encoder.encode([f"{name}: {question.latest}"])[0]
            hits = lru_cache(maxsize=None)(lambda document_id: self.store.piece_hits(latest, document_id))
        pieces = score_pieces(hits(lead), document, question, ask.audience)
        claims = choose_claims(pieces, document, citations, question.sections)
        codes = self._codes(ask, ranked, build_lines(ranked, self.book, question), True, citations)
        return self._reply(ask, question, render_markdown(claims), claims, codes, citations, lead)

    def _tell_coder(
        self, ask: Ask, question: UnderstoodQuestion, ranked: Sequence[RankedDocument], hits: Hits, citations: CitationList
    ) -> Answer:
        below = shortfall(ranked, self.book, question)
        lines = () if below else build_lines(ranked, self.book, question)
        lead = lines[0].document_id if lines else ranked[0].document_id
        ended = self.book.records[lead].status_on(ask.day) != "active"
        if ended:
            lines = self._replacements(lead, ranked)
        missing = None if below or ended else missing_fact(ranked, self.book, question)
        pair = question.named_ids
        opening, closing = "", ""
        document = self.store.document
        if missing is not None:
            claims: list[Claim] = []
            lines = tuple(ServiceLine(document_id) for document_id in missing[1])
            opening = missing[0].question
        elif ended:
            record = self.book.records[lead]
            opening = NOT_VALID[record.status_on(ask.day)][question.language].format(code=record.code, day=ask.day.isoformat())
            claims = tell_details([lead], question, self.book, document, hits, citations, 2)
            claims += tell_lines(lines, question, self.book, document, hits, citations)
        elif below is not None:
            amount = describe_amount(below.name, below.asked)
            opening = SHORTFALL[question.language].format(asked=amount, floor=describe_amount(below.name, below.floor))
            claims = tell_details([lead], question, self.book, document, hits, citations, 3, below)
        elif len(pair) == 2 and asks_if_together(question.text) and not asks_to_compare(question.text):
            opening = self._pair_phrase(pair, question.language)
            lines = tuple(ServiceLine(document_id) for document_id in pair)
            claims = tell_details(pair, question, self.book, document, hits, citations, 3)
        elif len(pair) >= 2 and asks_to_compare(question.text):
            claims = tell_lines([ServiceLine(i) for i in pair[:4]], question, self.book, document, hits, citations)
            marks = [claim.citations[0] for claim in claims[: len(pair[:3])]]
            closing = table_markdown(side_by_side(pair[:3], self.book), self.book, marks)
        else:
            claims = tell_lines(lines, question, self.book, document, hits, citations)
            sums = dict.fromkeys(line.arithmetic for line in lines if line.arithmetic)
            closing = " ".join(COUNTED[question.language].format(sum=text) for text in sums)
        codes = self._codes(ask, ranked, lines, below is None, citations)
        kind = AnswerKind.CLARIFY if missing is not None else AnswerKind.ANSWER
        text = render_markdown(claims, opening, closing)
        reply = self._reply(ask, question, text, claims, codes, citations, lead, kind)
        return replace(reply, clarify=missing[0] if missing else None)

    def _replacements(self, ended: str, ranked: Sequence[RankedDocument]) -> tuple[ServiceLine, ...]:
        """The best ranked of the codes that replaced an ended one; none when its document names none that is loaded."""
        ids = [i for code in self.book.records[ended].replaced_by for i in self.book.ids_of_code.get(code, ())]
        places = {item.document_id: place for place, item in enumerate(ranked)}
        return tuple(ServiceLine(i) for i in sorted(ids, key=lambda i: (places.get(i, len(ranked)), i))[:1])

    def _pair_phrase(self, pair: Sequence[str], language: str) -> str:
        """How two named codes stand to each other, in a fixed phrase; the claims after it carry the citations."""
        one, other = (self.book.records[document_id].code for document_id in pair)
        if self.book.excluded(*pair):
            return NEVER_TOGETHER[language].format(one=one, other=other)
        for add_on, primary in (pair, pair[::-1]):
            if self.book.records[add_on].add_on:
                phrase = MAY_GO_TOGETHER if self.book.goes_with(add_on, primary) else NOT_A_PRIMARY
                return phrase[language].format(add_on=self.book.records[add_on].code, primary=self.book.records[primary].code)
        return ""

    def _reply(
        self,
        ask: Ask,
        question: UnderstoodQuestion,
        text: str,
        claims: Sequence[Claim],
        codes: tuple[CodeMatch, ...],
        citations: CitationList,
        lead: str,
        kind: AnswerKind = AnswerKind.ANSWER,
    ) -> Answer:
        return Answer(
            kind=kind,
            answer=text,
            claims=tuple(claims),
            citations=citations(),
            codes=codes,
            clarify=None,
            follow_ups=self._follow_ups(ask, question),
            notice=self._notice(ask, question, self.book.records[lead]),
            understood=self._understood(question, [lead], ask),
            generation=self.store.info.generation,
            documents=self.store.info.documents,
            embedder=self.store.info.embedder.name,
            timings_ms={},
        )

    def _codes(
        self, ask: Ask, ranked: Sequence[RankedDocument], lines: Sequence[ServiceLine], proposed: bool, citations: CitationList
    ) -> tuple[CodeMatch, ...]:
        """The claim's lines in their order, then the runners-up, siblings of the lines first."""
        by_id = {item.document_id: item for item in ranked}
        in_lines = {line.document_id for line in lines}
        families = {self.book.records[document_id].family for document_id in in_lines}
        others = [item for item in ranked if item.document_id not in in_lines]
        others.sort(key=lambda item: item.family not in families)  # stable: ranked order within each part
        wanted = [*lines, *(ServiceLine(item.document_id) for item in others)][: max(ask.max_codes, len(lines))]
        features = lead_features(ranked, wanted[0].document_id, list(in_lines)) if wanted[0].document_id in by_id else None
        sure = lead_confidence(features) if features else 0.5
        if features and self.on_lead:
            self.on_lead(features)
        top = by_id[wanted[0].document_id].score if features else 0.0
        matches = []
        for rank, line in enumerate(wanted, start=1):
            item = by_id.get(line.document_id)
            record = self.book.records[line.document_id]
            piece = self._deciding(line.document_id)
            matches.append(
                CodeMatch(
                    rank=rank,
                    system=record.system,
                    code=record.code,
                    document_id=line.document_id,
                    title=record.title,
                    confidence=round(sure if line.document_id in in_lines or item is None else runner_up_confidence(sure, top - item.score), 3),
                    units=line.units,
                    add_on_to=tuple(str(codes) for codes in record.primary_codes) if record.add_on else (),
                    status=record.status_on(ask.day),
                    why=explain(item.verdicts) if item else (),
                    citations=(citations.cite(self.store.document(line.document_id), *piece),),
                    replaced_by=record.replaced_by,
                    proposed=line.document_id in in_lines
                    or (proposed and item is not None and not item.contradicted and record.status_on(ask.day) == "active"),
                    arithmetic=line.arithmetic,
                )
            )
        return tuple(matches)

    def _abstain(self, ask: Ask, question: UnderstoodQuestion, reason: str, near: Sequence[str]) -> Answer:
        text = ABSTAIN[reason][question.language]
        records = [self.book.records[document_id] for document_id in near]
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

    def _first_help(self, ask: Ask, question: UnderstoodQuestion, guarded: Guarded) -> Answer:
        """The fixed reply of a crisis, an emergency or a refusal: help first, nothing searched, nothing quoted."""
        text = message(guarded.reason, question.language)
        kind = AnswerKind(guarded.kind or SafetyKind.REFUSE)
        codes = [self.book.records[document_id].code for document_id in question.named_ids]
        next_steps = tuple(RECORD_NEEDED[question.language].format(code=code) for code in codes[:3]) if kind is AnswerKind.REFUSE else ()
        empty = self._abstain(ask, question, "weak-match", near=())
        return replace(empty, kind=kind, answer=text, notice=Notice(guarded.reason, text), follow_ups=next_steps)

    def _notice(self, ask: Ask, question: UnderstoodQuestion, lead: CodeRecord) -> Notice:
        texts = [
            READ_AS[question.language].format(written=mention.written, code=mention.corrected)
            for mention in question.mentions
            if mention.corrected
        ]
        status = lead.status_on(ask.day)
        if status != "active":
            texts.append(NOT_VALID[status][question.language].format(code=lead.code, day=ask.day.isoformat()))
        return Notice("general-information", " ".join([*texts, GENERAL[question.language]]))

    def _follow_ups(self, ask: Ask, question: UnderstoodQuestion) -> tuple[str, ...]:
        wanted = [section for section in FOLLOW_UPS_FOR[ask.audience] if section not in question.sections]
        return tuple(FOLLOW_UPS[section][question.language] for section in wanted[:3])

    def _understood(self, question: UnderstoodQuestion, focus: Sequence[str], ask: Ask) -> Understood:
        records = [self.book.records[document_id] for document_id in focus]
        return Understood(
            standalone_question=question.text,
            focus=tuple(f"{record.system} {record.code}" for record in records),
            sections=question.sections,
            facts=facts_shown(question.asked),
            language=question.language,
        )


def _with_caution(answer: Answer, guarded: Guarded, language: str) -> Answer:
    """What cannot be said and whom to ask comes first; what the documents do say stays, cited."""
    text = message(guarded.reason, language)
    said = f"{text}\n\n{answer.answer}" if answer.claims else text
    return replace(answer, kind=AnswerKind.CAUTION, answer=said, clarify=None, notice=Notice(guarded.reason, text))
