"""Cutting and splitting: whatever the text, passages tile it and pieces are slices of it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ingest.documents import CodeRecord, Passage, ProcedureDocument
from ingest.passages import MAX_PASSAGE_CHARS, cut_passages, embedding_text, is_searched
from ingest.reading.front_matter import CodeHint
from ingest.reading.markdown import read_markdown
from ingest.sections import SECTION_KINDS
from ingest.sentences import split_pieces
from tests.conftest import TOY_CORPUS

# Lines as people write them: prose, lists, steps, labels, blanks, and one far too long.
LINES = st.sampled_from(
    ["A sentence ends here. Another follows!", "- an item of a list", "1. a first step", "Common Risks:", "", "  • a bullet", "### Call", "word " * 400]
)
BODIES = st.lists(LINES, max_size=12).map("\n".join)


@st.composite
def documents(draw: st.DrawFn) -> ProcedureDocument:
    kinds = draw(st.lists(st.sampled_from(SECTION_KINDS), min_size=1, unique=True))
    text = "".join(f"## {kind.heading}\n\n{draw(BODIES)}\n\n" for kind in kinds)
    head = TOY_CORPUS["cpt/90832.md"].split("\n---\n")[0] + "\n---\n"
    return read_markdown("made-up.md", (head + text).encode(), CodeHint())


@given(documents())
@settings(max_examples=150, deadline=None)
def test_passages_rebuild_their_document(document: ProcedureDocument) -> None:
    """Joined in order they are the text, and each is the slice its offsets name."""
    passages = cut_passages(document)

    assert "".join(passage.text for passage in passages) == document.text
    assert all(document.text[p.start : p.end] == p.text for p in passages)


@given(documents())
@settings(max_examples=150, deadline=None)
def test_no_passage_crosses_a_section(document: ProcedureDocument) -> None:
    for passage in cut_passages(document):
        section = document.section_of[passage.section]
        assert section.start <= passage.start < passage.end <= section.end


@given(st.text(max_size=400))
def test_pieces_are_slices_in_order_without_white_space_around(text: str) -> None:
    """Whatever the characters, nothing overlaps and nothing is invented."""
    last = 0
    for piece in split_pieces(text):
        assert last <= piece.start < piece.end <= len(text)
        assert piece.of(text) == piece.of(text).strip() != ""
        last = piece.end


def test_a_paragraph_is_cut_at_its_sentences_and_not_at_an_abbreviation() -> None:
    text = "Dr. Lee sees you first. You rest for 2.5 hours. Call us!"

    assert [piece.of(text) for piece in split_pieces(text)] == ["Dr. Lee sees you first.", "You rest for 2.5 hours.", "Call us!"]


def test_items_and_steps_lose_their_marker_and_keep_their_run() -> None:
    text = "Steps:\n\n1. Sit down.\n2. Lie back.\n\n- One thing.\n"

    pieces = split_pieces(text)

    assert [(piece.kind, piece.of(text)) for piece in pieces] == [
        ("label", "Steps:"), ("step", "Sit down."), ("step", "Lie back."), ("item", "One thing."),
    ]  # fmt: skip
    assert pieces[1].block == pieces[2].block != pieces[3].block


def test_an_over_long_line_is_cut_between_its_sentences() -> None:
    sentence = "This sentence has exactly so many words in it. "
    document = read_markdown(
        "long.md", TOY_CORPUS["cpt/90832.md"].replace("Talk therapy alone, 16 to 37 minutes is what code 90832 stands for.", sentence * 40).encode(), CodeHint()
    )
    summary = [passage for passage in cut_passages(document) if passage.section == "summary"]

    assert len(summary) > 1
    assert all(len(passage.text) <= MAX_PASSAGE_CHARS + len(sentence) for passage in summary)


def test_lists_of_siblings_are_kept_but_not_searched() -> None:
    document = read_markdown("a.md", TOY_CORPUS["cpt/90832.md"].encode(), CodeHint())

    searched = {passage.section for passage in cut_passages(document) if is_searched(passage)}

    assert searched == {"summary", "preparation", "duration", "coding"}


def test_what_is_embedded_carries_the_headings_that_are_never_quoted() -> None:
    document = read_markdown("a.md", TOY_CORPUS["cpt/90832.md"].encode(), CodeHint())
    duration = next(p for p in cut_passages(document) if p.section == "duration")

    assert embedding_text(duration) == (
        "Talk therapy alone, 16 to 37 minutes. Duration. The Talk therapy alone, 16 to 37 minutes lasts some minutes."
    )


def test_a_passage_whose_offsets_do_not_fit_its_text_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="do not fit 4 characters"):
        Passage("x#0", "x", "summary", ("t",), "text", 0, 0, 9)


def test_a_code_that_has_another_systems_shape_cannot_be_built() -> None:
    with pytest.raises(ValueError, match="does not have the shape of a CPT code"):
        CodeRecord("CPT", "G2012", "t", "f")
