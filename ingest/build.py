"""Corpus to published index: the whole chain in one function."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from ingest.documents import ProcedureDocument
from ingest.embedding.cache import CacheUse, EmbeddingCache
from ingest.embedding.protocols import Embedder
from ingest.errors import CorpusRefused, DocumentRefused
from ingest.index.entries import Entry, index_entries
from ingest.index.faiss_store import IndexParts, document_pieces, write_generation
from ingest.index.publish import building_folder, ingest_lock, publish
from ingest.passages import cut_passages
from ingest.reading.corpus import read_corpus
from ingest.reading.front_matter import CodeHint
from ingest.vocabulary import Vocabulary, read_vocabulary

# Told how many of how many different texts have vectors.
BuildProgress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What an ingest did."""

    generation: str
    documents: int
    passages: int
    texts: int           # different texts that need a vector
    embedded: int        # of them, not found in the cache
    seconds: float
    refused: tuple[DocumentRefused, ...]


def build_index(
    corpus: Path,
    index: Path,
    embedder: Embedder,
    *,
    hints: Mapping[str, CodeHint] | None = None,
    progress: BuildProgress | None = None,
) -> BuildSummary:
    """Read, cut, embed and publish `corpus` as the current generation of `index`.

    The old generation stays current until the new one is whole on disk.
    Raises CorpusRefused when no document could be read, IndexProblem when another ingest is writing.
    """
    started = time.perf_counter()
    with ingest_lock(index):
        read = read_corpus(corpus, hints)
        if not read.documents:
            reasons = "".join(f"\n  {refusal}" for refusal in read.refused[:20])
            raise CorpusRefused(f"{corpus} holds no document that can be indexed{':' if reasons else ''}{reasons}")
        vocabulary = read_vocabulary(corpus / "vocabulary")
        cache = EmbeddingCache(index / "cache", embedder.id)
        parts, use = make_parts(read.documents, vocabulary, embedder, cache, progress)
        with building_folder(index) as folder:
            manifest = write_generation(
                folder, parts, embedder.id, lambda encoder: cache.write_question_encoder(embedder, encoder)
            )
            publish(index, folder, manifest)
    return BuildSummary(
        generation=manifest.generation,
        documents=manifest.counts.documents,
        passages=manifest.counts.passages,
        texts=use.texts,
        embedded=use.embedded,
        seconds=time.perf_counter() - started,
        refused=read.refused,
    )


def make_parts(
    documents: tuple[ProcedureDocument, ...],
    vocabulary: Vocabulary,
    embedder: Embedder,
    cache: EmbeddingCache,
    progress: BuildProgress | None = None,
) -> tuple[IndexParts, CacheUse]:
    """The parts of a generation, and how many different texts they hold and had to be embedded."""
    passages = {document.id: cut_passages(document) for document in documents}
    entries: list[Entry] = []
    for document in documents:
        entries += index_entries(document, passages[document.id], len(entries))
    pieces = [piece.of(document.text) for document in documents for _, piece in document_pieces(document)]
    texts = [entry.text for entry in entries] + pieces
    total = len(set(texts))
    done = 0

    def advance(count: int) -> None:
        nonlocal done
        done += count
        if progress is not None:
            progress(done, total)

    vectors, use = cache.embed(embedder, texts, advance)
    parts = IndexParts(documents, passages, entries, vectors[: len(entries)], vectors[len(entries) :], vocabulary)
    return parts, use
