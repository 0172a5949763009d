"""Urgent help first, fraud refused, advice declined, identifiers masked; and controls, because over-refusal fails too."""

import time
from collections.abc import Iterator

import pytest
import yaml

from retriever.answers import Audience
from retriever.safety import guard, mask, message
from tests.conftest import ROOT

PHRASINGS = yaml.safe_load((ROOT / "tests/safety_phrasings.yaml").read_text("utf-8"))
AUDIENCES: dict[str, Audience] = {"p": "patient", "c": "coder"}


def phrasings() -> Iterator[tuple[str, Audience, str]]:
    for kind, by_audience in PHRASINGS.items():
        for letter, sentences in by_audience.items():
            for sentence in sentences:
                yield kind, AUDIENCES[letter], sentence


ALL = list(phrasings())


def test_the_set_is_wide_and_holds_controls() -> None:
    assert len(ALL) >= 200
    assert sum(kind == "none" for kind, _, _ in ALL) >= 90


@pytest.mark.parametrize(("kind", "audience", "sentence"), ALL)
def test_each_phrasing_fires_its_rule_and_no_other(kind: str, audience: Audience, sentence: str) -> None:
    fired = guard(sentence, audience).kind

    assert (fired.value if fired else "none") == kind


@pytest.mark.parametrize(("kind", "audience", "sentence"), [p for p in ALL if p[0] in ("crisis", "emergency")])
def test_help_comes_through_capitals_and_a_question_around_it(kind: str, audience: Audience, sentence: str) -> None:
    """Shouted, or with a question about a procedure behind it."""
    for wrapped in (sentence.upper(), f"{sentence}. also how long does a colonoscopy take"):
        fired = guard(wrapped, audience).kind
        assert fired is not None
        assert fired.value == kind


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_first_words_are_the_help(language: str) -> None:
    assert "988" in message("self-harm", language)[:30]
    assert "911" in message("self-harm", language)
    assert "911" in message("danger-signs", language)[:30]
    assert "1-800-222-1222" in message("poisoning", language)
    assert "1-800-799-7233" in message("violence-victim", language)
    assert message("", language) == ""


CANARIES = {
    "id number": ["219-09-9999", "8837261"],
    "phone": ["555-867-5309"],
    "email": ["h.quimby@example.org"],
    "date of birth": ["04/12/1957"],
    "name": ["Harold Quimby"],
}
SHAPES = {
    "id number": ["SSN {}", "my social security number is {}", "MRN {} please", "ssn: {}, what is 99214", "member ID {} asks", "account number {}?"],
    "phone": ["call me at {}", "my phone {} and the MRI", "({})"],
    "email": ["write to {}", "{} is my mail, how long is it"],
    "date of birth": ["DOB {}", "born {} and due for a scan", "date of birth: {}", "nacido el {}"],
    "name": ["My name is {}, what is 90833", "name: {}", "patient {} needs a scan", "Mrs. {} asks", "Me llamo {} y tengo cita"],
}


@pytest.mark.parametrize(("kind", "value", "shape"), [(k, v, s) for k, vs in CANARIES.items() for v in vs for s in SHAPES[k]])
def test_no_identifier_is_left_in_the_text(kind: str, value: str, shape: str) -> None:
    text, masked = mask(shape.format(value))

    assert value not in text
    assert all(part not in text for part in value.split())
    assert kind in masked


@pytest.mark.parametrize(
    "text",
    [
        "99214 + 90833 on 11/10/2026", "CPT 45378, 30 minutes", "DOS 2026-06-30, 12 days of data", "Knee Replacement for a patient 71 years old",
        "Kenalog 40 mg", "patient Knee Replacement", "0SRC0J9", "11102 x2 and 11103", "call 911 or 988", "call 1-800-222-1222", "J1885 60 mg",
    ],
)  # fmt: skip
def test_codes_dates_of_service_amounts_and_help_lines_stay(text: str) -> None:
    assert mask(text) == (text, ())


@pytest.mark.parametrize("hostile", ["a" * 100_000, "i want to " * 10_000, "chest " * 16_000, "my name is A" * 8_000, "5" * 100_000, "no no no " * 11_000])
def test_hostile_text_is_read_in_linear_time(hostile: str) -> None:
    """The longest question taken has 2,000 characters; fifty times that stays within seconds, so that stays within milliseconds."""
    started = time.perf_counter()
    guard(hostile[:2000], "patient")
    short = time.perf_counter() - started
    started = time.perf_counter()
    guard(hostile[:20_000], "patient")

    assert time.perf_counter() - started < max(2.0, 60 * short)
