"""Codes named in a question: exact, mistyped, or not loaded. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz.distance import OSA

from ingest.codes import normal_code, systems_of_shape
from ingest.documents import CodeRecord

# A token that someone may have meant as a code: five or seven letters and digits, mostly digits, or led by a
# system's name. Hyphens end it ("99214-25"), a plus may lead it ("+90785").
_TOKEN = re.compile(r"(?<![\w.$])\+?(?P<code>[0-9A-Za-z]{5,7})(?![\w%]|\.\d)")
_LED = re.compile(r"\b(?:cpt|hcpcs|code|c[oó]digo|pcs)[ #:]*(?P<code>[0-9A-Za-z]{3,8})\b(?![.]\d)", re.IGNORECASE)
_LOOKALIKES = str.maketrans("OIL", "011")
MAX_NEAR = 5


@dataclass(frozen=True, slots=True)
class CodeMention:
    """A code as the asker wrote it.

    document_ids: the loaded documents of exactly this code; empty when none is.
    near: loaded documents of the nearest codes, nearest first, then by code; only when document_ids is empty.
    corrected: the code it was read as, when it was mistyped in a way that has one reading.
    """

    written: str
    start: int
    end: int
    document_ids: tuple[str, ...]
    near: tuple[str, ...] = ()
    corrected: str = ""


class CodeRoute:
    """Finds code mentions against the loaded records."""

    def __init__(self, records: Mapping[str, CodeRecord]) -> None:
        self._ids: dict[str, list[str]] = {}
        for document_id, record in records.items():
            self._ids.setdefault(record.code, []).append(document_id)
        self._codes = sorted(self._ids)

    def mentions(self, question: str) -> tuple[CodeMention, ...]:
        """Every code named in the question, in its order, each stretch once."""
        spans: dict[tuple[int, int], bool] = {}
        for match in _LED.finditer(question):
            if any(character.isdigit() for character in match["code"]):
                spans[match.span("code")] = True
        for match in _TOKEN.finditer(question):
            if _mostly_digits(match["code"]):
                spans.setdefault(match.span("code"), False)
        found = []
        for start, end in sorted(spans):
            mention = self._mention(question[start:end], start, end, led=spans[start, end])
            if mention is not None:
                found.append(mention)
        return tuple(found)

    def nearest(self, code: str, systems: Sequence[str] = ()) -> tuple[str, ...]:
        """Documents of the codes nearest to `code`, at most MAX_NEAR: by edits, then shared prefix, then code."""
        code = normal_code(code)
        scored = [
            (OSA.distance(code, other), -_shared_prefix(code, other), other) for other in self._codes if len(other) == len(code)
        ]
        near = [other for distance, prefix, other in sorted(scored) if distance <= 2 or -prefix >= 3][:MAX_NEAR]
        return tuple(
            document_id
            for other in near
            for document_id in self._ids[other]
            if not systems or any(document_id.startswith(system.lower() + "/") for system in systems)
        )

    def _mention(self, written: str, start: int, end: int, *, led: bool) -> CodeMention | None:
        code = normal_code(written)
        if code in self._ids:
            return CodeMention(written, start, end, tuple(self._ids[code]))
        if systems_of_shape(code):
            return CodeMention(written, start, end, (), self.nearest(code))
        reading = code.translate(_LOOKALIKES)
        if reading in self._ids:
            return CodeMention(written, start, end, tuple(self._ids[reading]), corrected=reading)
        near = [other for other in self._codes if OSA.distance(code, other, score_cutoff=1) <= 1]
        if len(near) == 1:
            return CodeMention(written, start, end, tuple(self._ids[near[0]]), corrected=near[0])
        if near or led or len(code) in (5, 7):
            ids = tuple(document_id for other in near[:MAX_NEAR] for document_id in self._ids[other])
            return CodeMention(written, start, end, (), ids)
        return None


def _mostly_digits(word: str) -> bool:
    digits = sum(character.isdigit() for character in word)
    if len(word) == 7:
        return 2 <= digits < 7 and word[0].isdigit()
    return (digits >= 4 and len(word) <= 6) or (len(word) == 5 and digits >= 3 and word[0].isdigit())


def _shared_prefix(one: str, other: str) -> int:
    return next((place for place, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
