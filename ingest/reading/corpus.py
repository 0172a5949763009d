"""A folder of files to documents; what cannot come in is refused by name and the rest goes on."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import ProcedureDocument
from ingest.errors import CorpusRefused, DocumentRefused
from ingest.reading import reader_for
from ingest.reading.front_matter import CodeHint

# Folders of the corpus that hold no documents.
NOT_DOCUMENT_FOLDERS = {"vocabulary"}


@dataclass(frozen=True, slots=True)
class Corpus:
    """What was read: documents by id in the order of their ids, where each stands, and what was refused."""

    documents: tuple[ProcedureDocument, ...]
    files: Mapping[str, str]  # document id to file name, relative to the corpus folder
    refused: tuple[DocumentRefused, ...]


def read_corpus(folder: Path, hints: Mapping[str, CodeHint] | None = None) -> Corpus:
    """Read every document file below `folder`.

    hints: file name, relative to `folder` with forward slashes, to what is known of it from outside.
    A second file of one system and code (in whatever case) is refused, naming the first.
    Raises CorpusRefused when the folder is missing or a hint names no file.
    """
    if not folder.is_dir():
        raise CorpusRefused(f"{folder} is not a folder; expected a corpus such as 'corpus'")
    hints = hints or {}
    documents: list[ProcedureDocument] = []
    files: dict[str, str] = {}
    refused: list[DocumentRefused] = []
    names = sorted(_document_files(folder))
    if unknown := sorted(set(hints) - set(names)):
        raise CorpusRefused(f"--code names {unknown[0]!r}, but {folder} holds no such file")
    for name in names:
        try:
            document = _read_file(folder, name, hints.get(name))
            if document.id in files:
                raise DocumentRefused(
                    name, f"{document.record.system} {document.record.code} stands in {files[document.id]} too; keep one"
                )
        except DocumentRefused as refusal:
            refused.append(refusal)
        else:
            files[document.id] = name
            documents.append(document)
    return Corpus(tuple(sorted(documents, key=lambda d: d.id)), files, tuple(refused))


def _document_files(folder: Path) -> list[str]:
    return [
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if reader_for(path.name) is not None
        and not any(part in NOT_DOCUMENT_FOLDERS or part.startswith(".") for part in path.relative_to(folder).parts)
    ]


def _read_file(folder: Path, name: str, hint: CodeHint | None) -> ProcedureDocument:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise DocumentRefused(name, "the link leads out of the corpus; copy the file in")
    if not path.is_file():
        raise DocumentRefused(name, "not a regular file; expected a document")
    reader = reader_for(name)
    if reader is None:
        raise DocumentRefused(name, "no reader for this kind of file")
    try:
        data = path.read_bytes()
        sidecar_path = path.with_suffix(".yaml")
        sidecar = sidecar_path.read_text("utf-8") if sidecar_path.is_file() else None
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentRefused(name, f"cannot be read: {error}") from error
    hint = hint or CodeHint()
    return reader(name, data, CodeHint(sidecar, hint.system, hint.code))
