"""What an embedder and a question encoder are. Values and protocols only."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class EmbedderId:
    """Which embedder made a vector: vectors of two ids must never meet."""

    name: str
    fingerprint: str  # SHA-256 of the weights
    dimension: int

    def __str__(self) -> str:
        return f"'{self.name}' ({self.dimension} dimensions, weights {self.fingerprint[:12]})"


class QuestionEncoder(Protocol):
    """One question to one vector, fast to start: the question's way runs it."""

    @property
    def id(self) -> EmbedderId: ...

    def encode(self, texts: Sequence[str]) -> Vectors:
        """float32, shape (n, d), unit rows, in the order of `texts`."""
        ...


class Embedder(Protocol):
    """Many texts to vectors; knows how to write down its question encoder."""

    @property
    def id(self) -> EmbedderId: ...

    def embed(self, texts: Sequence[str], progress: Progress | None = None) -> Vectors:
        """float32, shape (n, d), unit rows, in the order of `texts`.

        progress: called with the number of texts done since the last call.
        """
        ...

    def write_question_encoder(self, folder: Path) -> None:
        """Write what a QuestionEncoder needs into `folder`, which exists and is empty."""
        ...
