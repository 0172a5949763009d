"""Checks of siblings side by side: told apart by facts, naming each other, and not copied from each other."""

import re
from collections.abc import Iterator, Sequence
from itertools import combinations

import numpy as np
from rapidfuzz import fuzz, process

from ingest.checking.documents import Source
from ingest.checking.findings import Finding
from ingest.documents import CodeRecord
from ingest.facts import Verdict, compare

MAX_NEAR_COPY_RATIO = 0.15
NEAR_COPY_SIMILARITY = 87.0   # rapidfuzz ratio, 0 to 100: about one word changed in a sentence of ten
MIN_WORDS = 4                 # "Call 911." may stand in every document


def check_family(sources: Sequence[Source]) -> list[Finding]:
    """Findings about documents of one family; `sources` in any order."""
    findings: list[Finding] = []
    for one, other in combinations(sources, 2):
        findings += _told_apart(one, other)
    findings += _one_usual(sources)
    for source in sources:
        siblings = [other for other in sources if other is not source]
        findings += _names_siblings(source, siblings)
        findings += _near_copies(source, siblings)
        findings += _shared_questions(source, siblings)
    return sorted(findings)


def check_exclusions(sources: Sequence[Source]) -> list[Finding]:
    """Exclusions must be mutual across the whole corpus: if A is never with B, B says so of A."""
    findings = []
    for source in sources:
        record = source.document.record
        for other in sources:
            theirs = other.document.record
            if _excludes(record, theirs.code) and not _excludes(theirs, record.code):
                findings.append(
                    other.finding("not_with", f"{record.code} ({source.file}) excludes {theirs.code}; add \"{record.code}\" here")
                )
    return sorted(findings)


def _excludes(record: CodeRecord, code: str) -> bool:
    return any(code in codes for codes in record.not_with)


def distinguishing_facts(one: CodeRecord, other: CodeRecord) -> tuple[str, ...]:
    """The facts that tell two siblings apart: both state them and they differ, or only one states them."""
    names = [*one.facts, *(name for name in other.facts if name not in one.facts)]
    return tuple(
        name
        for name in names
        if name not in one.facts
        or name not in other.facts
        or compare(name, one.facts[name], other.facts[name]) is Verdict.CONTRADICTS
        or (name == "payer" and one.facts[name] != other.facts[name])
    )


def _one_usual(sources: Sequence[Source]) -> Iterator[Finding]:
    """A family of several active codes says which one is meant when no detail is named."""
    usual = [source for source in sources if source.document.record.usual]
    active = [source for source in sources if source.document.record.status == "active"]
    if len(usual) > 1:
        yield usual[1].finding("usual", f"{usual[0].document.record.code} is the usual one of this family already; keep one")
    elif len(active) > 1 and not usual:
        yield active[0].finding("usual", "no code of this family says 'usual: true'; mark the one that is reported most")


def _told_apart(one: Source, other: Source) -> Iterator[Finding]:
    if not distinguishing_facts(one.document.record, other.document.record):
        yield one.finding(
            "facts", f"no fact tells it apart from {other.document.record.code}; bands must not overlap, words must differ"
        )


def _names_siblings(source: Source, siblings: Sequence[Source]) -> Iterator[Finding]:
    section = source.document.section_of.get("similar")
    listed = source.document.text[section.start : section.end] if section else ""
    for sibling in siblings:
        if sibling.document.record.code not in listed:
            yield source.finding("similar", f"Similar Codes does not name its sibling {sibling.document.record.code}")


def _shared_questions(source: Source, siblings: Sequence[Source]) -> Iterator[Finding]:
    for sibling in siblings:
        for question in source.document.record.questions:
            if question.casefold() in (theirs.casefold() for theirs in sibling.document.record.questions):
                yield source.finding("questions", f"{question!r} stands in {sibling.file} too")


def near_copies(source: Source, siblings: Sequence[Source]) -> tuple[list[tuple[int, str, str]], int]:
    """Sentences with a near-copy in a sibling, as (offset, sibling's code, the sentence), and how many were compared.

    Numbers are masked, so a copied sentence with another number counts; lists of Similar Codes do not.
    """
    mine = _comparable(source)
    found: dict[int, str] = {}
    for sibling in siblings:
        theirs = [masked for _, masked in _comparable(sibling)]
        if not mine or not theirs:
            continue
        scores = process.cdist([masked for _, masked in mine], theirs, scorer=fuzz.ratio, score_cutoff=NEAR_COPY_SIMILARITY)
        for row in np.flatnonzero(scores.max(axis=1) > 0):
            found.setdefault(mine[int(row)][0], sibling.document.record.code)
    text = source.document.text
    return [(offset, code, text[offset : text.find("\n", offset)]) for offset, code in sorted(found.items())], len(mine)


def _comparable(source: Source) -> list[tuple[int, str]]:
    document = source.document
    return [
        (piece.start, masked)
        for section in document.sections
        if section.name != "similar"
        for piece in document.pieces(section)
        if piece.quotable and len((masked := _masked(piece.of(document.text))).split()) >= MIN_WORDS
    ]


def _masked(sentence: str) -> str:
    return re.sub(r"[^a-z# ]+", "", re.sub(r"\d+(?:\.\d+)?", "#", sentence.casefold()))


def _near_copies(source: Source, siblings: Sequence[Source]) -> Iterator[Finding]:
    copies, compared = near_copies(source, siblings)
    if compared and len(copies) >= MAX_NEAR_COPY_RATIO * compared:
        yield source.finding(
            "near-copy", f"{len(copies)} of {compared} sentences have a near-copy in a sibling, fewer than 15 % may; the first follow"
        )
        for offset, code, sentence in copies[:5]:
            yield source.finding("near-copy", f"stands in {code} too: {sentence!r}", offset)
