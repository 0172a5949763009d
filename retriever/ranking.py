"""From scores and facts to ranked documents: the family is found by meaning, the sibling by facts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from ingest.documents import CodeRecord
from ingest.facts import VOCABULARY, FactValue, Span, Verdict, compare
from ingest.index.entries import DocumentScores
from retriever.answers import Audience
from retriever.code_book import CodeBook
from retriever.search import stretch


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """How much each part counts, in units of a topical score that runs from 0 to 1 over the candidates.

    Fitted on the tuning half of the judged questions; see benchmarks/fit_ranking.py.
    """

    dense_share: float = 0.8                                 # against BM25
    kind_shares: tuple[float, ...] = (0.4, 0.3, 0.3)         # passage, name, question
    family_share: float = 0.45                               # of the topic, taken from the family's best document
    distinct: float = 0.05                                   # for each word of its names that no sibling shares
    fits: float = 0.40
    contradicts: float = 0.45
    fits_words: float = 0.20                                 # the same for free-word facts, which are read less surely
    contradicts_words: float = 0.25
    unasked: float = 0.08                                    # for a special fact that the question does not mention
    add_on_unasked: float = 0.12                             # for an add-on none of whose own facts was asked
    add_on_for_patient: float = 0.10                         # and more to a patient, who asks about the whole
    topic_named: float = 0.08                                # for each word of the question that names the family, at most two
    usual: float = 0.05                                      # for the code most reported in its family, to a patient
    named: float = 2.0                                       # for a document whose code the question names
    not_valid: float = 0.8                                   # for a code not valid on the date of service


# Values that need saying: a document that states one is not meant by a question that says nothing of the fact.
SPECIAL: Mapping[str, frozenset[FactValue]] = {
    "payer": frozenset(("medicare", "not medicare")),
    "recurrence": frozenset(("recurrent",)),
    "obstructed": frozenset((True,)),
    "guidance": frozenset(("ultrasound", "fluoroscopy", "ct")),
    "complexity": frozenset(("intermediate", "complex")),
    "group": frozenset((True,)),
    "setting": frozenset(("telehealth",)),
}

# Facts reorder siblings and neighbours; a family further behind than this in meaning and words is another topic.
FAMILIES_RANKED = 10

# A patient's age or payer is said of every code, even when no sibling states a band that holds it.
ALWAYS_MEANT = ("age", "payer")

# Asked facts by name: a question may state one in several ways ("shave x2 and punch x1").
AskedFacts = Mapping[str, tuple[FactValue, ...]]


@dataclass(frozen=True, slots=True)
class FactVerdict:
    """One asked fact against one document."""

    name: str
    asked: FactValue
    stated: FactValue | None
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class RankedDocument:
    """A document with what was found for and against it; best first wherever they are listed."""

    document_id: str
    family: str
    score: float
    bare_score: float   # without what was taken off for special facts that nobody mentioned
    topic: float        # 0 to 1 within this question: how close in meaning and words
    nearness: float     # cosine of its closest entry: comparable between questions
    distinct: float     # how much of the question stands in its names and in few siblings'
    verdicts: tuple[FactVerdict, ...]

    @property
    def contradicted(self) -> bool:
        return any(v.verdict is Verdict.CONTRADICTS for v in self.verdicts)

    @property
    def fitting(self) -> int:
        return sum(v.verdict is Verdict.FITS for v in self.verdicts)


def rank_documents(
    scores: Sequence[DocumentScores],
    book: CodeBook,
    asked: AskedFacts,
    query_terms: Sequence[str],
    named: Sequence[str],
    day: date,
    weights: RankingWeights,
    audience: Audience = "coder",
    topics: Mapping[str, int] = MappingProxyType({}),
) -> list[RankedDocument]:
    """Rank by topic, facts, naming and validity on `day`. topics: family to how many words of the question name it.

    Best first; ties go to the closer entry, then to the smaller document id.
    """
    closeness = _topics(scores, weights)
    best_of_family: dict[str, float] = {}
    for item in scores:
        family = book.records[item.document_id].family
        best_of_family[family] = max(best_of_family.get(family, 0.0), closeness[item.document_id])
    in_front = {*sorted(best_of_family, key=lambda name: (-best_of_family[name], name))[:FAMILIES_RANKED]}
    in_front |= {book.records[document_id].family for document_id in named}
    ranked = []
    for item in scores:
        record = book.records[item.document_id]
        if record.family not in in_front:
            continue
        topic = weights.family_share * best_of_family[record.family] + (1 - weights.family_share) * closeness[item.document_id]
        verdicts = judge_facts(item.document_id, book, asked)
        distinct = book.distinct_words(item.document_id, query_terms)
        score = topic + weights.distinct * distinct + _fact_score(verdicts, weights)
        score += weights.topic_named * min(2, topics.get(record.family, 0))
        score += weights.usual * (record.usual and audience == "patient")
        score += weights.named * (item.document_id in named)
        score -= weights.not_valid * (not record.valid_on(day))
        unasked = _unasked(record, verdicts, asked, weights) + weights.add_on_for_patient * (record.add_on and audience == "patient")
        ranked.append(RankedDocument(item.document_id, record.family, score - unasked, score, topic, max(item.dense), distinct, verdicts))
    return sorted(ranked, key=lambda document: (-document.score, -document.nearness, document.document_id))


def judge_facts(document_id: str, book: CodeBook, asked: AskedFacts) -> tuple[FactVerdict, ...]:
    """Each asked fact against the document, in the order asked.

    Of several asked values the one that fits speaks. A value that fits nobody in the family contradicts nobody: it
    was said of something else, unless it is ALWAYS_MEANT. A code that an add-on goes on counting for fits whatever lies beyond its own band.
    """
    record = book.records[document_id]
    verdicts = []
    for name, values in asked.items():
        stated = record.facts.get(name)
        known = book.stated_in_family[record.family].get(name, ())
        meant = [
            value for value in values if name in ALWAYS_MEANT or any(compare(name, value, other) is Verdict.FITS for other in known)
        ]
        judged = [(value, compare(name, value, _counted(document_id, name, stated, book))) for value in meant]
        fitting = [value for value, verdict in judged if verdict is Verdict.FITS]
        if fitting:
            verdicts.append(FactVerdict(name, fitting[0], stated, Verdict.FITS))
        elif judged:
            verdicts.append(FactVerdict(name, judged[0][0], stated, judged[0][1]))
    return tuple(verdicts)


def _counted(document_id: str, name: str, stated: FactValue | None, book: CodeBook) -> FactValue | None:
    """The band of a first code together with the add-on that goes on counting from it."""
    for continuation in book.continuations.get(document_id, ()):
        if continuation.measure == name:
            return Span(continuation.first.low, continuation.further.high)
    return stated


def _topics(scores: Sequence[DocumentScores], weights: RankingWeights) -> dict[str, float]:
    """Document id to 0..1: the kinds of entry mixed by their shares, each search stretched over the candidates."""
    shares = weights.kind_shares
    dense = {item.document_id: sum(s * x for s, x in zip(shares, item.dense, strict=True)) for item in scores}
    lexical = {item.document_id: sum(s * x for s, x in zip(shares, item.lexical, strict=True)) for item in scores}
    stretched_dense, stretched_lexical = stretch(dense), stretch(lexical)
    return {name: weights.dense_share * stretched_dense[name] + (1 - weights.dense_share) * stretched_lexical[name] for name in dense}


def _fact_score(verdicts: Sequence[FactVerdict], weights: RankingWeights) -> float:
    score = 0.0
    for verdict in verdicts:
        words = VOCABULARY[verdict.name].kind == "words"
        if verdict.verdict is Verdict.FITS:
            score += weights.fits_words if words else weights.fits
        elif verdict.verdict is Verdict.CONTRADICTS:
            score -= weights.contradicts_words if words else weights.contradicts
    return score


def _unasked(record: CodeRecord, verdicts: Sequence[FactVerdict], asked: AskedFacts, weights: RankingWeights) -> float:
    """What to take off for special facts of the document that nobody mentioned."""
    special = sum(name not in asked and record.facts.get(name) in values for name, values in SPECIAL.items())
    lone_add_on = record.add_on and not any(v.verdict is Verdict.FITS for v in verdicts)
    return weights.unasked * special + weights.add_on_unasked * lone_add_on
