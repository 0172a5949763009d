"""The sixteen sections of a procedure document, the names they go by, and how a text is split into them."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SectionKind:
    """A section every document may have: its canonical name, our heading, other headings seen in the wild."""

    name: str
    heading: str
    aliases: tuple[str, ...] = ()


SECTION_KINDS = (
    SectionKind("name", "Name of the Procedure", ("procedure name",)),
    SectionKind("summary", "Summary", ("overview",)),
    SectionKind("purpose", "Purpose"),
    SectionKind("indications", "Indications"),
    SectionKind("preparation", "Preparation"),
    SectionKind("procedure", "Procedure Description", ("what happens",)),
    SectionKind("duration", "Duration", ("how long it takes",)),
    SectionKind("setting", "Setting", ("where it is done",)),
    SectionKind("personnel", "Personnel", ("who does it",)),
    SectionKind("risks", "Risks and Complications", ("risks", "complications")),
    SectionKind("benefits", "Benefits"),
    SectionKind("recovery", "Recovery", ("aftercare",)),
    SectionKind("alternatives", "Alternatives"),
    SectionKind("experience", "Patient Experience", ("what it feels like",)),
    SectionKind("coding", "Coding Notes", ("coding",)),
    SectionKind("similar", "Similar Codes", ("related codes",)),
)

SECTION_NAMES = tuple(kind.name for kind in SECTION_KINDS)
HEADINGS = {kind.name: kind.heading for kind in SECTION_KINDS}
# A retired code tells what it was and what replaced it, nothing else.
RETIRED_SECTIONS = ("name", "summary", "coding", "similar")

_BY_HEADING = {
    heading.casefold(): kind.name for kind in SECTION_KINDS for heading in (kind.heading, *kind.aliases)
}


def section_name(heading: str) -> str | None:
    """The canonical section of a heading, whatever its case or closing colon; None when it is none of ours."""
    return _BY_HEADING.get(" ".join(heading.split()).rstrip(":").strip().casefold())


@dataclass(frozen=True, slots=True)
class Section:
    """A section of one document: document.text[start:end], heading line included."""

    name: str
    heading: str
    start: int
    body_start: int  # the first character after the heading line
    end: int

    def __post_init__(self) -> None:
        if self.name not in SECTION_NAMES:
            raise ValueError(f"unknown section {self.name!r}; known are {', '.join(SECTION_NAMES)}")
        if not 0 <= self.start <= self.body_start <= self.end:
            raise ValueError(f"section {self.name!r}: offsets {self.start}, {self.body_start}, {self.end} are out of order")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading line found by a reader: its words and where its line starts and ends (the newline included)."""

    words: str
    start: int
    end: int


def split_sections(text: str, headings: list[Heading]) -> tuple[Section, ...]:
    """The sections that the headings open, in their order; each runs to the next heading, the last to the end.

    Raises ValueError when a heading is none of ours or stands twice; the message names it.
    """
    sections: list[Section] = []
    seen: set[str] = set()
    for position, heading in enumerate(headings):
        name = section_name(heading.words)
        if name is None:
            raise ValueError(
                f"unknown section {heading.words!r}; expected one of {', '.join(HEADINGS.values())}"
            )
        if name in seen:
            raise ValueError(f"section {heading.words!r} stands twice; join the two")
        seen.add(name)
        end = headings[position + 1].start if position + 1 < len(headings) else len(text)
        sections.append(Section(name, heading.words.rstrip(":").strip(), heading.start, heading.end, end))
    return tuple(sections)
