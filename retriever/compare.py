"""Codes side by side: the facts that tell them apart, one row a fact, one column a code. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.facts import describe
from retriever.code_book import CodeBook

_COMPARES = re.compile(
    r"\bvs\.?\b|\bversus\b|differen(?:ce|t)|compared?\b|\bwhy not\b|\binstead of\b|\bor\b|\brather than\b|diferencia|which (?:one|code)", re.IGNORECASE
)
_TOGETHER = re.compile(
    r"\b(?:with|and|together|alongside|on top of|plus|same day|both)\b|\bcan\b.*\b(?:bill|report|add|code|use)|\bok\b|\ballowed\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Facts of several codes; cells are in a reader's words, "" where a document says nothing of a fact."""

    document_ids: tuple[str, ...]
    rows: tuple[tuple[str, tuple[str, ...]], ...]   # fact name, one cell a document


def side_by_side(ids: Sequence[str], book: CodeBook, only_differences: bool = True) -> SideBySide:
    """One row a fact in the order first stated, then add-on and validity."""
    ids = tuple(ids)
    records = [book.records[document_id] for document_id in ids]
    names = dict.fromkeys(name for record in records for name in record.facts)
    rows = [(name, tuple(describe(name, r.facts[name]) if name in r.facts else "" for r in records)) for name in names]
    rows.append(("add_on_to", tuple(", ".join(map(str, r.primary_codes)) if r.add_on else "" for r in records)))
    rows.append(("not_with", tuple(", ".join(map(str, r.not_with)) for r in records)))
    rows.append(("deleted", tuple(str(r.deleted or "") for r in records)))
    return SideBySide(ids, tuple((name, cells) for name, cells in rows if any(cells) and (not only_differences or len(set(cells)) > 1)))


def asks_to_compare(question: str) -> bool:
    """Whether a question that names two codes or more wants them told apart."""
    return bool(_COMPARES.search(question))


def asks_if_together(question: str) -> bool:
    """Whether a question that names two codes asks if both may be reported."""
    return bool(_TOGETHER.search(question))
