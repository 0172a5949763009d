"""Spelling out abbreviations, lay words and Spanish in a question. Pure; built once per index."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ingest.vocabulary import Term, Vocabulary

_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True)
class SpelledOut:
    """One term found in a question, and what it means."""

    start: int
    end: int
    means: str


class SpellingOut:
    """Finds the unambiguous terms of a vocabulary in a text; the longest at each place wins."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._english = _by_first_token(term for term in vocabulary.terms if term.means and term.language == "en")
        self._spanish = _by_first_token(term for term in vocabulary.terms if term.means and term.language == "es")

    def find(self, text: str, language: str = "en") -> list[SpelledOut]:
        """The terms in the order they stand; none overlaps another. Spanish text is read with both lists."""
        lists = (self._spanish, self._english) if language == "es" else (self._english,)
        tokens = list(_TOKEN.finditer(text))
        words = [plain(token[0]) for token in tokens]
        found: list[SpelledOut] = []
        place = 0
        while place < len(words):
            length, means = next((hit for terms in lists if (hit := _longest(terms, words, place))), (1, ""))
            if means:
                found.append(SpelledOut(tokens[place].start(), tokens[place + length - 1].end(), means))
            place += length
        return found

    def spanish_share(self, text: str) -> float:
        """The share of the text's words that the Spanish list reads, numbers aside; 0 to 1."""
        words = [plain(token) for token in _TOKEN.findall(text) if token.isalpha()]
        read = place = 0
        while place < len(words):
            length = (_longest(self._spanish, words, place) or (0, ""))[0]
            read += length
            place += length or 1
        return read / len(words) if words else 0.0

    def add_meanings(self, text: str, language: str = "en") -> str:
        """The text with each term's meaning written behind it: "CXR (chest x-ray) 2 views".

        Spanish terms are replaced, because an English index knows only the meaning.
        """
        parts: list[str] = []
        last = 0
        for found in self.find(text, language):
            if language == "es":
                parts += [text[last : found.start], found.means]
            else:
                parts += [text[last : found.end], f" ({found.means})"]
            last = found.end
        return "".join([*parts, text[last:]])


def plain(word: str) -> str:
    """Case folded and without accents, as people type."""
    return "".join(c for c in unicodedata.normalize("NFD", word.casefold()) if not unicodedata.combining(c))


def _by_first_token(terms: Iterable[Term]) -> dict[str, list[tuple[tuple[str, ...], str]]]:
    """First token to (all tokens, meaning), longest first."""
    lists: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for term in terms:
        tokens = tuple(plain(token) for token in _TOKEN.findall(term.term))
        if tokens:
            lists.setdefault(tokens[0], []).append((tokens, term.means))
    for some in lists.values():
        some.sort(key=lambda item: (-len(item[0]), item[0]))
    return lists


def _longest(terms: dict[str, list[tuple[tuple[str, ...], str]]], words: list[str], place: int) -> tuple[int, str] | None:
    for tokens, means in terms.get(words[place], ()):
        if words[place : place + len(tokens)] == list(tokens):
            return len(tokens), means
    return None
