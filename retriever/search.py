"""Two searches and their fusion. `fuse_scores` is pure; `Search` asks the store."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ingest.embedding.protocols import Vectors
from ingest.index.entries import EntryHit
from ingest.index.store import PassageStore

Scores = Mapping[str, float]

# Enough neighbours that every family with a fair claim is seen; the families are then scored whole.
NEIGHBOURS = 150


def fuse_scores(dense: Scores, lexical: Scores, dense_share: float) -> list[tuple[str, float]]:
    """Mix two searches after stretching each one's scores to 0..1.

    dense, lexical: id to score, higher is closer, any scale; an id missing from one scores 0 there.
    Best first; ties go to the better dense score, then to the smaller id.
    Source: min-max convex combination, Bruch, Gai and Ingber, TOIS 2023.
    Raises ValueError unless 0 <= dense_share <= 1.
    """
    if not 0 <= dense_share <= 1:
        raise ValueError(f"dense_share is {dense_share}; expected 0 to 1")
    stretched_dense, stretched_lexical = stretch(dense), stretch(lexical)
    fused = {
        name: dense_share * stretched_dense.get(name, 0.0) + (1 - dense_share) * stretched_lexical.get(name, 0.0)
        for name in {**dense, **lexical}
    }
    return sorted(fused.items(), key=lambda item: (-item[1], -stretched_dense.get(item[0], 0.0), item[0]))


def stretch(scores: Scores) -> dict[str, float]:
    """Scores moved and scaled so that the lowest is 0 and the highest 1; equal scores all become 1."""
    if not scores:
        return {}
    low, high = min(scores.values()), max(scores.values())
    if high == low:
        return dict.fromkeys(scores, 1.0)
    return {name: (score - low) / (high - low) for name, score in scores.items()}


@dataclass(frozen=True, slots=True)
class DocumentEvidence:
    """How close one document is to the question: the best cosine and the best BM25 of each kind of entry."""

    document_id: str
    dense: Mapping[str, float]    # entry kind to cosine
    lexical: Mapping[str, float]  # entry kind to BM25
    best_passages: tuple[EntryHit, ...]  # passages by cosine, best first


def gather_evidence(
    store: PassageStore, vector: Vectors, query_terms: Sequence[str], families: Mapping[str, Sequence[str]], systems: Sequence[str]
) -> list[DocumentEvidence]:
    """Evidence for every document of each family that either search touched, in the order of document ids.

    families: family to the ids of its documents. Whole families are gathered, because the right sibling is often
    not the one a search finds.
    """
    hits = [*store.nearest(vector, NEIGHBOURS), *store.matching(query_terms, NEIGHBOURS)]
    touched = dict.fromkeys(store.records[hit.entry.document_id].family for hit in hits)
    ids = sorted(
        document_id
        for family in touched
        for document_id in families[family]
        if store.records[document_id].system in systems
    )
    return [_evidence(document_id, found) for document_id, found in store.entry_hits(vector, query_terms, ids).items()]


def _evidence(document_id: str, hits: Sequence[tuple[EntryHit, float]]) -> DocumentEvidence:
    dense: dict[str, float] = {}
    lexical: dict[str, float] = {}
    for hit, bm25 in hits:
        kind = hit.entry.kind
        dense[kind] = max(dense.get(kind, -1.0), hit.score)
        lexical[kind] = max(lexical.get(kind, 0.0), bm25)
    passages = [hit for hit, _ in hits if hit.entry.kind == "passage"]
    return DocumentEvidence(
        document_id, dense, lexical, tuple(sorted(passages, key=lambda hit: (-hit.score, hit.entry.row)))
    )
