"""The manifest of a generation: what it was made by, how much it holds, and the SHA-256 of every file. Values and JSON."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from ingest.embedding.protocols import EmbedderId
from ingest.errors import IndexDamaged, IndexMismatch
from ingest.passages import CUTTER

FORMAT_VERSION = 2
METRIC = "inner product of unit vectors"
LEXICAL = "bm25-lucene-english-1"
MANIFEST_FILE = "manifest.json"

REBUILD = "rebuild it: python -m ingest corpus index"


@dataclass(frozen=True, slots=True)
class Counts:
    """How much a generation holds."""

    documents: int
    passages: int
    entries: int
    pieces: int


@dataclass(frozen=True, slots=True)
class FileRecord:
    sha256: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Manifest:
    """Everything a reader must agree with before it serves a generation."""

    format_version: int
    embedder: EmbedderId
    metric: str
    cutter: str
    lexical: str
    counts: Counts
    files: Mapping[str, FileRecord]  # path below the generation, with forward slashes

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1, sort_keys=True) + "\n"

    @property
    def generation(self) -> str:
        """The generation's name: the same content gives the same name."""
        return "gen-" + hashlib.sha256(self.to_json().encode()).hexdigest()[:16]


def describe_files(folder: Path) -> dict[str, FileRecord]:
    """The record of every file below `folder`, by relative path, in the order of the paths."""
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != MANIFEST_FILE)
    return {path.relative_to(folder).as_posix(): file_record(path) for path in paths}


def file_record(path: Path) -> FileRecord:
    with path.open("rb") as file:
        return FileRecord(hashlib.file_digest(file, "sha256").hexdigest(), path.stat().st_size)


def read_manifest(folder: Path) -> Manifest:
    """The manifest of the generation in `folder`, whose name must be the manifest's own.

    Raises IndexDamaged when it is missing, cut or altered; IndexMismatch when its format is another.
    """
    try:
        raw: dict[str, Any] = json.loads((folder / MANIFEST_FILE).read_text("utf-8"))
        if raw.get("format_version") != FORMAT_VERSION:
            raise IndexMismatch(
                f"{folder.name} has index format {raw.get('format_version')!r}, this version reads {FORMAT_VERSION}; {REBUILD}"
            )
        manifest = Manifest(
            format_version=raw["format_version"],
            embedder=EmbedderId(**raw["embedder"]),
            metric=raw["metric"],
            cutter=raw["cutter"],
            lexical=raw["lexical"],
            counts=Counts(**raw["counts"]),
            files={name: FileRecord(**record) for name, record in raw["files"].items()},
        )
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise IndexDamaged(f"{folder.name}/{MANIFEST_FILE} cannot be read ({error}); {REBUILD}") from error
    if manifest.generation != folder.name:
        raise IndexDamaged(f"{folder.name}/{MANIFEST_FILE} was altered: it belongs to {manifest.generation}; {REBUILD}")
    return manifest


def verify_files(folder: Path, manifest: Manifest) -> None:
    """Compare every file with the manifest; raises IndexDamaged naming the first that differs, lacks or is extra."""
    found = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST_FILE}
    for name in sorted(set(manifest.files) | found):
        if name not in manifest.files:
            raise IndexDamaged(f"{folder.name}/{name} is not in the manifest; {REBUILD}")
        if name not in found:
            raise IndexDamaged(f"{folder.name}/{name} is missing; {REBUILD}")
        if file_record(folder / name) != manifest.files[name]:
            raise IndexDamaged(f"{folder.name}/{name} is damaged: its SHA-256 is not the manifest's; {REBUILD}")


def check_match(manifest: Manifest, name: str) -> None:
    """Raises IndexMismatch when the generation was cut, measured or tokenized by other rules than this version's."""
    for what, found, expected in (
        ("passage cutter", manifest.cutter, CUTTER),
        ("metric", manifest.metric, METRIC),
        ("lexical index", manifest.lexical, LEXICAL),
    ):
        if found != expected:
            raise IndexMismatch(f"{name} was built with {what} {found!r}, this version uses {expected!r}; {REBUILD}")
