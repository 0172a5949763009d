"""The index on disk: a round trip changes nothing, damage and strangers are refused, a publish is all or nothing."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ingest.build import build_index
from ingest.embedding.cache import EmbeddingCache
from ingest.errors import CorpusRefused, IndexDamaged, IndexMismatch, IndexMissing, IndexProblem
from ingest.index.entries import ENTRY_KINDS
from ingest.index.faiss_store import FaissStore, check_encoder
from ingest.index.lexical import terms
from ingest.index.manifest import MANIFEST_FILE
from ingest.index.publish import CURRENT, current_generation, ingest_lock
from tests.conftest import TOY_CORPUS, ToyEmbedder


def test_a_saved_index_holds_what_was_read(toy_corpus: Path, toy_index: Path) -> None:
    """Records, texts and sections come back equal."""
    from ingest.reading.corpus import read_corpus

    store = FaissStore.open_current(toy_index)

    for document in read_corpus(toy_corpus).documents:
        assert store.document(document.id) == document
    assert store.info.documents == len(TOY_CORPUS)


def test_two_builds_of_one_corpus_are_one_generation(toy_corpus: Path, tmp_path: Path) -> None:
    one = build_index(toy_corpus, tmp_path / "one", ToyEmbedder())
    other = build_index(toy_corpus, tmp_path / "other", ToyEmbedder())

    assert one.generation == other.generation


def test_the_nearest_entry_of_a_text_is_itself(toy_index: Path) -> None:
    store = FaissStore.open_current(toy_index)
    vector = ToyEmbedder().encode(["Chest X-ray, two pictures"])[0]

    best = store.nearest(vector, 3)

    assert (best[0].entry.document_id, best[0].entry.text) == ("cpt/71046", "Chest X-ray, two pictures")
    assert best[0].score == pytest.approx(1.0)
    assert [hit.score for hit in best] == sorted((hit.score for hit in best), reverse=True)


def test_more_neighbours_than_entries_gives_all_entries_once(toy_index: Path) -> None:
    """FAISS pads with -1; no entry may come of that."""
    store = FaissStore.open_current(toy_index)

    rows = [hit.entry.row for hit in store.nearest(ToyEmbedder().encode(["therapy"])[0], 10_000)]

    assert sorted(rows) == list(range(len(rows)))
    assert store.nearest(ToyEmbedder().encode(["therapy"])[0], 0) == []


def test_words_are_matched_best_first_and_only_where_they_stand(toy_index: Path) -> None:
    store = FaissStore.open_current(toy_index)

    hits = store.matching(terms("chest pictures"), 50)

    assert hits
    assert {hit.entry.document_id for hit in hits} <= {"cpt/71045", "cpt/71046"}
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert store.matching(terms("xylophone"), 5) == []


def test_a_documents_scores_are_the_best_of_its_entries_and_whole_families_come(toy_index: Path) -> None:
    """One near entry brings every sibling; each kind's score is the best found by searching all entries."""
    store = FaissStore.open_current(toy_index)
    vector = ToyEmbedder().encode(["a chest film with two pictures"])[0]
    best: dict[tuple[str, str], float] = {}
    for hit in store.nearest(vector, 10_000):
        key = (hit.entry.document_id, hit.entry.kind)
        best[key] = max(best.get(key, -1.0), hit.score)

    found = {item.document_id: item for item in store.document_scores(vector, [], 1)}

    assert set(found) == {"cpt/71045", "cpt/71046"}
    for document_id, item in found.items():
        for kind, score in zip(ENTRY_KINDS, item.dense, strict=True):
            assert score == pytest.approx(best[document_id, kind], abs=1e-6)


def test_every_piece_is_scored_and_is_a_slice_of_its_document(toy_index: Path) -> None:
    store = FaissStore.open_current(toy_index)
    document = store.document("cpt/90832")

    hits = store.piece_hits(ToyEmbedder().encode(["you can eat before the talk therapy"])[0], "cpt/90832")

    best = max(hits, key=lambda hit: hit.score)
    assert best.piece.of(document.text) == "You can eat before the Talk therapy alone, 16 to 37 minutes."
    assert "similar" not in {hit.section for hit in hits}


