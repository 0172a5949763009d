"""Vectors by the hash of their text, so that ingesting again costs what changed.

A shard is two arrays of one name: keys, uint8 (n, 32), and vectors, float32 (n, d). Shards are written once and
never changed; one that cannot be read is dropped, because everything in it can be made again.
"""

import hashlib
import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingest.embedding.protocols import Embedder, EmbedderId, Progress, Vectors

# So many texts are embedded between two writes: an interrupted ingest loses at most this much work.
SHARD_TEXTS = 4096


@dataclass(frozen=True, slots=True)
class CacheUse:
    """How many different texts were asked for, and how many of them had to be embedded."""

    texts: int
    embedded: int


class EmbeddingCache:
    """The cache of one embedder below `folder`; made when missing."""

    def __init__(self, folder: Path, embedder: EmbedderId) -> None:
        self._folder = folder / f"{embedder.fingerprint[:16]}-{embedder.dimension}"
        self._dimension = embedder.dimension
        self._vectors: dict[bytes, Vectors] = {}
        self._folder.mkdir(parents=True, exist_ok=True)
        for keys_path in sorted(self._folder.glob("*.keys.npy")):
            self._load(keys_path)

    def embed(self, embedder: Embedder, texts: Sequence[str], progress: Progress | None = None) -> tuple[Vectors, CacheUse]:
        """Vectors of `texts` in their order; texts not seen before are embedded and kept, equal texts once."""
        keys = [hashlib.sha256(text.encode()).digest() for text in texts]
        different = dict(zip(keys, texts, strict=True))
        # Longest first: batches of one length, and the slowest come before the progress bar looks done.
        missing = sorted((key for key in different if key not in self._vectors), key=lambda key: (-len(different[key]), key))
        if progress is not None:
            progress(len(different) - len(missing))
        for first in range(0, len(missing), SHARD_TEXTS):
            some = missing[first : first + SHARD_TEXTS]
            vectors = embedder.embed([different[key] for key in some], progress)
            self._vectors.update(zip(some, vectors, strict=True))
            self._store(some, vectors)
        rows = np.empty((len(keys), self._dimension), dtype=np.float32)
        for row, key in enumerate(keys):
            rows[row] = self._vectors[key]
        return rows, CacheUse(len(different), len(missing))

    def write_question_encoder(self, embedder: Embedder, folder: Path) -> None:
        """Put the embedder's question encoder into the empty `folder`; exporting it takes seconds, so it is kept too."""
        kept = self._folder / "encoder"
        if not kept.is_dir():
            aside = self._folder / f".encoder-{os.getpid()}"
            shutil.rmtree(aside, ignore_errors=True)
            aside.mkdir()
            embedder.write_question_encoder(aside)
            os.rename(aside, kept)
        for path in sorted(kept.iterdir()):
            shutil.copyfile(path, folder / path.name)

    def _load(self, keys_path: Path) -> None:
        vectors_path = keys_path.with_name(keys_path.name.replace(".keys.", ".vectors."))
        try:
            keys = np.load(keys_path, allow_pickle=False)
            vectors = np.load(vectors_path, allow_pickle=False)
            sound = keys_path.name.startswith(_shard_name(keys, vectors))
        except (OSError, ValueError, EOFError):
            sound = False
        if not sound or vectors.shape != (len(keys), self._dimension):
            keys_path.unlink(missing_ok=True)
            vectors_path.unlink(missing_ok=True)
            return
        self._vectors.update((key.tobytes(), vector) for key, vector in zip(keys, vectors, strict=True))

    def _store(self, some: Sequence[bytes], vectors: Vectors) -> None:
        keys = np.frombuffer(b"".join(some), dtype=np.uint8).reshape(len(some), 32)
        name = _shard_name(keys, vectors)
        # The keys come last: a shard without them is not seen.
        for part, array in (("vectors", vectors), ("keys", keys)):
            aside = self._folder / f".{name}.{part}.npy"
            with aside.open("wb") as file:
                np.save(file, array, allow_pickle=False)
                file.flush()
                os.fsync(file.fileno())
            os.replace(aside, self._folder / f"{name}.{part}.npy")


def _shard_name(keys: np.ndarray, vectors: np.ndarray) -> str:
    return hashlib.sha256(keys.tobytes() + vectors.tobytes()).hexdigest()[:24]
