"""From evidence and facts to ranked documents: the family is found by meaning, the sibling by facts. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from types import MappingProxyType

from ingest.documents import CodeRecord
from ingest.facts import FactValue, Verdict, compare
from retriever.search import DocumentEvidence, stretch


@dataclass(frozen=True, slots=True)
class RankingWeights:
    """How much each part of the evidence counts; the shares of one search sum to 1."""

    dense_share: float = 0.6
    kind_shares: Mapping[str, float] = field(
        default_factory=lambda: MappingProxyType({"passage": 0.4, "question": 0.3, "name": 0.3})
    )
    family_share: float = 0.65   # of the topical score, taken from the best sibling
    fits: float = 0.30
    contradicts: float = 0.45
    unasked: float = 0.06        # for a special fact of a document that the question did not mention
    add_on_unasked: float = 0.12
    named: float = 2.0           # for a document whose code the question names
    not_valid: float = 0.8       # for a code that is not valid on the date of service


# What is meant when nothing is said: a document that states something else needs a word for it in the question.
USUAL: Mapping[str, FactValue] = {
    "payer": "any",
    "recurrence": "initial",
    "obstructed": False,
    "guidance": "none",
    "complexity": "simple",
    "group": False,
}

# Asked facts that a document may state in more than one way, each asked value meeting any of them.
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
    topic: float                        # 0 to 1 within this question: how close in meaning and words
    nearness: float                     # cosine of its closest entry: comparable between questions
    verdicts: tuple[FactVerdict, ...]
    evidence: DocumentEvidence

    @property
    def contradicted(self) -> bool:
        return any(v.verdict is Verdict.CONTRADICTS for v in self.verdicts)


def rank_documents(
    evidence: Sequence[DocumentEvidence],
    records: Mapping[str, CodeRecord],
    asked: AskedFacts,
    named: Sequence[str],
    day: date,
    weights: RankingWeights,
) -> list[RankedDocument]:
    """Rank by topic, facts, naming and validity on `day`.

    Best first; ties go to the closer entry, then to the smaller document id.
    """
    topics = _topics(evidence, weights)
    best_of_family: dict[str, float] = {}
    for item in evidence:
        family = records[item.document_id].family
        best_of_family[family] = max(best_of_family.get(family, 0.0), topics[item.document_id])
    stated_in = _facts_stated_in_families([records[item.document_id] for item in evidence])
    ranked = []
    for item in evidence:
        record = records[item.document_id]
        topic = (
            weights.family_share * best_of_family[record.family] + (1 - weights.family_share) * topics[item.document_id]
        )
        verdicts = judge_facts(record, asked, stated_in[record.family])
        score = topic + _fact_score(record, verdicts, asked, weights)
        score += weights.named * (item.document_id in named)
        score -= weights.not_valid * (not record.valid_on(day))
        nearness = max(item.dense.values(), default=-1.0)
        ranked.append(RankedDocument(item.document_id, record.family, score, topic, nearness, verdicts, item))
    return sorted(ranked, key=lambda document: (-document.score, -document.nearness, document.document_id))


def judge_facts(record: CodeRecord, asked: AskedFacts, stated_in_family: Mapping[str, Sequence[FactValue]]) -> tuple[FactVerdict, ...]:
    """Each asked fact against the document, in the order asked.

    Of several asked values the one that fits speaks. A value that fits nobody in the family contradicts nobody:
    it was said of something else.
    """
    verdicts = []
    for name, values in asked.items():
        stated = record.facts.get(name)
        meant = [
            value
            for value in values
            if any(compare(name, value, other) is Verdict.FITS for other in stated_in_family.get(name, ()))
        ]
        judged = [(value, compare(name, value, stated)) for value in meant]
        fitting = [value for value, verdict in judged if verdict is Verdict.FITS]
        if fitting:
            verdicts.append(FactVerdict(name, fitting[0], stated, Verdict.FITS))
        elif judged:
            verdicts.append(FactVerdict(name, judged[0][0], stated, judged[0][1]))
    return tuple(verdicts)


def _topics(evidence: Sequence[DocumentEvidence], weights: RankingWeights) -> dict[str, float]:
    """Document id to 0..1: each kind of entry stretched over the candidates, then mixed by its share."""
    shares = weights.kind_shares
    dense = {item.document_id: sum(share * item.dense.get(kind, 0.0) for kind, share in shares.items()) for item in evidence}
    lexical = {
        item.document_id: sum(share * item.lexical.get(kind, 0.0) for kind, share in shares.items()) for item in evidence
    }
    stretched_dense, stretched_lexical = stretch(dense), stretch(lexical)
    return {
        name: weights.dense_share * stretched_dense[name] + (1 - weights.dense_share) * stretched_lexical[name] for name in dense
    }


def _facts_stated_in_families(records: Sequence[CodeRecord]) -> dict[str, dict[str, list[FactValue]]]:
    stated: dict[str, dict[str, list[FactValue]]] = {}
    for record in records:
        of_family = stated.setdefault(record.family, {})
        for name, value in record.facts.items():
            of_family.setdefault(name, []).append(value)
    return stated


def _fact_score(record: CodeRecord, verdicts: Sequence[FactVerdict], asked: AskedFacts, weights: RankingWeights) -> float:
    score = 0.0
    for verdict in verdicts:
        if verdict.verdict is Verdict.FITS:
            score += weights.fits
        elif verdict.verdict is Verdict.CONTRADICTS:
            score -= weights.contradicts
    score -= weights.unasked * sum(
        1 for name, usual in USUAL.items() if name not in asked and record.facts.get(name, usual) != usual
    )
    if record.add_on and not any(v.verdict is Verdict.FITS for v in verdicts):
        score -= weights.add_on_unasked
    return score
