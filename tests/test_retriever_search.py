"""Fusing and ranking: sums a reader can redo, ties declared."""

from datetime import date

import pytest

from ingest.documents import CodeRecord
from ingest.facts import Span
from retriever.ranking import RankingWeights, judge_facts, rank_documents
from retriever.search import DocumentEvidence, fuse_scores, stretch

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


def evidence(document_id: str, cosine: float) -> DocumentEvidence:
    return DocumentEvidence(document_id, {"passage": cosine}, {"passage": 0.0}, ())


def record(code: str, low: float, high: float, **more: object) -> CodeRecord:
    return CodeRecord("CPT", code, code, "family", facts={"minutes": Span(low, high)}, **more)  # type: ignore[arg-type]


def test_a_fact_that_fits_outranks_a_sibling_that_is_closer_in_words() -> None:
    """The family is found by meaning, the sibling by facts."""
    records = {"cpt/1": record("90832", 16, 37), "cpt/2": record("90834", 38, 52)}

    ranked = rank_documents(
        [evidence("cpt/1", 0.8), evidence("cpt/2", 0.7)], BOOK, {"minutes": (45.0,)}, (), (), TODAY, RankingWeights()
    )

    assert [item.document_id for item in ranked] == ["cpt/2", "cpt/1"]
    assert [verdict.verdict for verdict in ranked[1].verdicts] == ["contradicts"]


def test_equal_documents_rank_by_their_ids() -> None:
    records = {"cpt/2": record("90834", 1, 9), "cpt/1": record("90832", 1, 9)}

    ranked = rank_documents([evidence("cpt/2", 0.5), evidence("cpt/1", 0.5)], records, {}, (), TODAY, RankingWeights())

    assert [item.document_id for item in ranked] == ["cpt/1", "cpt/2"]


def test_a_value_that_fits_nobody_contradicts_nobody() -> None:
    """Minutes said of something else must not sink a whole family."""
    assert judge_facts(record("90832", 16, 37), {"minutes": (900.0,)}, {"minutes": [Span(16, 37), Span(38, 52)]}) == ()
