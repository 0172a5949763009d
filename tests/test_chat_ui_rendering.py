"""Answers as HTML: everything escaped, every number a link, nothing listed that was not cited."""

import asyncio
import re
from dataclasses import replace
from datetime import date
from html import unescape
from html.parser import HTMLParser

import pytest

from chat_ui.frames import answer_frames
from chat_ui.rendering import ReplyView, announcement, cited, render_reply, render_shell
from chat_ui.strings import CORRECTIONS, EXAMPLES, FACT_NAMES, NUMBER_CORRECTIONS, WORDS
from ingest.facts import VOCABULARY
from retriever.answers import Answer, AnswerKind, Ask, Citation, Claim, CodeMatch, Notice, Understood, Why
from retriever.ask import Retriever
from retriever.facts_asked import read_facts

HOSTILE = "<img src=x onerror=alert(1)>\"'&"


def citation(number: int, document: str = "cpt/90832", quote: str = "Quote.") -> Citation:
    return Citation(number, "CPT", document[-5:], document, f"Title of {document}", "duration", "Duration", quote, number, number + 9, "ab", date(2026, 11, 23))


def answer(**changes: object) -> Answer:
    """Two claims, three citations, of which one is only a code's."""
    made = Answer(
        kind=AnswerKind.ANSWER,
        answer="**First.** [1]",
        claims=(Claim("First.", (1,), "lead"), Claim("Second one.", (2,), "item")),
        citations=(citation(1), citation(2), citation(3, "cpt/90834")),
        codes=(CodeMatch(1, "CPT", "90834", "cpt/90834", "A title", 0.9, 1, (), "active", (Why("minutes", "45", "38 to 52", "fits"),), (3,)),),
        clarify=None,
        follow_ups=("What then?",),
        notice=Notice("general-information", "General."),
        understood=Understood("first?", ("CPT 90832",), (), {"minutes": 45.0}),
        generation="g",
        documents=2,
        embedder="toy",
        timings_ms={},
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def tags(html: str) -> list[tuple[str, list[str]]]:
    """Every tag with the names of its attributes, as a browser would read them."""
    found: list[tuple[str, list[str]]] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append((tag, [name for name, _ in attrs]))

    Reader().feed(html)
    return found


PATIENT = ReplyView(1, "first?", "patient", {})
CODER = ReplyView(1, "first?", "coder", {})


@pytest.mark.parametrize(("view", "numbers"), [(PATIENT, {"1", "2"}), (CODER, {"1", "2", "3"})], ids=["patient", "coder"])
def test_numbers_and_sources_are_the_same_set(view: ReplyView, numbers: set[str]) -> None:
    """A patient sees the claims' sources, a coder those of the codes too; each number's link is its source's link."""
    html = render_reply(answer(), view)
    links = dict(re.findall(r'class="cite" href="([^"]+)" data-source="(\d+)"', html))
    sources = dict(re.findall(r'class="source" id="[^"]+" href="([^"]+)"><span class="number">(\d+)<', html))
    assert set(links.values()) == numbers
    assert set(sources.values()) == numbers
    assert {one.number for one in cited(answer(), view.audience)} == {int(number) for number in numbers}


def test_a_claim_keeps_its_words() -> None:
    """Last word and number are kept on one line; the words themselves stay as quoted."""
    html = render_reply(answer(claims=(Claim("Two  spaces & <sign>.", (1,), "lead"),)), PATIENT)
    lead = re.search(r'<p class="lead">(.*?)<a ', html)
    assert lead is not None
    assert unescape(re.sub(r"<[^>]+>", "", lead[1])).rstrip(" ") == "Two  spaces & <sign>."


def test_steps_are_counted_through() -> None:
    """A list that is interrupted goes on with its next number."""
    claims = (Claim("a", (1,), "step"), Claim("b", (1,), "step"), Claim("x", (1,), "item"), Claim("c", (1,), "step"))
    assert re.findall(r'<ol start="(\d)">', render_reply(answer(claims=claims), PATIENT)) == ["1", "3"]


def test_nothing_from_outside_becomes_markup() -> None:
    """Hostile text in every field of an answer, for both readers and every kind, leaves no tag behind."""
    codes = (CodeMatch(1, HOSTILE, HOSTILE, "cpt/90834", HOSTILE, 0.9, 2, (HOSTILE,), HOSTILE, (Why(HOSTILE, HOSTILE, HOSTILE, HOSTILE),), (1,), (HOSTILE,), True, HOSTILE),)  # fmt: skip
    hostile = answer(
        answer=HOSTILE,
        claims=(Claim(HOSTILE, (1,), "lead", HOSTILE),),
        citations=(replace(citation(1, quote=HOSTILE), title=HOSTILE, heading=HOSTILE),),
        codes=codes,
        follow_ups=(HOSTILE,),
        notice=Notice(HOSTILE, HOSTILE),
        understood=Understood(HOSTILE, (HOSTILE,), (), {"region": HOSTILE}),
    )
    for kind in AnswerKind:
        for view in (replace(PATIENT, question=HOSTILE), CODER):
            html = render_reply(replace(hostile, kind=kind), view)
            assert not {tag for tag, _ in tags(html)} & {"img", "script", "iframe", "object", "embed", "base", "meta", "link", "style"}
            assert not {name for _, names in tags(html) for name in names if name.startswith("on") or name == "src"}


def test_while_streaming_only_the_claims_shown_so_far_stand() -> None:
    """One claim shown: no second, no sources, no tools."""
    html = render_reply(answer(), PATIENT, claims_shown=1)
    assert "First." in html
    assert "Second" not in html
    assert "source\" id" not in html
    assert "data-tool" not in html


def test_urgent_help_begins_with_the_first_sentence_of_the_answer() -> None:
    """The heading is the first sentence; numbers can be called; a price is no number to call."""
    html = render_reply(answer(kind=AnswerKind.EMERGENCY, answer="Call 911 now. It costs $911.\n\nMore.", claims=(), citations=()), PATIENT)
    text = re.sub(r"<[^>]+>", "", html)
    assert text.startswith("Call 911 now.")
    assert re.findall(r'href="tel:([^"]+)"', html) == ["911"]


def test_the_announcement_counts_the_sources_seen() -> None:
    assert announcement(answer(), "patient") == "Answer ready, 2 sources"
    assert announcement(answer(), "coder") == "Answer ready, 3 sources"


def test_nothing_is_called_the_best_match_while_a_question_is_open() -> None:
    """The table of a clarifying reply ranks, but does not decide."""
    assert "Best match" in render_reply(answer(), CODER)
    assert "Best match" not in render_reply(answer(kind=AnswerKind.CLARIFY, claims=()), CODER)


def test_no_share_of_confidence_is_shown() -> None:
    """Rank and words, never a percentage."""
    html = render_reply(answer(), CODER)
    assert "0.9" not in html
    assert "%" not in html


def test_the_shell_names_every_word_it_uses() -> None:
    """Each data-t key is among our words, and each word has both languages."""
    keys = set(re.findall(r'data-t(?:-label|-placeholder)?="(\w+)"', render_shell()))
    assert keys <= set(WORDS)
    assert all(set(texts) == {"en", "es"} for texts in WORDS.values())
    assert all(len(texts) == 3 for texts in EXAMPLES.values())


def test_every_fact_has_a_name_in_both_languages() -> None:
    assert set(FACT_NAMES) == set(VOCABULARY)
    assert all(set(names) == {"en", "es"} for names in FACT_NAMES.values())


@pytest.mark.parametrize(("fact", "choice"), CORRECTIONS)
def test_a_correction_is_understood_as_the_choice_it_makes(fact: str, choice: str) -> None:
    """The words that a chip sends state that fact with that value."""
    value = {"yes": True, "no": False}.get(choice, choice) if VOCABULARY[fact].kind == "flag" else choice
    assert (fact, value) in {(found.name, found.value) for found in read_facts(CORRECTIONS[fact, choice])}


@pytest.mark.parametrize("fact", NUMBER_CORRECTIONS)
def test_a_number_correction_is_understood(fact: str) -> None:
    assert (fact, 7.0) in {(found.name, found.value) for found in read_facts(NUMBER_CORRECTIONS[fact].format(7))}


def test_frames_end_with_the_whole_reply(toy_retriever: Retriever) -> None:
    """Only the last frame is done; it carries what the next question's history needs."""
    sent = {"turn": 7, "request": {"question": "how long does a chest x-ray take"}}
    frames = asyncio.run(_all(toy_retriever, sent))
    assert [frame.done for frame in frames] == [False] * (len(frames) - 1) + [True]
    assert {frame.turn for frame in frames} == {7}
    assert frames[-1].answer == toy_retriever.ask(Ask("how long does a chest x-ray take", date.today())).answer


@pytest.mark.parametrize("sent", [None, [], {"turn": "x"}, {"turn": 1, "request": {"question": " "}}, {"turn": 1, "request": {"question": "x" * 2001}}])
def test_what_cannot_be_taken_is_answered_by_an_error_frame(toy_retriever: Retriever, sent: object) -> None:
    """Whatever is sent, one frame comes back and nothing is raised."""
    frames = asyncio.run(_all(toy_retriever, sent))
    assert [(frame.done, frame.kind) for frame in frames] == [(True, "error")]


async def _all(retriever: Retriever, sent: object) -> list:  # type: ignore[type-arg]
    return [frame async for frame in answer_frames(lambda: retriever, sent)]
