"""Immutable generations and the pointer CURRENT: written aside, synced, swapped in whole."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from ingest.errors import IndexMissing, IndexProblem
from ingest.index.manifest import MANIFEST_FILE, REBUILD, Manifest

CURRENT = "CURRENT"
# The generation before stays for readers that still hold it, and as the way back.
KEPT_GENERATIONS = 2


@contextmanager
def ingest_lock(index: Path) -> Iterator[None]:
    """Hold the index for writing; raises IndexProblem when another ingest holds it."""
    index.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(index / ".ingest.lock", timeout=0):
            yield
    except Timeout as error:
        raise IndexProblem(f"another ingest is writing {index}; wait for it to end, then run this again") from error


@contextmanager
def building_folder(index: Path) -> Iterator[Path]:
    """An empty folder beside the generations; removed at the end whatever happened. Call under ingest_lock."""
    for leftover in index.glob(".building-*"):  # of an ingest that was killed
        shutil.rmtree(leftover)
    folder = index / f".building-{os.getpid()}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def publish(index: Path, folder: Path, manifest: Manifest) -> Path:
    """Make the finished `folder` the current generation; returns where it stands now.

    Every file and folder is on disk before CURRENT names it, so a crash leaves the old generation or the new one.
    """
    (folder / MANIFEST_FILE).write_text(manifest.to_json(), "utf-8")
    for path in sorted(folder.rglob("*"), reverse=True):
        _sync(path)
    _sync(folder)
    generation = index / manifest.generation
    if generation.exists():
        # Same name, same content; unless it was damaged since, which is why it is replaced.
        shutil.rmtree(generation)
    os.rename(folder, generation)
    _sync(index)
    aside = index / f".{CURRENT}"
    aside.write_text(manifest.generation + "\n", "utf-8")
    _sync(aside)
    os.replace(aside, index / CURRENT)
    _sync(index)
    _remove_old(index, manifest.generation)
    return generation


def current_generation(index: Path) -> Path:
    """The folder that CURRENT names.

    Raises IndexMissing when there is no index, or CURRENT names a folder that is gone.
    """
    try:
        name = (index / CURRENT).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise IndexMissing(f"no index in {index}; build it: python -m ingest corpus {index}") from error
    folder = index / name
    if not name.startswith("gen-") or "/" in name or "\\" in name or not folder.is_dir():
        raise IndexMissing(f"{index}/{CURRENT} names {name[:40]!r}, which is not there; {REBUILD}")
    return folder


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _remove_old(index: Path, current: str) -> None:
    others = [path for path in index.glob("gen-*") if path.is_dir() and path.name != current]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[KEPT_GENERATIONS - 1 :]:
        shutil.rmtree(path, ignore_errors=True)
