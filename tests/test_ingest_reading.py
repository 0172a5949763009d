"""Files in: what is read whole, and what is refused by name with what to do."""

from pathlib import Path

import pytest

from ingest.errors import CorpusRefused, DocumentRefused
from ingest.reading.corpus import read_corpus
from ingest.reading.front_matter import CodeHint
from ingest.reading.markdown import read_markdown
from ingest.reading.published_page import read_published_page
from ingest.sentences import split_pieces
from tests.conftest import TOY_CORPUS

GOOD = TOY_CORPUS["cpt/90832.md"]

PAGE = """Search all medical codes

Removal of a made-up splinter from a thumb

CPT4 code

Name of the Procedure:

Splinter removal
Common Name: Splinter out

Preparation

Pre-Procedure Instructions:

  • Wash the hand.
  • Bring nothing.

Procedure Description

  1. Look at the thumb.
  2. Pull the splinter out.

During the Procedure:
It may sting.

Similar Codes"""


def test_our_own_format_is_read_with_its_record_and_sections() -> None:
    document = read_markdown("cpt/90832.md", GOOD.encode(), CodeHint())

    assert document.id == "cpt/90832"
    assert [section.name for section in document.sections] == ["summary", "preparation", "duration", "coding", "similar"]
    assert GOOD.endswith(document.text)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "empty"),
        (b"  \n", "empty"),
        (GOOD.encode("utf-16"), "UTF-16"),
        (b"\x7fELF\0\0", "binary"),
        (GOOD.replace("toy", "caf\u00e9").replace("Talk", "T\u00e4lk").encode("latin-1"), "not UTF-8"),
        (GOOD.removeprefix("---\n").encode(), "front matter is missing"),
        (GOOD.replace("sources: [\"a test\"]\n---\n", "").encode(), "front matter does not end"),
        (GOOD.replace("facts: {", "facts: [{").encode(), "not valid YAML"),
        (GOOD.replace('code: "90832"\n', "").encode(), "the code is missing"),
        (GOOD.replace('code: "90832"', "code: 90832").encode(), "must be quoted text"),
        (GOOD.replace("code:", "code: \"1\"\ncode:").encode(), "stands twice"),
        (GOOD.replace('"90832"', '"9083"').encode(), "does not have the shape"),
        (GOOD.replace("system: CPT", "system: ICD-9").encode(), "system must be one of"),
        (GOOD.replace("status: active", "status: alive").encode(), "status must be one of"),
        (GOOD.replace("status: active", "colour: red").encode(), "unknown key 'colour'"),
        (GOOD.replace("reviewed: 2026-11-23", "reviewed: soon").encode(), "must be a date"),
        (GOOD.replace("## Duration", "## Durability").encode(), "unknown section 'Durability'"),
        (GOOD.replace("## Duration", "## Summary").encode(), "stands twice"),
        (GOOD.replace("## Summary", "Hello\n\n## Summary").encode(), "text stands before the first section"),
    ],
)
def test_a_bad_file_is_refused_with_what_to_do(data: bytes, says: str) -> None:
    with pytest.raises(DocumentRefused) as refused:
        read_markdown("cpt/bad.md", data, CodeHint())
    assert str(refused.value).startswith("cpt/bad.md")
    assert says in str(refused.value)


def test_a_byte_order_mark_and_windows_line_ends_change_nothing() -> None:
    plain = read_markdown("a.md", GOOD.encode(), CodeHint())
    windows = read_markdown("a.md", b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode(), CodeHint())

    assert windows == plain


def test_a_published_page_comes_in_whole() -> None:
    """Every section, lists as lists, labels apart, and every offset one into the page's own text."""
    document = read_published_page("page.txt", PAGE.encode(), CodeHint(code="12345"))

    assert document.text == PAGE
    assert document.record.title == "Removal of a made-up splinter from a thumb"
    assert document.record.system == "CPT"
    assert [section.name for section in document.sections] == ["name", "preparation", "procedure", "similar"]
    steps = [piece.of(PAGE) for piece in document.pieces(document.section_of["procedure"]) if piece.kind == "step"]
    assert steps == ["Look at the thumb.", "Pull the splinter out."]


def test_a_published_page_without_a_code_says_how_to_give_one() -> None:
    with pytest.raises(DocumentRefused, match=r"names no code; give one with --code page.txt=CPT:CODE, or in a sidecar page.yaml"):
        read_published_page("page.txt", PAGE.encode(), CodeHint())


def test_a_sidecar_gives_code_family_and_facts() -> None:
    hint = CodeHint(sidecar='code: "12345"\nfamily: splinters\nfacts: {side: one}\n')

    record = read_published_page("page.txt", PAGE.encode(), hint).record

    assert (record.code, record.family, dict(record.facts)) == ("12345", "splinters", {"side": "one"})


def test_a_page_as_published_on_the_web_comes_in_whole(release_data: Path) -> None:
    """The real one: fifteen sections, its bullets as items, its numbered steps as steps."""
    data = (release_data / "page-psychotherapy.txt").read_bytes()

    document = read_published_page("page-psychotherapy.txt", data, CodeHint(code="90833"))

    assert document.text == data.decode()
    assert [section.name for section in document.sections] == [
        "name", "summary", "purpose", "indications", "preparation", "procedure", "duration", "setting", "personnel", "risks",
        "benefits", "recovery", "alternatives", "experience", "similar",
    ]  # fmt: skip
    pieces = split_pieces(document.text)
    assert sum(piece.kind == "item" for piece in pieces) == document.text.count("•")
    assert sum(piece.kind == "step" for piece in pieces) == 4


def test_the_rest_of_a_corpus_goes_on_when_files_are_refused(toy_corpus: Path) -> None:
    (toy_corpus / "cpt" / "90835.md").write_text("no front matter", "utf-8")
    (toy_corpus / "cpt" / "Z.md").write_text(GOOD.replace('"90832"', '" 90832 "'), "utf-8")

    corpus = read_corpus(toy_corpus)

    assert len(corpus.documents) == len(TOY_CORPUS)
    assert [refusal.name for refusal in corpus.refused] == ["cpt/90835.md", "cpt/Z.md"]
    assert "CPT 90832 stands in cpt/90832.md too" in str(corpus.refused[1])


def test_the_same_code_twice_in_another_case_is_one_code(toy_corpus: Path) -> None:
    (toy_corpus / "hcpcs" / "z.md").write_text(TOY_CORPUS["hcpcs/g2012.md"].replace('"G2012"', '"g2012"'), "utf-8")

    assert "HCPCS G2012 stands in hcpcs/g2012.md too" in str(read_corpus(toy_corpus).refused[0])


def test_a_link_out_of_the_corpus_is_refused(toy_corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "secret.md").write_text(GOOD, "utf-8")
    (toy_corpus / "cpt" / "a-link.md").symlink_to(tmp_path / "secret.md")

    assert "leads out of the corpus" in str(read_corpus(toy_corpus).refused[0])


def test_a_hint_for_a_file_that_is_not_there_is_refused(toy_corpus: Path) -> None:
    with pytest.raises(CorpusRefused, match=r"holds no such file"):
        read_corpus(toy_corpus, {"pages/no.txt": CodeHint(code="12345")})
