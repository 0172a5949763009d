"""The published index, opened; a newer generation is picked up without a restart and without a failed question."""

import threading
import time
from pathlib import Path

import structlog

from ingest.errors import IndexProblem
from ingest.index.faiss_store import FaissStore
from ingest.index.publish import current_generation
from retriever.ask import Retriever

log = structlog.get_logger(__name__)
CHECK_EVERY_S = 1.0


class LiveRetriever:
    """Hands out the retriever of the current generation.

    Who holds an older one keeps it until done. A new generation that cannot be opened is refused and the old one
    goes on serving.
    """

    def __init__(self, index: Path) -> None:
        """Raises IndexProblem when there is no index to begin with."""
        self._index = index
        self._lock = threading.Lock()
        self._checked = time.monotonic()
        self._refused = ""
        self._retriever = _open(current_generation(index))

    def __call__(self) -> Retriever:
        if time.monotonic() - self._checked >= CHECK_EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._retriever

    def _look(self) -> None:
        self._checked = time.monotonic()
        try:
            folder = current_generation(self._index)
            if folder.name in (self._retriever.store.info.generation, self._refused):
                return
            self._retriever = _open(folder)
            log.info("generation opened", generation=folder.name)
        except IndexProblem as problem:
            self._refused = _current_name(self._index)
            log.warning("generation refused", reason=type(problem).__name__)


def _open(folder: Path) -> Retriever:
    store = FaissStore(folder)
    return Retriever(store, store.question_encoder())


def _current_name(index: Path) -> str:
    try:
        return current_generation(index).name
    except IndexProblem:
        return ""