@pytest.mark.parametrize("name", ["vectors.faiss", "pieces.npy", "documents.jsonl", "passages.jsonl", "vocabulary.json", MANIFEST_FILE])
def test_one_flipped_bit_is_refused_by_name(toy_index: Path, name: str) -> None:
    path = current_generation(toy_index) / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 4
    path.write_bytes(data)

    with pytest.raises(IndexDamaged, match=name):
        FaissStore.open_current(toy_index)


@pytest.mark.parametrize("change", ["cut", "gone", "extra"])
def test_a_cut_missing_or_extra_file_is_refused_by_name(toy_index: Path, change: str) -> None:
    path = current_generation(toy_index) / "documents.jsonl"
    if change == "cut":
        path.write_bytes(path.read_bytes()[:-20])
    elif change == "gone":
        path.unlink()
    else:
        path = path.with_name("stranger.txt")
        path.write_text("?", "utf-8")

    with pytest.raises(IndexDamaged, match=path.name):
        FaissStore.open_current(toy_index)


@pytest.mark.parametrize(
    ("key", "value", "error"),
    [("format_version", 99, IndexMismatch), ("cutter", "other", IndexDamaged), ("metric", "l2", IndexDamaged)],
)
def test_another_format_or_an_altered_manifest_is_refused(toy_index: Path, key: str, value: object, error: type[IndexProblem]) -> None:
    path = current_generation(toy_index) / MANIFEST_FILE
    raw = json.loads(path.read_text("utf-8"))
    path.write_text(json.dumps(raw | {key: value}), "utf-8")

    with pytest.raises(error):
        FaissStore.open_current(toy_index)


def test_another_embedder_is_refused_with_both_names(toy_index: Path) -> None:
    """Even of the same dimension: vectors of two models must never meet."""
    info = FaissStore.open_current(toy_index).info

    with pytest.raises(IndexMismatch, match=r"built with 'toy-64' .* uses 'other-64'"):
        check_encoder(ToyEmbedder("other-64").id, info)
    with pytest.raises(IndexMismatch):
        check_encoder(replace(info.embedder, dimension=32), info)


def test_no_index_says_how_to_build_one(tmp_path: Path) -> None:
    with pytest.raises(IndexMissing, match="python -m ingest corpus"):
        FaissStore.open_current(tmp_path / "nothing")


def test_a_pointer_to_nowhere_is_refused(toy_index: Path) -> None:
    (toy_index / CURRENT).write_text("../elsewhere\n", "utf-8")

    with pytest.raises(IndexMissing):
        FaissStore.open_current(toy_index)


def test_a_failed_build_leaves_the_old_generation_current(toy_corpus: Path, toy_index: Path) -> None:
    before = current_generation(toy_index)
    for path in toy_corpus.rglob("*.md"):
        path.write_text("broken", "utf-8")

    with pytest.raises(CorpusRefused, match="no document that can be indexed"):
        build_index(toy_corpus, toy_index, ToyEmbedder())

    assert current_generation(toy_index) == before
    assert FaissStore.open_current(toy_index).info.documents == len(TOY_CORPUS)
    assert not list(toy_index.glob(".building-*"))


def test_only_one_ingest_writes_at_a_time(toy_corpus: Path, toy_index: Path) -> None:
    with ingest_lock(toy_index), pytest.raises(IndexProblem, match="another ingest"):
        build_index(toy_corpus, toy_index, ToyEmbedder())


def test_ingesting_again_embeds_only_what_changed(toy_corpus: Path, toy_index: Path) -> None:
    embedder = ToyEmbedder()
    path = toy_corpus / "cpt" / "71046.md"
    path.write_text(path.read_text("utf-8").replace("lasts some minutes", "lasts ten minutes"), "utf-8")

    summary = build_index(toy_corpus, toy_index, embedder)

    # The passage of the section and the sentence itself.
    assert summary.embedded == len(embedder.embedded) == 2
    assert len(list(toy_index.glob("gen-*"))) == 2


def test_a_damaged_cache_is_dropped_and_made_again(tmp_path: Path) -> None:
    embedder = ToyEmbedder()
    texts = ["one text", "another text", "one text"]
    first, use = EmbeddingCache(tmp_path, embedder.id).embed(embedder, texts)
    assert (use.texts, use.embedded) == (2, 2)
    for path in tmp_path.rglob("*.vectors.npy"):
        path.write_bytes(path.read_bytes()[:-3])

    again, use = EmbeddingCache(tmp_path, embedder.id).embed(embedder, texts)

    assert use.embedded == 2
    np.testing.assert_array_equal(first, again)
