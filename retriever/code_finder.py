"""Codes by a few typed letters: prefixes, words in any order, typos, abbreviations. Pure; built once per index."""

import re
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rapidfuzz import process
from rapidfuzz.distance import OSA

from ingest.documents import CodeRecord
from retriever.vocabulary import SpellingOut, plain

_WORD = re.compile(r"\w+")
# Points of a match: the code itself, a word of the title, of a common name, a mistyped word.
CODE, TITLE, NAME, TYPO = 100.0, 10.0, 6.0, 2.0
WHOLE_WORD = 2.0
USUAL = 1.0
MIN_TYPO_LENGTH = 4
_SMALL = frozenset(["a", "an", "and", "by", "for", "in", "of", "on", "or", "the", "to", "with"])


@dataclass(frozen=True, slots=True)
class FoundCode:
    """A code that matches what was typed; higher points are closer."""

    document_id: str
    points: float


class CodeFinder:
    """An inverted index over codes, titles and common names."""

    def __init__(self, records: Mapping[str, CodeRecord], spelling: SpellingOut) -> None:
        self._records = records
        self._spelling = spelling
        points: dict[str, dict[str, float]] = {}
        for document_id, record in records.items():
            for word in _words(" ".join(record.common_names)):
                points.setdefault(word, {})[document_id] = NAME
            for word in _words(record.title):
                points.setdefault(word, {})[document_id] = TITLE
            points.setdefault(plain(record.code), {})[document_id] = CODE
        self._points = points
        self._sorted = sorted(points)
        self._codes = sorted(record.code for record in records.values())

    def find(self, typed: str, k: int = 10, systems: Sequence[str] = ()) -> list[FoundCode]:
        """The k best matches, best first; ties to the smaller code. Every typed word must match, the last as a prefix.

        An abbreviation counts as typed or as what it means, whichever finds more.
        """
        readings = [typed, *(found.means for found in self._spelling.find(typed))][:3]
        spelled = self._spelling.add_meanings(typed)
        if spelled != typed:
            readings.append(re.sub(r"\S+ \(([^)]*)\)", r"\1", spelled))
        best: dict[str, float] = {}
        for reading in readings:
            for document_id, points in self._match(_words(reading)).items():
                best[document_id] = max(points, best.get(document_id, 0.0))
        found = [
            FoundCode(document_id, points + USUAL * self._records[document_id].usual)
            for document_id, points in best.items()
            if not systems or self._records[document_id].system in systems
        ]
        found.sort(key=lambda item: (-item.points, self._records[item.document_id].code, item.document_id))
        return found[:k]

    def _match(self, words: Sequence[str]) -> dict[str, float]:
        total: dict[str, float] | None = None
        for place, word in enumerate(words):
            if word in _SMALL and place < len(words) - 1:
                continue
            hits = self._hits(word) or self._typo_hits(word)
            total = hits if total is None else {i: total[i] + hits[i] for i in total if i in hits}
            if not total:
                return {}
        return total or {}

    def _hits(self, word: str) -> dict[str, float]:
        """Documents with a word that begins with this one."""
        hits: dict[str, float] = {}
        for place in range(bisect_left(self._sorted, word), len(self._sorted)):
            known = self._sorted[place]
            if not known.startswith(word):
                break
            bonus = WHOLE_WORD if known == word else 0.0
            for document_id, points in self._points[known].items():
                hits[document_id] = max(points + bonus, hits.get(document_id, 0.0))
        return hits

    def _typo_hits(self, word: str) -> dict[str, float]:
        if len(word) < MIN_TYPO_LENGTH:
            return {}
        allowed = 1 if len(word) < 8 else 2
        hits: dict[str, float] = {}
        # The beginning is compared, so that a mistyped half-word finds its whole.
        near = process.extract(word, self._sorted, scorer=OSA.distance, score_cutoff=allowed, limit=12)
        near += [(known, 1, 0) for known in self._sorted if len(known) > len(word) + 1 and _begins_like(known, word)]
        for known, _, _ in near:
            for document_id in self._points[known]:
                hits[document_id] = TYPO
        return hits


def _begins_like(known: str, word: str) -> bool:
    """Whether the word is one edit from a beginning of the known one, of its own length or one longer."""
    return known[0] == word[0] and any(OSA.distance(word, known[:length], score_cutoff=1) <= 1 for length in (len(word), len(word) + 1))


def _words(text: str) -> list[str]:
    return [plain(word) for word in _WORD.findall(text)]
