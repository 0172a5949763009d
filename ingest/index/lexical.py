"""BM25 over the entries' words: the one module that imports bm25s and the stemmer."""

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

import bm25s
import numpy as np
import numpy.typing as npt
import Stemmer

# A word or a number: "x-ray" gives x and ray, "2.5" stays whole, a code stays whole.
_WORD = re.compile(r"\d+(?:\.\d+)+|\w+")

# Too common to tell anything apart. "no", "not", "with" and "without" stay: contrast turns on them.
STOP_WORDS = frozenset(
    "a an and are as at be been but by can could did do does doing for from had has have having he her him his how i "
    "if in into is it its just me my of on or our she should so some than that the their them then there these they "
    "this those to too up was we were what when where which while who whom why will would you your".split()
)

_STEMMER = Stemmer.Stemmer("english")


def terms(text: str) -> list[str]:
    """The text's stems in order, stop words left out, case folded."""
    words = [word for word in _WORD.findall(text.casefold()) if word not in STOP_WORDS]
    return [str(stem) for stem in _STEMMER.stemWords(words)]


def count_words(texts: Iterable[str]) -> dict[str, int]:
    """Words without digits, case folded, and how often each stands, in the order of the words."""
    counts = Counter(word for text in texts for word in _WORD.findall(text.casefold()) if word.isalpha())
    return dict(sorted(counts.items()))


class LexicalIndex:
    """Scores of all entries for a bag of terms."""

    def __init__(self, index: bm25s.BM25, entries: int) -> None:
        self._index = index
        self._entries = entries

    @classmethod
    def build(cls, texts: Sequence[str]) -> "LexicalIndex":
        """Index `texts` in row order, with Lucene's BM25, k1 1.5 and b 0.75."""
        index = bm25s.BM25(method="lucene", k1=1.5, b=0.75)
        index.index([terms(text) for text in texts], show_progress=False)
        return cls(index, len(texts))

    @classmethod
    def load(cls, folder: Path) -> "LexicalIndex":
        index = bm25s.BM25.load(str(folder), mmap=True)
        return cls(index, int(index.scores["num_docs"]))

    def save(self, folder: Path) -> None:
        self._index.save(str(folder), show_progress=False)

    def scores(self, query_terms: Sequence[str]) -> npt.NDArray[np.float32]:
        """float32, shape (entries,): BM25, 0 for an entry that shares no term; higher is closer."""
        known = [term for term in query_terms if term in self._index.vocab_dict]
        if not known:
            return np.zeros(self._entries, dtype=np.float32)
        return np.asarray(self._index.get_scores(known), dtype=np.float32)
