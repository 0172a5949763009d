"""Fusing and ranking: sums a reader can redo, ties declared."""

from datetime import date

import pytest

from ingest.documents import CodeRecord
from ingest.facts import Span
from ingest.index.entries import DocumentScores
from retriever.code_book import CodeBook
from retriever.ranking import AskedFacts, RankedDocument, RankingWeights, judge_facts, rank_documents
from retriever.search import fuse_scores, stretch

TODAY = date(2026, 11, 23)


def test_fusion_weighs_each_search_by_its_share() -> None:
    """Best in one and halfway in the other scores 0.75 * 1 + 0.25 * 0.5."""
    dense, lexical = {"a": 0.9, "b": 0.1}, {"a": 5.0, "b": 10.0, "c": 0.0}

    fused = dict(fuse_scores(dense, lexical, dense_share=0.75))

    assert fused["a"] == pytest.approx(0.75 * 1 + 0.25 * 0.5)


def test_fusion_breaks_ties_by_the_better_dense_score_then_the_smaller_id() -> None:
    dense, lexical = {"b": 1.0, "a": 0.0, "c": 0.0}, {"a": 1.0, "b": 0.0, "c": 1.0}

    assert [name for name, _ in fuse_scores(dense, lexical, dense_share=0.5)] == ["b", "a", "c"]


def test_a_share_outside_0_to_1_is_refused() -> None:
    with pytest.raises(ValueError, match="expected 0 to 1"):
        fuse_scores({}, {}, dense_share=1.5)


def test_equal_scores_stretch_to_one_and_nothing_to_nothing() -> None:
    assert stretch({"a": 3.0, "b": 3.0}) == {"a": 1.0, "b": 1.0}
    assert stretch({}) == {}


def scores(document_id: str, cosine: float) -> DocumentScores:
    return DocumentScores(document_id, (cosine, cosine, cosine), (0.0, 0.0, 0.0))


def record(code: str, low: float, high: float) -> CodeRecord:
    return CodeRecord("CPT", code, code, "family", facts={"minutes": Span(low, high)})


BOOK = CodeBook({"cpt/90832": record("90832", 16, 37), "cpt/90834": record("90834", 38, 52)})


def rank(items: list[DocumentScores], asked: AskedFacts) -> list[RankedDocument]:
    return rank_documents(items, BOOK, asked, (), (), TODAY, RankingWeights())


def test_a_fact_that_fits_outranks_a_sibling_that_is_closer_in_words() -> None:
    """The family is found by meaning, the sibling by facts."""
    ranked = rank([scores("cpt/90832", 0.8), scores("cpt/90834", 0.7)], {"minutes": (45.0,)})

    assert [item.document_id for item in ranked] == ["cpt/90834", "cpt/90832"]
    assert [verdict.verdict for verdict in ranked[1].verdicts] == ["contradicts"]


def test_equal_documents_rank_by_their_ids() -> None:
    ranked = rank([scores("cpt/90834", 0.5), scores("cpt/90832", 0.5)], {})

    assert [item.document_id for item in ranked] == ["cpt/90832", "cpt/90834"]


def test_a_value_that_fits_nobody_contradicts_nobody() -> None:
    """Minutes said of something else must not sink a whole family."""
    assert judge_facts("cpt/90832", BOOK, {"minutes": (900.0,)}) == ()
