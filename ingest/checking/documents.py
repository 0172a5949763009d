"""Checks of one document alone: sections, sentences, questions, sources, dates, reading grade."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ingest.checking.findings import Finding
from ingest.checking.readability import reading_grade
from ingest.documents import ProcedureDocument
from ingest.sections import HEADINGS, RETIRED_SECTIONS, SECTION_NAMES
from ingest.sentences import Piece

MAX_WORDS = 24            # the house rule says 20; a list of four things may need a few more
MAX_GRADE = 8.9           # Flesch-Kincaid of all patient sections together
QUESTIONS = range(4, 9)
FOR_CODERS = ("coding", "similar")

# A quoted sentence must name its subject: nobody sees the sentence before it.
_NO_SUBJECT = re.compile(r"(?:This|These|That|Those|It|Its|They|Their|He|She|There|Here|Such)\b(?!-)")
_MARKUP = re.compile(r"\*\*|__|`|<[a-zA-Z/]|\]\(|[\u2018\u2019\u201c\u201d\u2013\u2014]")
_STOP_A_MEDICINE = re.compile(r"\bstop (?:taking )?(?:your|the|any|all|blood) ?\w* ?(?:medicines?|pills?|thinners?|drugs?)\b", re.I)
_SELF_NOTE = re.compile(r"\b(?:TODO|FIXME|to verify|verify before|lorem)\b", re.I)


@dataclass(frozen=True, slots=True)
class Source:
    """A document with the file it came from and the number of lines its front matter takes."""

    document: ProcedureDocument
    file: str
    lines_before: int

    def finding(self, rule: str, message: str, offset: int | None = None) -> Finding:
        """offset: a character of document.text; None points at the first line."""
        line = 1 if offset is None else self.lines_before + self.document.text.count("\n", 0, offset) + 1
        return Finding(self.file, line, rule, message)


def check_document(source: Source) -> list[Finding]:
    """All findings of one document, in the order of its lines."""
    return sorted([*_sections(source), *_sentences(source), *_front_matter(source), *_grade(source)])


def patient_pieces(document: ProcedureDocument) -> Iterator[Piece]:
    """The quotable pieces of the sections written for patients, in order."""
    for section in document.sections:
        if section.name not in FOR_CODERS:
            yield from (piece for piece in document.pieces(section) if piece.quotable)


def _sections(source: Source) -> Iterator[Finding]:
    document = source.document
    found = tuple(section.name for section in document.sections)
    expected = RETIRED_SECTIONS if document.record.status == "deleted" else SECTION_NAMES
    for name in expected:
        if name not in found:
            yield source.finding("section", f"'## {HEADINGS[name]}' is missing")
    if all(name in found for name in expected) and found != expected:
        yield source.finding("section", f"sections must stand in this order: {', '.join(HEADINGS[n] for n in expected)}")
    for section in document.sections:
        if not any(piece.quotable for piece in document.pieces(section)):
            yield source.finding("section", f"'{section.heading}' states nothing", section.start)


def _sentences(source: Source) -> Iterator[Finding]:
    document = source.document
    for section in document.sections:
        for piece in document.pieces(section):
            words = piece.of(document.text)
            if markup := _MARKUP.search(words):
                yield source.finding("plain-text", f"{markup[0]!r} in {words!r}; use plain words and ASCII marks", piece.start)
            if _SELF_NOTE.search(words):
                yield source.finding("note", f"a note to ourselves: {words!r}", piece.start)
            if not piece.quotable:
                continue
            if not words.endswith((".", "?", "!")):
                yield source.finding("full-stop", f"no full stop ends {words[-40:]!r}", piece.start)
            if section.name in FOR_CODERS:
                continue
            if unnamed := _NO_SUBJECT.match(words):
                yield source.finding("subject", f"names no subject ({unnamed[0]!r}): {words!r}", piece.start)
            if len(words.split()) > MAX_WORDS:
                yield source.finding("length", f"{len(words.split())} words, at most {MAX_WORDS}: {words!r}", piece.start)
            if _STOP_A_MEDICINE.search(words):
                yield source.finding("safety", f"never tells anyone to stop a medicine: {words!r}", piece.start)


def _front_matter(source: Source) -> Iterator[Finding]:
    record = source.document.record
    if len(record.questions) not in QUESTIONS:
        yield source.finding("questions", f"{len(record.questions)} questions, expected {QUESTIONS[0]} to {QUESTIONS[-1]}")
    if len({question.casefold() for question in record.questions}) < len(record.questions):
        yield source.finding("questions", "a question stands twice")
    if not record.common_names:
        yield source.finding("common_names", "there are none; give what people call it")
    if not record.sources:
        yield source.finding("sources", "there are none; name the public sources with their years")
    if record.reviewed is None:
        yield source.finding("reviewed", "the date of the last reading is missing")
    coding = source.document.section_of.get("coding")
    notes = "" if coding is None else source.document.text[coding.start : coding.end]
    if record.add_on and not record.primary_codes and "Goes with" not in notes:
        yield source.finding("add-on", "an add-on names the codes it goes with in primary_codes, or says 'Goes with' in its notes")
    if record.status == "deleted" and record.deleted is None:
        yield source.finding("dates", "a deleted code needs the date it ended in 'deleted'")
    if record.effective and record.deleted and record.effective >= record.deleted:
        yield source.finding("dates", f"effective {record.effective} is not before deleted {record.deleted}")
    if record.status == "active" and record.reviewed and record.deleted and record.deleted <= record.reviewed:
        yield source.finding("dates", f"status is active, but the code ended on {record.deleted}")


def _grade(source: Source) -> Iterator[Finding]:
    words = " ".join(piece.of(source.document.text) for piece in patient_pieces(source.document))
    grade = reading_grade(words)
    if grade > MAX_GRADE:
        yield source.finding("reading-grade", f"patient sections read at grade {grade:.1f}, at most {MAX_GRADE}; use shorter words and sentences")
