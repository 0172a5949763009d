"""What a search can find: passages to quote, and the names and questions that lead to a document. Values only."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from ingest.documents import Passage, ProcedureDocument
from ingest.passages import embedding_text, is_searched

EntryKind = Literal["passage", "name", "question"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row of the dense and of the lexical index."""

    row: int
    kind: EntryKind
    document_id: str
    text: str              # what is embedded and what is tokenized; never quoted
    passage: Passage | None  # the passage to quote, for kind "passage"


ENTRY_KINDS: tuple[EntryKind, ...] = ("passage", "name", "question")


@dataclass(frozen=True, slots=True)
class DocumentScores:
    """How close one document is to a question: its best cosine and its best BM25 of each kind of entry.

    Both in the order of ENTRY_KINDS; a kind the document lacks has cosine -1 and BM25 0.
    """

    document_id: str
    dense: tuple[float, ...]
    lexical: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class EntryHit:
    """An entry found, with its score; higher is closer, the scale is the search's own."""

    entry: Entry
    score: float


def index_entries(document: ProcedureDocument, passages: Sequence[Passage], first_row: int) -> tuple[Entry, ...]:
    """The document's entries in row order: searched passages, then title and names, then questions."""
    record = document.record
    texts: list[tuple[EntryKind, str, Passage | None]] = [
        ("passage", embedding_text(passage), passage) for passage in passages if is_searched(passage)
    ]
    texts += [("name", name, None) for name in dict.fromkeys((record.title, *record.common_names))]
    texts += [("question", question, None) for question in record.questions]
    return tuple(
        Entry(first_row + place, kind, document.id, text, passage) for place, (kind, text, passage) in enumerate(texts)
    )
