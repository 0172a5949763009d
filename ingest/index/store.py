"""What a retriever needs from a store of passages, whichever engine keeps it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from ingest.documents import CodeRecord, ProcedureDocument
from ingest.embedding.protocols import EmbedderId, Vectors
from ingest.index.entries import DocumentScores, EntryHit
from ingest.sentences import Piece
from ingest.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class IndexInfo:
    """Which index answers."""

    generation: str
    documents: int
    passages: int
    embedder: EmbedderId


@dataclass(frozen=True, slots=True)
class PieceHit:
    """A quotable piece of a document and how close it is to the question: `score` is the cosine, -1 to 1."""

    document_id: str
    section: str
    piece: Piece
    score: float
    beside_topic: float   # the same with the document's common topic taken out of both, about -1 to 1


class PassageStore(Protocol):
    """A published index, open for reading; every method is safe to call from several threads."""

    @property
    def info(self) -> IndexInfo: ...

    @property
    def records(self) -> Mapping[str, CodeRecord]:
        """Every document's record by document id, in the order of the ids."""
        ...

    @property
    def vocabulary(self) -> Vocabulary: ...

    @property
    def words(self) -> Mapping[str, int]:
        """Every word of the entries, case folded, and how often it stands: what typos are corrected to."""
        ...

    def document(self, document_id: str) -> ProcedureDocument:
        """Raises KeyError for an id that is not loaded."""
        ...

    def nearest(self, vector: Vectors, k: int) -> list[EntryHit]:
        """The k entries closest to one unit vector, shape (d,): best first by cosine, ties to the smaller row.

        Fewer than k when the index holds fewer.
        """
        ...

    def matching(self, query_terms: Sequence[str], k: int) -> list[EntryHit]:
        """The k entries with the highest BM25 above 0: best first, ties to the smaller row."""
        ...

    def document_scores(
        self, vector: Vectors, query_terms: Sequence[str], k: int, also: Sequence[str] = ()
    ) -> list[DocumentScores]:
        """Scores of every document in each family that the k nearest or k matching entries touch, and in those of `also`.

        Whole families, because the right sibling is often not the one a search finds. In the order of document ids.
        """
        ...

    def piece_hits(self, vector: Vectors, document_id: str) -> list[PieceHit]:
        """Every quotable piece of one document with its cosine, in the order of the text."""
        ...
