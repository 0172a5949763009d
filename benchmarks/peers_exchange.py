"""What the harness hands to each system and what it gets back. Runs in every peer's own environment: needs only numpy."""

import json
import socket
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Vectors = npt.NDArray[np.float32]
# From a question as typed to rows of passages, best first.
Search = Callable[[str], Sequence[int]]

# Passages that each search of a hybrid brings, and that a system answers with.
PASSAGES = 100
# Documents kept of each ranking; the measures look at the first five.
DOCUMENTS = 10
# What a share of dense search is tried at, by everyone whose fusion has weights.
DENSE_SHARES = (0.3, 0.55, 0.6, 0.7, 0.8, 0.9, 0.95)


@dataclass(frozen=True)
class Exchange:
    """The same passages, questions and vectors for every system; vectors are float32 unit rows in the same order."""

    texts: list[str]          # what was embedded, title and heading first
    documents: list[str]      # the document id of each passage
    vectors: Vectors
    question_ids: list[str]
    questions: list[str]
    question_vectors: Vectors

    @cached_property
    def vector_of(self) -> dict[str, Vectors]:
        """The vector of every passage and question by its text: what stands in for a peer's embedding model."""
        return {
            **dict(zip(self.texts, self.vectors, strict=True)),
            **dict(zip(self.questions, self.question_vectors, strict=True)),
        }

    def save(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        np.save(folder / "passages.npy", self.vectors, allow_pickle=False)
        np.save(folder / "questions.npy", self.question_vectors, allow_pickle=False)
        texts = {
            "texts": self.texts, "documents": self.documents, "question_ids": self.question_ids, "questions": self.questions,
        }  # fmt: skip
        (folder / "texts.json").write_text(json.dumps(texts, ensure_ascii=False), "utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Exchange":
        return cls(
            vectors=np.load(folder / "passages.npy", allow_pickle=False),
            question_vectors=np.load(folder / "questions.npy", allow_pickle=False),
            **json.loads((folder / "texts.json").read_text("utf-8")),
        )


@dataclass(frozen=True, slots=True)
class Run:
    """One setting of one system over all questions; both lists in the order of the questions."""

    setting: str
    documents: list[list[str]]   # ids, best first
    search_ms: list[float]       # of processor time, without encoding the question


def run_setting(setting: str, search: Search, exchange: Exchange) -> Run:
    """Ask every question once, after one unmeasured question. A document stands where its best passage stands.

    Processor time, of all threads: other work on the cores stretches the clock of a slow search more than of a fast one.
    """
    search(exchange.questions[0])
    rankings, spent = [], []
    for question in exchange.questions:
        started = time.process_time()
        rows = search(question)
        spent.append(round((time.process_time() - started) * 1000, 3))
        rankings.append(list(dict.fromkeys(exchange.documents[row] for row in rows))[:DOCUMENTS])
    return Run(setting, rankings, spent)


def run_peer(packages: Sequence[str], settings: Callable[[Exchange], Iterable[tuple[str, Search]]]) -> None:
    """What a runner does: read the folder named on the command line, run each setting, write the runs into the file named next.

    settings: name and search of each, the peer's default first.
    """
    block_network()
    exchange = Exchange.load(Path(sys.argv[1]))
    runs = [asdict(run_setting(name, search, exchange)) for name, search in settings(exchange)]
    found = {"versions": {package: version(package) for package in packages}, "runs": runs}
    Path(sys.argv[2]).write_text(json.dumps(found), "utf-8")


def block_network() -> None:
    """From here on this process can reach nobody: no telemetry, no download."""

    def refuse(*_: Any) -> None:
        raise OSError("a benchmark sends nothing")

    socket.socket.connect = refuse  # type: ignore[assignment, method-assign]
    socket.socket.connect_ex = refuse  # type: ignore[assignment, method-assign]
