"""A generation on disk as a PassageStore: the one module that imports faiss."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faiss
import numpy as np
import numpy.typing as npt

from ingest.documents import CodeRecord, Passage, ProcedureDocument
from ingest.embedding.protocols import EmbedderId, QuestionEncoder, Vectors
from ingest.embedding.question_encoder import SETTINGS_FILE, OnnxQuestionEncoder
from ingest.errors import IndexDamaged, IndexMismatch
from ingest.index.entries import ENTRY_KINDS, DocumentScores, Entry, EntryHit, index_entries
from ingest.index.lexical import LexicalIndex, count_words
from ingest.index.manifest import (
    FORMAT_VERSION,
    LEXICAL,
    METRIC,
    REBUILD,
    Counts,
    Manifest,
    check_match,
    describe_files,
    read_manifest,
    verify_files,
)
from ingest.index.publish import current_generation
from ingest.index.records import document_line, parse_document, parse_passages, passage_line
from ingest.index.store import IndexInfo, PieceHit
from ingest.passages import CUTTER
from ingest.sentences import Piece
from ingest.vocabulary import Vocabulary, vocabulary_as_json, vocabulary_from_json

VECTORS_FILE = "vectors.faiss"
PIECES_FILE = "pieces.npy"
DOCUMENTS_FILE = "documents.jsonl"
PASSAGES_FILE = "passages.jsonl"
VOCABULARY_FILE = "vocabulary.json"
WORDS_FILE = "words.json"
LEXICAL_FOLDER = "lexical"
ENCODER_FOLDER = "encoder"


@dataclass(frozen=True, slots=True)
class IndexParts:
    """Everything a generation is made of. Vectors are float32 unit rows in the order of entries and of pieces."""

    documents: Sequence[ProcedureDocument]
    passages: Mapping[str, Sequence[Passage]]
    entries: Sequence[Entry]
    entry_vectors: Vectors
    piece_vectors: Vectors
    vocabulary: Vocabulary


def document_pieces(document: ProcedureDocument) -> list[tuple[str, Piece]]:
    """The quotable pieces of a document with their sections, in the order of the text, lists of siblings left out."""
    return [
        (section.name, piece)
        for section in document.sections
        if section.name != "similar"
        for piece in document.pieces(section)
        if piece.quotable
    ]


def write_generation(
    folder: Path, parts: IndexParts, embedder: EmbedderId, write_encoder: Callable[[Path], None]
) -> Manifest:
    """Write all files of a generation but its manifest into the empty `folder`; returns that manifest.

    write_encoder: puts the embedder's question encoder into the empty folder it is given.
    """
    index = faiss.IndexFlatIP(embedder.dimension)
    index.add(np.ascontiguousarray(parts.entry_vectors))
    faiss.write_index(index, str(folder / VECTORS_FILE))
    # Half precision halves the file; a cosine moves by less than 0.001.
    np.save(folder / PIECES_FILE, parts.piece_vectors.astype(np.float16), allow_pickle=False)
    LexicalIndex.build([entry.text for entry in parts.entries]).save(folder / LEXICAL_FOLDER)
    _write_lines(folder / DOCUMENTS_FILE, [document_line(document) for document in parts.documents])
    _write_lines(
        folder / PASSAGES_FILE,
        [passage_line(passage) for document in parts.documents for passage in parts.passages[document.id]],
    )
    vocabulary = json.dumps(vocabulary_as_json(parts.vocabulary), ensure_ascii=False, indent=1)
    (folder / VOCABULARY_FILE).write_text(vocabulary + "\n", "utf-8")
    names = [term.means for term in parts.vocabulary.terms] + [term.term for term in parts.vocabulary.terms]
    words = count_words([*(entry.text for entry in parts.entries), *names])
    (folder / WORDS_FILE).write_text(json.dumps(words, ensure_ascii=False) + "\n", "utf-8")
    (folder / ENCODER_FOLDER).mkdir()
    write_encoder(folder / ENCODER_FOLDER)
    return Manifest(
        format_version=FORMAT_VERSION,
        embedder=embedder,
        metric=METRIC,
        cutter=CUTTER,
        lexical=LEXICAL,
        counts=Counts(
            documents=len(parts.documents),
            passages=sum(len(passages) for passages in parts.passages.values()),
            entries=len(parts.entries),
            pieces=len(parts.piece_vectors),
        ),
        files=describe_files(folder),
    )


class FaissStore:
    """See PassageStore. Everything is held in memory; the generation's files are not touched after opening."""

    def __init__(self, folder: Path) -> None:
        """Open one generation, verifying every file first.

        Raises IndexDamaged or IndexMismatch.
        """
        manifest = read_manifest(folder)
        check_match(manifest, folder.name)
        # FAISS does not notice a flipped bit; the hashes do.
        verify_files(folder, manifest)
        try:
            self._open(folder, manifest)
        except (OSError, ValueError, KeyError, TypeError, RuntimeError) as error:
            raise IndexDamaged(f"{folder.name} cannot be loaded ({error}); {REBUILD}") from error

    @classmethod
    def open_current(cls, index: Path) -> "FaissStore":
        """Open the generation that CURRENT names. Raises IndexMissing too."""
        return cls(current_generation(index))

    def _open(self, folder: Path, manifest: Manifest) -> None:
        with (folder / DOCUMENTS_FILE).open(encoding="utf-8") as lines:
            documents = [parse_document(line) for line in lines]
        self._documents = {document.id: document for document in documents}
        with (folder / PASSAGES_FILE).open(encoding="utf-8") as lines:
            passages = parse_passages(lines, self._documents)
        self._entries: list[Entry] = []
        self._entry_rows: dict[str, range] = {}
        self._pieces: dict[str, list[tuple[str, Piece]]] = {}
        self._piece_rows: dict[str, range] = {}
        piece_count = 0
        for document in documents:
            entries = index_entries(document, passages[document.id], len(self._entries))
            self._entry_rows[document.id] = range(len(self._entries), len(self._entries) + len(entries))
            self._entries += entries
            self._pieces[document.id] = document_pieces(document)
            self._piece_rows[document.id] = range(piece_count, piece_count + len(self._pieces[document.id]))
            piece_count += len(self._pieces[document.id])
        self._arrange(documents)
        self._index = faiss.read_index(str(folder / VECTORS_FILE))
        self._vectors = _rows_of(self._index)
        self._piece_vectors = np.load(folder / PIECES_FILE, mmap_mode="r", allow_pickle=False)
        self._lexical = LexicalIndex.load(folder / LEXICAL_FOLDER)
        self._vocabulary = vocabulary_from_json(json.loads((folder / VOCABULARY_FILE).read_text("utf-8")))
        self._words: dict[str, int] = json.loads((folder / WORDS_FILE).read_text("utf-8"))
        counts = manifest.counts
        if (len(self._entries), piece_count) != (counts.entries, counts.pieces) or (
            self._vectors.shape != (counts.entries, manifest.embedder.dimension)
            or self._piece_vectors.shape != (counts.pieces, manifest.embedder.dimension)
        ):
            raise ValueError(f"{len(self._entries)} entries and {piece_count} pieces do not fit the stored vectors")
        self._records = {document_id: document.record for document_id, document in self._documents.items()}
        self._info = IndexInfo(folder.name, counts.documents, counts.passages, manifest.embedder)
        self._encoder_folder = folder / ENCODER_FOLDER

    def _arrange(self, documents: Sequence[ProcedureDocument]) -> None:
        """Where each document's entries stand, so that the best of each kind comes from one pass over the scores."""
        self._ids = [document.id for document in documents]
        self._family_of_place = [document.record.family for document in documents]
        self._places_of_family: dict[str, list[int]] = {}
        for place, family in enumerate(self._family_of_place):
            self._places_of_family.setdefault(family, []).append(place)
        starts: list[int] = []
        self._runs: list[tuple[int, ...]] = []   # for each document, the run of each kind, -1 where it has none
        self._place_of_row: list[int] = []
        for place, document_id in enumerate(self._ids):
            rows = self._entry_rows[document_id]
            self._place_of_row += [place] * len(rows)
            first: dict[str, int] = {}
            for row in rows:
                first.setdefault(self._entries[row].kind, row)
            runs = []
            for kind in ENTRY_KINDS:
                runs.append(len(starts) if kind in first else -1)
                if kind in first:
                    starts.append(first[kind])
            self._runs.append(tuple(runs))
        self._run_starts = np.array(starts, dtype=np.int64)

    @property
    def info(self) -> IndexInfo:
        return self._info

    @property
    def records(self) -> Mapping[str, CodeRecord]:
        return self._records

    @property
    def vocabulary(self) -> Vocabulary:
        return self._vocabulary

    @property
    def words(self) -> Mapping[str, int]:
        return self._words

    def document(self, document_id: str) -> ProcedureDocument:
        return self._documents[document_id]

    def question_encoder(self) -> QuestionEncoder:
        """The encoder that was exported into this generation. Raises IndexMismatch when there is none."""
        if not (self._encoder_folder / SETTINGS_FILE).is_file():
            raise IndexMismatch(
                f"{self.info.generation} was built by {self.info.embedder}, which exports no question encoder; pass one"
            )
        encoder = OnnxQuestionEncoder(self._encoder_folder)
        check_encoder(encoder.id, self.info)
        return encoder

    def nearest(self, vector: Vectors, k: int) -> list[EntryHit]:
        k = min(k, len(self._entries))
        if k <= 0:
            return []
        scores, rows = self._index.search(np.ascontiguousarray(vector, dtype=np.float32)[None, :], k)
        # FAISS pads short results with -1, which Python would read as the last entry.
        found = [(float(score), int(row)) for score, row in zip(scores[0], rows[0], strict=True) if row >= 0]
        return [EntryHit(self._entries[row], score) for score, row in sorted(found, key=lambda hit: (-hit[0], hit[1]))]

    def matching(self, query_terms: Sequence[str], k: int) -> list[EntryHit]:
        scores = self._lexical.scores(query_terms)
        rows = np.flatnonzero(scores > 0)
        best = rows[np.lexsort((rows, -scores[rows]))][:k]
        return [EntryHit(self._entries[int(row)], float(scores[row])) for row in best]

    def document_scores(
        self, vector: Vectors, query_terms: Sequence[str], k: int, also: Sequence[str] = ()
    ) -> list[DocumentScores]:
        # A flat search looks at every row anyway; one product gives all cosines, exact.
        cosines = self._vectors @ np.asarray(vector, dtype=np.float32)
        bm25 = self._lexical.scores(query_terms)
        places = {*(self._place_of_row[row] for row in _top(cosines, k)), *(self._place_of_row[row] for row in _top(bm25, k))}
        families = {self._family_of_place[place] for place in places}
        families |= {self._records[document_id].family for document_id in also}
        dense = np.maximum.reduceat(cosines, self._run_starts)
        lexical = np.maximum.reduceat(bm25, self._run_starts)
        wanted = sorted(place for family in families for place in self._places_of_family[family])
        return [
            DocumentScores(
                self._ids[place],
                tuple(float(dense[run]) if run >= 0 else -1.0 for run in self._runs[place]),
                tuple(float(lexical[run]) if run >= 0 else 0.0 for run in self._runs[place]),
            )
            for place in wanted
        ]

    def piece_hits(self, vector: Vectors, document_id: str) -> list[PieceHit]:
        rows = self._piece_rows[document_id]
        pieces = self._piece_vectors[rows.start : rows.stop].astype(np.float32)
        scores = pieces @ vector
        beside = beside_topic(pieces, vector)
        return [
            PieceHit(document_id, section, piece, float(score), float(aside))
            for (section, piece), score, aside in zip(self._pieces[document_id], scores, beside, strict=True)
        ]


