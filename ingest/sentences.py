"""Quotable pieces of a text, with their offsets: sentences, list items, steps, and the labels above them.

One line grammar serves our Markdown and a published page alike: headings (#), labels that end with a colon,
items ("- ", "* ", "•"), steps ("1. "), and prose.
"""

import re
from dataclasses import dataclass
from typing import Literal

PieceKind = Literal["sentence", "item", "step", "label", "heading"]

_LINE = re.compile(r"[^\n]*\n?")
_MARKER = re.compile(r"[ \t]*(?:(?P<item>[-*•])|(?P<step>\d{1,2}[.)]))[ \t]+")
_HEADING = re.compile(r"[ \t]*#{1,6}[ \t]+")
_LABEL = re.compile(r"[^.!?]{1,60}:")
# A sentence ends at . ! or ? (with a closing quote or bracket), before a space and something that opens another.
_SENTENCE_END = re.compile(r"[.!?][\"')\]]*(?=\s+[\"'(\[]?[A-Z0-9¿¡])")
_NOT_AN_END = re.compile(r"(?:\b(?:e\.g|i\.e|vs|Dr|Mr|Mrs|Ms|St|No|approx|etc|U\.S)|\b[A-Z])\.$")


@dataclass(frozen=True, slots=True)
class Piece:
    """text[start:end] is one quotable piece; its marker ("- ", "1. ", "## ") stands before `start`.

    block counts runs of pieces that belong together: one list, one paragraph, one label.
    """

    kind: PieceKind
    start: int
    end: int
    block: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    @property
    def quotable(self) -> bool:
        """Whether the piece states something; labels and headings only announce."""
        return self.kind in ("sentence", "item", "step")


def split_pieces(text: str, start: int = 0, end: int | None = None) -> tuple[Piece, ...]:
    """The pieces of text[start:end] in order; they never overlap and hold no surrounding white space."""
    end = len(text) if end is None else end
    pieces: list[Piece] = []
    block = 0
    last_kind = ""
    position = start
    while position < end:
        line = _LINE.match(text, position, end)
        if line is None or line.end() == position:
            break
        kind, content_start = _line_kind(text, line.start(), line.end())
        if kind == "blank":
            last_kind = ""
        else:
            if kind != last_kind or kind in ("label", "heading"):
                block += 1
            last_kind = kind
            pieces.extend(_split_line(text, kind, content_start, line.end(), block))
        position = line.end()
    return tuple(pieces)


def _line_kind(text: str, start: int, end: int) -> tuple[str, int]:
    line = text[start:end]
    if not line.strip():
        return "blank", start
    if heading := _HEADING.match(line):
        return "heading", start + heading.end()
    if marker := _MARKER.match(line):
        return ("item" if marker["item"] else "step"), start + marker.end()
    if _LABEL.fullmatch(line.strip()):
        return "label", start
    return "sentence", start


def _split_line(text: str, kind: str, start: int, end: int, block: int) -> list[Piece]:
    """A heading or label whole; a sentence, item or step cut at its sentence ends."""
    start, end = _trim(text, start, end)
    if start == end:
        return []
    if kind in ("heading", "label"):
        return [Piece("heading" if kind == "heading" else "label", start, end, block)]
    as_kind: PieceKind = "item" if kind == "item" else "step" if kind == "step" else "sentence"
    pieces = []
    for match in _SENTENCE_END.finditer(text, start, end):
        if _NOT_AN_END.search(text, start, match.start() + 1) and text[match.start()] == ".":
            continue
        pieces.append(Piece(as_kind, start, match.end(), block))
        start = _trim(text, match.end(), end)[0]
    pieces.append(Piece(as_kind, start, end, block))
    return pieces


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
