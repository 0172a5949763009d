"""Cutting a document into passages that tile it: joined in order they are the document again."""

from collections.abc import Iterator

from ingest.documents import Passage, ProcedureDocument
from ingest.sections import Section
from ingest.sentences import split_pieces

# About 200 tokens of plain English: inside the 256 that all-MiniLM-L6-v2 reads, with room for the headings.
MAX_PASSAGE_CHARS = 850

# Named in the manifest: an index cut by other rules is refused.
CUTTER = f"sections-lines-{MAX_PASSAGE_CHARS}"

# A list of siblings names every sibling, so searching it would find them all; it is shown, not searched.
NOT_SEARCHED = ("similar",)


def cut_passages(document: ProcedureDocument) -> tuple[Passage, ...]:
    """The document's passages in order.

    None crosses a section, none is empty, and "".join(p.text for p in passages) == document.text.
    Lines stay whole; only a single line longer than MAX_PASSAGE_CHARS is cut, between its sentences.
    """
    passages: list[Passage] = []
    for section, start, end in _stretches(document):
        headings = (document.record.title,) if section is None else (document.record.title, section.heading)
        body_start = start if section is None else section.body_start
        for passage_start, passage_end in _cut(document.text, start, body_start, end):
            passages.append(
                Passage(
                    id=f"{document.id}#{len(passages)}",
                    document_id=document.id,
                    section="" if section is None else section.name,
                    headings=headings,
                    text=document.text[passage_start:passage_end],
                    start=passage_start,
                    body_start=max(passage_start, body_start),
                    end=passage_end,
                )
            )
    return tuple(passages)


def is_searched(passage: Passage) -> bool:
    """Whether a search may find the passage: it states something, and is no list of siblings."""
    return passage.section not in ("", *NOT_SEARCHED) and any(
        piece.quotable for piece in passage.pieces()
    )


def embedding_text(passage: Passage) -> str:
    """What is embedded: title, section, then the passage's own words without its heading line.

    The headings raise mean reciprocal rank by .05 and are never quoted.
    """
    words = " ".join(passage.text[piece.start - passage.start : piece.end - passage.start] for piece in passage.pieces())
    return f"{'. '.join(passage.headings)}. {words}"


def _stretches(document: ProcedureDocument) -> Iterator[tuple[Section | None, int, int]]:
    """What tiles the text: anything before the first section, then each section."""
    first = document.sections[0].start if document.sections else len(document.text)
    if first:
        yield None, 0, first
    for section in document.sections:
        if section.end > section.start:
            yield section, section.start, section.end


def _cut(text: str, start: int, body_start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut text[start:end] at line ends once MAX_PASSAGE_CHARS would be passed; headings stay with what follows."""
    passage_start = start
    position = body_start
    for line_end in _line_ends(text, body_start, end):
        if line_end - passage_start > MAX_PASSAGE_CHARS and text[passage_start:position].strip() and position > body_start:
            yield passage_start, position
            passage_start = position
        position = line_end
    if passage_start < end:
        yield passage_start, end


def _line_ends(text: str, start: int, end: int) -> Iterator[int]:
    """The ends of lines; blank lines belong to the line before; an over-long line also ends after its sentences."""
    position = start
    while position < end:
        newline = text.find("\n", position, end)
        line_end = end if newline < 0 else newline + 1
        while line_end < end and text[line_end] == "\n":
            line_end += 1
        if line_end - position > MAX_PASSAGE_CHARS:
            for piece in split_pieces(text, position, line_end)[1:]:
                yield piece.start
        yield line_end
        position = line_end
