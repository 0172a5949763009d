"""What can go wrong on the way from a file to an index.

    IngestError
    ├── DocumentRefused      one file cannot come in; the rest goes on
    ├── CorpusRefused        the corpus as a whole cannot be built
    ├── ModelError           the embedding model is missing or not the one expected
    └── IndexProblem         an index cannot be used
        ├── IndexMissing     there is none, or it names a generation that is gone
        ├── IndexDamaged     a file differs from what the manifest says
        └── IndexMismatch    it was built by another embedder, cutter or format

Every message says what was found, what was expected and what to do next.
"""


class IngestError(Exception):
    """The root of this package's errors."""


class DocumentRefused(IngestError):
    """One file cannot become a document.

    name: the file's path relative to the corpus; line: 1-based, or None when the whole file is meant.
    """

    def __init__(self, name: str, reason: str, line: int | None = None) -> None:
        self.name = name
        self.reason = reason
        self.line = line
        where = name if line is None else f"{name}:{line}"
        super().__init__(f"{where}: {reason}")


class CorpusRefused(IngestError):
    """The corpus holds nothing that can be indexed."""


class ModelError(IngestError):
    """The embedding model is missing or differs from the pinned one."""


class IndexProblem(IngestError):
    """An index cannot be used; the message says why and how to rebuild it."""


class IndexMissing(IndexProblem):
    """No published index was found."""


class IndexDamaged(IndexProblem):
    """A file of the index differs from its manifest."""


class IndexMismatch(IndexProblem):
    """The index was made by another embedder, passage cutter or format version."""
