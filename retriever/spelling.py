"""Typos corrected to words the documents use. Pure; built once per index."""

import re
from collections.abc import Mapping

from rapidfuzz import process
from rapidfuzz.distance import OSA

from retriever.vocabulary import plain

_WORD = re.compile(r"[^\W\d_]+")
MIN_LENGTH = 5
# A word seen less often may be a rare name or a slip of our own.
MIN_COUNT = 2
# One edit in a short word, two in a long one.
LONG = 8


class Spelling:
    """Replaces words that no document uses by the one word that is nearly the same."""

    def __init__(self, words: Mapping[str, int]) -> None:
        """words: every known word, case folded, and how often it stands."""
        self._known = frozenset(plain(word) for word in words)
        self._targets = sorted(word for word, count in words.items() if count >= MIN_COUNT and len(word) >= MIN_LENGTH - 1)
        self._counts = words

    def correct(self, text: str) -> str:
        """The text with each unknown word replaced by the nearest known one; ties go to the more frequent.

        A word is left alone when it is short, capitalized like a name inside a sentence, or nothing is near enough.
        """
        return _WORD.sub(lambda match: self._corrected(match, text), text)

    def _corrected(self, match: re.Match[str], text: str) -> str:
        written = match[0]
        word = plain(written)
        if len(word) < MIN_LENGTH or word in self._known or _inflects_known(word, self._known):
            return written
        if written[0].isupper() and not written.isupper() and match.start() > 0 and text[: match.start()].rstrip()[-1:] not in (".", "?", "!"):
            return written
        allowed = 2 if len(word) >= LONG else 1
        found = process.extract(word, self._targets, scorer=OSA.distance, score_cutoff=allowed, limit=8)
        # A first letter is hardly ever mistyped.
        near = [(target, distance) for target, distance, _ in found if target[0] == word[0]]
        if not near:
            return written
        return min(near, key=lambda item: (item[1], -self._counts[item[0]], item[0]))[0]


def _inflects_known(word: str, known: frozenset[str]) -> bool:
    """"pushing" is no typo where "push" is known."""
    return any(word.endswith(ending) and word[: -len(ending)] in known for ending in ("s", "es", "ed", "d", "ing", "er", "ers", "ly", "y"))
