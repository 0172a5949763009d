"""What a document is: a code, its facts, its text and its sections; and the passages cut from it. Values only."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from types import MappingProxyType

from ingest.codes import SYSTEMS, CodeRange, document_id, has_shape
from ingest.facts import Facts
from ingest.sections import Section
from ingest.sentences import Piece, split_pieces

STATUSES = ("active", "deleted")


@dataclass(frozen=True, slots=True)
class CodeRecord:
    """What the front matter says of one code, whatever the text says."""

    system: str
    code: str
    title: str
    family: str
    common_names: tuple[str, ...] = ()
    facts: Facts = field(default_factory=lambda: MappingProxyType({}))
    usual: bool = False   # the code of its family that is reported most, so what people mean who name no detail
    add_on: bool = False
    primary_codes: tuple[CodeRange, ...] = ()
    not_with: tuple[CodeRange, ...] = ()
    status: str = "active"
    effective: date | None = None   # first day of the code's present meaning
    deleted: date | None = None     # first day on which it is no longer valid
    replaced_by: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    reviewed: date | None = None
    sources: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.system not in SYSTEMS:
            raise ValueError(f"system must be one of {', '.join(SYSTEMS)}; found {self.system!r}")
        if not has_shape(self.system, self.code):
            raise ValueError(f"{self.code!r} does not have the shape of a {self.system} code")
        if not self.title.strip():
            raise ValueError("title is empty")
        if self.status not in STATUSES:
            raise ValueError(f"status must be one of {', '.join(STATUSES)}; found {self.status!r}")

    def valid_on(self, day: date) -> bool:
        """Whether the code may be reported for a service on that day."""
        starts = self.effective is None or self.effective <= day
        return starts and (self.deleted is None or day < self.deleted) and (self.status == "active" or self.deleted is not None)


    def status_on(self, day: date) -> str:
        """"active", "not yet valid" or "deleted" on that day."""
        if self.valid_on(day):
            return "active"
        return "not yet valid" if self.effective is not None and day < self.effective else "deleted"


@dataclass(frozen=True)
class ProcedureDocument:
    """One code's page. `text` is the page as read, markup included; every offset counts its characters."""

    record: CodeRecord
    text: str
    sections: tuple[Section, ...]

    def __post_init__(self) -> None:
        for section in self.sections:
            if section.end > len(self.text):
                raise ValueError(f"{self.id}: section {section.name!r} ends at {section.end}, the text at {len(self.text)}")

    @cached_property
    def id(self) -> str:
        return document_id(self.record.system, self.record.code)

    @cached_property
    def sha256(self) -> str:
        """Of the text in UTF-8: what a citation names, so that a reader can tell whether the page changed."""
        return hashlib.sha256(self.text.encode()).hexdigest()

    @cached_property
    def section_of(self) -> Mapping[str, Section]:
        """Sections by canonical name."""
        return {section.name: section for section in self.sections}

    def pieces(self, section: Section) -> tuple[Piece, ...]:
        """The section's pieces in order, its heading line left out."""
        return split_pieces(self.text, section.body_start, section.end)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one section of one document, small enough to embed and to quote."""

    id: str                    # "cpt/90833#12": for finding, never for parsing
    document_id: str
    section: str               # canonical name; "" for text before the first section
    headings: tuple[str, ...]  # outermost first, beginning with the title
    text: str                  # verbatim: document.text[start:end]
    start: int                 # characters
    body_start: int            # the first character after the heading line, when the passage holds it
    end: int

    def __post_init__(self) -> None:
        if not self.start <= self.body_start <= self.end:
            raise ValueError(f"passage {self.id!r}: its body starts at {self.body_start}, outside {self.start}:{self.end}")
        if self.end - self.start != len(self.text):
            raise ValueError(
                f"passage {self.id!r}: offsets {self.start}:{self.end} do not fit {len(self.text)} characters of text"
            )

    def pieces(self) -> tuple[Piece, ...]:
        """The passage's pieces in order, heading line left out; offsets count characters of the document."""
        shift = self.start
        return tuple(
            Piece(piece.kind, piece.start + shift, piece.end + shift, piece.block)
            for piece in split_pieces(self.text, self.body_start - shift)
        )
