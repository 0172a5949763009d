"""Codes in questions: exact, mistyped, unknown, and numbers that are none."""

import pytest

from ingest.documents import CodeRecord
from retriever.code_route import CodeRoute

CODES = ("90832", "90833", "90834", "99214", "45385", "71046")
ROUTE = CodeRoute(
    {f"cpt/{code}": CodeRecord("CPT", code, code, "f") for code in CODES}
    | {"hcpcs/g0105": CodeRecord("HCPCS", "G0105", "g", "f"), "icd-10-pcs/10e0xzz": CodeRecord("ICD-10-PCS", "10E0XZZ", "p", "f")}
)


@pytest.mark.parametrize(
    ("question", "code"),
    [
        ("90833", "cpt/90833"),
        ("CPT 90833", "cpt/90833"),
        ("what is +90833?", "cpt/90833"),
        ("99214-25 today", "cpt/99214"),
        ("g0105 please", "hcpcs/g0105"),
        ("10e0xzz", "icd-10-pcs/10e0xzz"),
    ],
)
def test_an_exact_code_is_found_however_it_is_written(question: str, code: str) -> None:
    assert [mention.document_ids for mention in ROUTE.mentions(question)] == [(code,)]


@pytest.mark.parametrize(("question", "corrected"), [("9O833", "90833"), ("CPT 71O46", "71046"), ("992I4", "99214"), ("4538S", "45385")])
def test_a_typo_with_one_reading_is_read_and_said(question: str, corrected: str) -> None:
    mention = ROUTE.mentions(question)[0]

    assert mention.corrected == corrected
    assert mention.document_ids == (f"cpt/{corrected}",)


def test_an_unknown_code_names_the_nearest_and_is_never_taken_for_one() -> None:
    """90831 is a code's shape but not loaded: its neighbours are named, none is answered for it."""
    mention = ROUTE.mentions("90831")[0]

    assert mention.document_ids == ()
    assert mention.near[:3] == ("cpt/90832", "cpt/90833", "cpt/90834")


def test_something_like_a_code_but_not_one_is_unknown_too() -> None:
    mention = ROUTE.mentions("is 45G85 a snare code")[0]

    assert mention.document_ids in ((), ("cpt/45385",))
    assert mention.written == "45G85"


@pytest.mark.parametrize("question", ["a 30-minute session", "in 2026", "SSN 219-09-9999", "I weigh 85.5 kg", "$99214", "call 911 or 988"])
def test_other_numbers_are_no_codes(question: str) -> None:
    assert ROUTE.mentions(question) == ()


def test_two_codes_keep_their_order() -> None:
    assert [m.document_ids[0] for m in ROUTE.mentions("99214 and 90833")] == ["cpt/99214", "cpt/90833"]
