"""The house's rules for documents: each rule finds its fault, and the corpus has none."""

from datetime import date
from pathlib import Path

import pytest

from ingest.checking.corpus import check_corpus, family_sources
from ingest.checking.families import near_copies
from ingest.checking.readability import reading_grade
from ingest.checking.review_sheet import review_html, review_markdown
from ingest.errors import CorpusRefused
from ingest.sections import SECTION_KINDS
from ingest.template import new_document
from tests.conftest import ROOT

TODAY = date(2026, 11, 23)

SAY = {
    "90832": ["Short talks help one person.", "A short session takes half an hour.", "Bring notes about your week."],
    "90834": ["Longer visits leave room for hard topics.", "Most rooms are booked for an hour.", "Write down two worries at home."],
}


def whole_document(code: str, facts: str, sibling: str, usual: bool) -> str:
    """A document that every rule accepts; its sentences are its own."""
    one, two, three = SAY[code]
    bodies = {kind.name: f"{one[:-1]} in the part on {kind.name} here.\n" for kind in SECTION_KINDS}
    bodies["procedure"] = f"1. {three}\n2. {two}\n"
    bodies["coding"] = f"- Choose when: {facts}.\n- Goes with: nothing.\n"
    bodies["similar"] = f"- {sibling}: its sibling.\n"
    sections = "".join(f"\n## {kind.heading}\n\n{bodies[kind.name]}" for kind in SECTION_KINDS)
    questions = "".join(f'  - "{word} {code}?"\n' for word in ("What is", "How long is", "Who gives", "Why not"))
    return (
        f'---\nsystem: CPT\ncode: "{code}"\ntitle: Talk {code}\nfamily: talk\ncommon_names: [talk]\nfacts: {facts}\n'
        f"{'usual: true' + chr(10) if usual else ''}status: active\nquestions:\n{questions}reviewed: 2026-11-23\nsources: [\"a test\"]\n---\n{sections}"
    )


@pytest.fixture
def family(tmp_path: Path) -> Path:
    (tmp_path / "cpt").mkdir()
    (tmp_path / "cpt/90832.md").write_text(whole_document("90832", "{minutes: {from: 16, to: 37}}", "90834", True), "utf-8")
    (tmp_path / "cpt/90834.md").write_text(whole_document("90834", "{minutes: {from: 38, to: 52}}", "90832", False), "utf-8")
    return tmp_path


def test_a_family_that_keeps_every_rule_passes(family: Path) -> None:
    assert check_corpus(family).findings == ()


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("## Purpose", "## Benefits\n\nTwice here.\n\n## Purpose", "refused"),
        ("\n## Purpose\n\nShort talks help one person in the part on purpose here.\n", "", "section"),
        ("Bring notes about your week.", "This helps you.", "subject"),
        ("Bring notes about your week.", "Bring notes about your week", "full-stop"),
        ("Bring notes about your week.", "Bring **notes** about your week.", "plain-text"),
        ("Bring notes about your week.", "Bring " + "notes and " * 14 + "pens.", "length"),
        ("Bring notes about your week.", "Stop taking your medicine before the talk.", "safety"),
        ("Bring notes about your week.", "TODO bring notes.", "note"),
        ("minutes: {from: 16, to: 37}", "minutes: {from: 30, to: 45}", "facts"),
        ("minutes: {from: 16, to: 37}", "minuets: {from: 30, to: 45}", "refused"),
        ("- 90834: its sibling.", "- 90999: another one.", "similar"),
        ('  - "Why not 90832?"\n', "", "questions"),
        ('"Why not 90832?"', '"Who gives 90832?"', "questions"),
        ('sources: ["a test"]', "sources: []", "sources"),
        ("reviewed: 2026-11-23\n", "", "reviewed"),
        ("status: active", "add_on: true\nstatus: active", "add-on"),
        ("status: active", "deleted: 2025-01-01\nstatus: active", "dates"),
        ("status: active", "not_with: [\"90834\"]\nstatus: active", "not_with"),
        ("usual: true\n", "", "usual"),
    ],
)
def test_each_rule_finds_its_fault_and_names_the_file(family: Path, old: str, new: str, rule: str) -> None:
    path = family / "cpt/90832.md"
    text = path.read_text("utf-8")
    assert old in text
    text = text.replace(old, new)
    path.write_text(text.replace("- Goes with: nothing.\n", "") if rule == "add-on" else text, "utf-8")

    findings = check_corpus(family).findings

    assert rule in {finding.rule for finding in findings}
    assert all(finding.file.startswith("cpt/9083") and finding.line >= 1 for finding in findings)


def test_a_finding_points_at_its_line(family: Path) -> None:
    path = family / "cpt/90832.md"
    path.write_text(path.read_text("utf-8").replace("Bring notes", "It brings notes"), "utf-8")

    finding = next(f for f in check_corpus(family).findings if f.rule == "subject")

    assert "It brings notes" in path.read_text("utf-8").splitlines()[finding.line - 1]


def test_a_sentence_copied_with_another_number_counts_as_a_copy(family: Path) -> None:
    for code, minutes in (("90832", 16), ("90834", 38)):
        path = family / f"cpt/{code}.md"
        path.write_text(path.read_text("utf-8").replace(SAY[code][1], f"The talk counts from minute {minutes} on."), "utf-8")
    one, other = family_sources(family, ["talk"])["talk"]

    copies, _ = near_copies(one, [other])

    assert "The talk counts from minute 16 on." in [sentence for _, _, sentence in copies]


def test_a_copied_document_is_found(family: Path) -> None:
    text = (family / "cpt/90834.md").read_text("utf-8")
    for mine, theirs in zip(SAY["90834"], SAY["90832"], strict=True):
        text = text.replace(mine[:-1], theirs[:-1])
    (family / "cpt/90834.md").write_text(text, "utf-8")

    assert "near-copy" in {finding.rule for finding in check_corpus(family).findings}


def test_plain_words_read_at_a_lower_grade_than_long_ones() -> None:
    assert reading_grade("The cat sat. The dog ran.") < 3 < 12 < reading_grade("Multidisciplinary pharmacological considerations predominate.")
    assert reading_grade("") == 0.0


def test_a_review_sheet_shows_siblings_side_by_side(family: Path) -> None:
    sources = family_sources(family, ["talk"])["talk"]

    html, markdown = review_html("talk", sources), review_markdown("talk", sources)

    assert '<td class="differs">16 to 37</td><td class="differs">38 to 52</td>' in html
    assert "| minutes* | 16 to 37 | 38 to 52 |" in markdown
    with pytest.raises(CorpusRefused, match="there are talk"):
        family_sources(family, ["nothing"])


def test_a_new_document_has_every_section_and_is_not_yet_accepted(tmp_path: Path) -> None:
    name, text = new_document("cpt", "12345", TODAY)
    (tmp_path / "cpt").mkdir()
    (tmp_path / name).write_text(text, "utf-8")

    report = check_corpus(tmp_path)

    assert name == "cpt/12345.md"
    assert "section" not in {finding.rule for finding in report.findings}
    assert not report.passed
    with pytest.raises(CorpusRefused, match="does not have the shape"):
        new_document("cpt", "A1", TODAY)


def test_the_corpus_keeps_every_rule() -> None:
    """The product's heart: no finding, plain words, no document a copy of its sibling."""
    report = check_corpus(ROOT / "corpus")

    assert [str(finding) for finding in report.findings] == []
    assert report.documents >= 285
    assert max(report.near_copy_ratios.values()) < 0.15