def beside_topic(pieces: Vectors, vector: Vectors) -> Vectors:
    """How close each piece is to the question in what is not the document's common topic: float32, shape (n,).

    Every sentence about an IUD is close to every question about an IUD; with the direction of their mean taken out of
    both, what remains is what this sentence says and what this question asks.
    """
    if not len(pieces):
        return np.zeros(0, dtype=np.float32)
    topic = pieces.mean(axis=0)
    topic /= np.linalg.norm(topic) or 1.0
    rest = vector - (vector @ topic) * topic
    rest /= np.linalg.norm(rest) or 1.0
    without = pieces - np.outer(pieces @ topic, topic)
    return np.asarray(without @ rest, dtype=np.float32)


def check_encoder(encoder: EmbedderId, info: IndexInfo) -> None:
    """Raises IndexMismatch when an encoder's vectors must not meet the index's."""
    if encoder != info.embedder:
        raise IndexMismatch(f"{info.generation} was built with {info.embedder} but this service uses {encoder}; {REBUILD}")


def _top(scores: npt.NDArray[np.float32], k: int) -> npt.NDArray[np.int64]:
    """Rows of the k highest scores above 0, in no order."""
    rows = np.arange(len(scores)) if k >= len(scores) else np.argpartition(scores, -k)[-k:]
    return np.asarray(rows[scores[rows] > 0], dtype=np.int64)


def _rows_of(index: Any) -> npt.NDArray[np.float32]:
    """The flat index's own rows, without a copy; valid as long as the index lives."""
    rows = faiss.rev_swig_ptr(index.get_xb(), index.ntotal * index.d)
    return np.asarray(rows).reshape(index.ntotal, index.d)


def _write_lines(path: Path, lines: Sequence[str]) -> None:
    path.write_text("".join(line + "\n" for line in lines), "utf-8")
