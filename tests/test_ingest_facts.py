"""The fact vocabulary: what is read, what is refused, and how asked meets stated."""

import pytest

from ingest.facts import Span, Verdict, compare, describe, facts_as_json, parse_facts


def test_facts_are_read_and_written_back_unchanged() -> None:
    """facts_as_json gives what parse_facts reads."""
    raw = {"minutes": {"from": 16, "to": 37}, "size_cm": {"from": 2.6}, "patient": "new", "group": False, "each_minutes": 15.0}

    facts = parse_facts(raw)

    assert facts["minutes"] == Span(16, 37)
    assert facts_as_json(facts) == raw


@pytest.mark.parametrize(
    ("raw", "says"),
    [
        ({"minuets": {"from": 1}}, "unknown fact 'minuets'"),
        ({"minutes": 30}, "must be a range such as {from: 16, to: 37}"),
        ({"minutes": {"from": 40, "to": 30}}, "low end is above the high end"),
        ({"patient": "old"}, "must be one of new, established"),
        ({"group": "yes"}, "must be true or false"),
        ({"technique": ""}, "must be words"),
        (["minutes"], "facts must be a mapping"),
    ],
)
def test_a_wrong_fact_is_refused_with_what_was_expected(raw: object, says: str) -> None:
    with pytest.raises(ValueError, match="fact") as refused:
        parse_facts(raw)
    assert says in str(refused.value)


@pytest.mark.parametrize(
    ("name", "asked", "stated", "verdict"),
    [
        ("minutes", 16.0, Span(16, 37), Verdict.FITS),
        ("minutes", 37.0, Span(16, 37), Verdict.FITS),
        ("minutes", 15.0, Span(16, 37), Verdict.CONTRADICTS),
        ("minutes", 500.0, Span(53, None), Verdict.FITS),
        ("minutes", Span(30, 40), Span(16, 37), Verdict.FITS),
        ("contrast", "none", "both", Verdict.CONTRADICTS),
        ("contrast", "none", None, Verdict.SAYS_NOTHING),
        ("payer", "medicare", "any", Verdict.SAYS_NOTHING),
        ("payer", "any", "medicare", Verdict.CONTRADICTS),
        ("group", True, False, Verdict.CONTRADICTS),
    ],
)
def test_an_asked_fact_fits_contradicts_or_meets_silence(name: str, asked: object, stated: object, verdict: Verdict) -> None:
    assert compare(name, asked, stated) is verdict  # type: ignore[arg-type]


def test_values_are_described_in_a_readers_words() -> None:
    assert describe("minutes", Span(16, 37)) == "16 to 37"
    assert describe("minutes", Span(53, None)) == "53 or more"
    assert describe("size_cm", Span(0, 2.5)) == "up to 2.5"
    assert describe("views", Span(2, 2)) == "2"
    assert describe("patient_present", False) == "patient not in the room"
