"""One module a format. Each reads bytes into a ProcedureDocument or raises DocumentRefused."""

from collections.abc import Callable
from pathlib import PurePath

from ingest.documents import ProcedureDocument
from ingest.reading.front_matter import CodeHint
from ingest.reading.markdown import read_markdown
from ingest.reading.published_page import read_published_page

Reader = Callable[[str, bytes, CodeHint], ProcedureDocument]

READERS: dict[str, Reader] = {".md": read_markdown, ".txt": read_published_page}

# Notes about the corpus, not documents of it.
NOT_DOCUMENTS = {"readme.md", "license.md"}


def reader_for(name: str) -> Reader | None:
    """The reader of a file by its suffix, or None when the file is no document of ours."""
    path = PurePath(name)
    if path.name.casefold() in NOT_DOCUMENTS:
        return None
    return READERS.get(path.suffix.casefold())
