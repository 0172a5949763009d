"""What can go wrong between a question and its answer.

    RetrieverError
    ├── QuestionRefused   the question cannot be taken: empty, too long, not text
    └── PromiseBroken     a reply would have broken a promise of the contract and was held back
"""


class RetrieverError(Exception):
    """The root of this package's errors."""


class QuestionRefused(RetrieverError):
    """The question cannot be taken; the message says what is expected and never holds the question."""


class PromiseBroken(RetrieverError):
    """A reply did not keep a promise of the contract: a fault of ours, never shown as an answer."""
