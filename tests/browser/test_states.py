"""What the page shows: start, every kind of answer, faults, and what it keeps."""

import re
import time

import pytest

from chat_ui.strings import EXAMPLES
from tests.browser.conftest import Service, Visits
from tests.browser.staged import HOSTILE

AUDIENCES = tuple(EXAMPLES)


@pytest.mark.parametrize(("audience", "language"), AUDIENCES, ids=lambda value: str(value))
def test_the_examples_of_the_start_page_are_answered(service: Service, visit: Visits, audience: str, language: str) -> None:
    """Three examples for each kind of reader; each is answered at once, with sources."""
    page = visit(service).open(f"?audience={audience}&lang={language}").page
    texts = [button.inner_text() for button in page.locator(".examples button:visible").all()]
    assert tuple(texts) == EXAMPLES[audience, language]
    for text in texts:
        page.locator("#pa-new").click()
        page.get_by_role("button", name=text, exact=True).click()
        page.wait_for_selector("#pa:not([data-busy]) .turn .card")
        assert page.locator(".turn").last.get_attribute("data-kind") == "answer", text
        assert page.locator("a.source").count() >= 1, text


def test_the_question_is_shown_at_once_and_the_search_said(staged: Service, visit: Visits) -> None:
    """Within 300 ms of Enter the question stands in the conversation; Stop has taken the place of Ask."""
    page = visit(staged).open().page
    page.fill("#pa-question", "stage slow")
    took = page.evaluate("""async () => {
      const began = performance.now();
      document.querySelector('#pa-form').requestSubmit();
      while (!document.querySelector('.turn .asked-text')) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    }""")
    assert took < 300
    assert page.locator(".searching").inner_text() == "Searching the procedure pages…"
    assert page.locator("#pa-stop").is_visible()
    assert not page.locator("#pa-ask").is_visible()


def test_stop_ends_the_wait_at_once_and_the_next_question_works(staged: Service, visit: Visits) -> None:
    """The input is back within a second; the answer that comes too late is not shown."""
    one = visit(staged).open()
    one.page.fill("#pa-question", "stage slow")
    one.page.keyboard.press("Enter")
    one.page.locator("#pa-stop").click(timeout=1000)
    one.page.wait_for_selector("#pa-ask:visible", timeout=1000)
    assert "pa-question" in one.focused()
    one.ask("stage answer")
    one.page.wait_for_timeout(2500)
    assert [turn.get_attribute("data-kind") for turn in one.page.locator(".turn").all()] == ["stopped", "answer"]


def test_a_second_enter_asks_nothing(staged: Service, visit: Visits) -> None:
    """Enter twice, one question; what was typed meanwhile is kept."""
    one = visit(staged).open()
    one.page.fill("#pa-question", "stage slow")
    one.page.keyboard.press("Enter")
    one.page.fill("#pa-question", "and then")
    one.page.keyboard.press("Enter")
    assert one.page.locator(".turn").count() == 1
    assert one.page.input_value("#pa-question") == "and then"


def test_a_clarifying_question_offers_answers_that_ask_on(staged: Service, visit: Visits) -> None:
    """Two to four buttons; pressing one shows its words and answers."""
    one = visit(staged).open().ask("stage clarify")
    options = one.page.locator(".clarify .option")
    assert options.count() == 3
    options.nth(1).click()
    one.answered()
    one.page.wait_for_selector(".turn:nth-child(2)[data-kind=answer]")
    assert one.page.locator(".turn").nth(1).locator(".asked-text").inner_text() == "38 to 52 minutes"


def test_no_answer_shows_no_citation_but_a_next_step(staged: Service, visit: Visits) -> None:
    """The nearest topics are buttons that ask."""
    page = visit(staged).open().ask("stage abstain").page
    assert page.locator("a.cite, a.source").count() == 0
    assert page.locator(".abstain h3").inner_text() == "The documents do not say."
    assert "ask your care team" in page.locator(".abstain").inner_text()
    assert page.locator(".topic").count() == 2


def test_caution_says_what_it_cannot_and_cites_what_it_can(staged: Service, visit: Visits) -> None:
    page = visit(staged).open().ask("stage caution").page
    assert page.locator(".caution h3").inner_text() == "We cannot say whether you should stop a medicine."
    assert page.locator(".caution a.cite").count() == 1
    assert page.locator(".caution").inner_text().count("Drink only") == 1


@pytest.mark.parametrize(("name", "words", "number"), [("emergency", "Call 911 now.", "911"), ("crisis", "Call or text 988 now.", "988")])
def test_urgent_help_stands_first(staged: Service, visit: Visits, name: str, words: str, number: str) -> None:
    """The first words of the reply are those of the card; its number can be called; heading, sign and words say it, not colour."""
    page = visit(staged).open().ask(f"stage {name}").page
    assert page.locator(".reply").inner_text().startswith(words)
    assert page.locator(f".urgent-head a[href='tel:{number}']").is_visible()
    assert page.locator(".urgent-head svg").is_visible()
    assert page.locator(".understood, .nexts, .tools").count() == 0


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("I have crushing chest pain and can't breathe", "911"),
        ("me duele el pecho y no puedo respirar", "911"),
        ("I want to kill myself", "988"),
        ("quiero morir", "988"),
    ],
)
def test_urgent_questions_get_urgent_help(service: Service, visit: Visits, question: str, first: str) -> None:
    """From the real rules, in both languages: the number stands in the first line of the card."""
    page = visit(service).open().ask(question).page
    assert first in page.locator(".urgent-head").inner_text()


def test_an_ordinary_question_gets_no_urgent_card(service: Service, visit: Visits) -> None:
    page = visit(service).open().ask("how long does a chest x-ray take").page
    assert page.locator(".urgent").count() == 0


def test_a_fault_keeps_the_conversation_and_the_question(staged: Service, visit: Visits) -> None:
    """Earlier answers stay visible, the question stands with Try again, which asks it once more."""
    one = visit(staged).open().ask("stage answer").ask("stage error")
    assert one.page.locator(".turn").first.locator(".card").is_visible()
    assert one.page.locator(".turn").last.locator(".asked-text").inner_text() == "stage error"
    one.page.locator("[data-again]").click()
    one.answered()
    assert one.page.locator(".turn").count() == 2
    one.ask("stage answer")
    assert one.page.locator(".turn").last.get_attribute("data-kind") == "answer"


def test_hostile_text_is_shown_and_never_run(staged: Service, visit: Visits) -> None:
    """HTML, scripts, images, javascript: links and template marks, asked and answered: text, nothing loaded, nothing run."""
    one = visit(staged).open().ask(HOSTILE).ask("stage hostile")
    page = one.page
    assert page.locator(".asked-text").first.inner_text() == HOSTILE
    assert page.locator(".topic").last.inner_text() == HOSTILE
    assert page.locator(".turn img, .turn script, .turn iframe, .turn [onerror], .turn a[href^=javascript]").count() == 0
    page.reload()
    page.wait_for_selector(".turn")
    assert page.evaluate("window.hacked") is None
    assert page.locator(".turn img, .turn script").count() == 0


def test_the_understood_facts_can_be_changed_and_removed(staged: Service, visit: Visits) -> None:
    """Changing the minutes asks again with a correction, removing a fact takes it back, choosing another value names it."""
    one = visit(staged).open().ask("stage answer")
    page = one.page
    page.locator(".chip summary", has_text="minutes").click()
    page.fill(".correct input", "60")
    page.locator(".correct button").click()
    one.answered()
    page.locator(".turn").first.locator(".chip summary", has_text="patient: established").click()
    page.get_by_role("button", name="new", exact=True).first.click()
    one.answered()
    page.locator(".turn").first.locator(".chip summary", has_text="minutes").click()
    page.locator(".turn").first.locator(".chip[open]").get_by_role("button", name="Remove").click()
    one.answered()
    asked = [turn.inner_text() for turn in page.locator(".asked-text").all()]
    assert asked == ["stage answer", "no, 60 minutes", "no, new patient", "never mind the minutes"]


def test_the_other_kind_of_answer_is_one_press_away(staged: Service, visit: Visits) -> None:
    """The chip "For: patient" asks the same question as a coder, and the switch follows."""
    one = visit(staged).open().ask("stage answer")
    one.page.locator(".chip summary", has_text="For: patient").click()
    one.page.get_by_role("button", name="Ask as coder").click()
    one.answered()
    one.page.wait_for_selector("table.codes")
    assert one.page.locator("input[name=pa-audience]:checked").get_attribute("value") == "coder"


def test_reloading_keeps_the_conversation(staged: Service, visit: Visits) -> None:
    """Questions, answers, sources, reader, language and draft survive a reload."""
    one = visit(staged).open("?audience=coder&lang=es").ask("stage answer").ask("stage abstain")
    one.page.fill("#pa-question", "un borrador")
    before = one.page.locator("#pa-turns").inner_text()
    sources = one.page.locator("a.source").count()
    one.page.goto(staged.url)
    one.page.wait_for_selector(".turn")
    assert one.page.locator("#pa-turns").inner_text() == before
    assert one.page.locator("a.source").count() == sources == 10
    assert one.page.locator("#pa").get_attribute("data-audience") == "coder"
    assert one.page.locator("html").get_attribute("lang") == "es"
    assert one.page.input_value("#pa-question") == "un borrador"


def test_a_new_chat_forgets_everything(staged: Service, visit: Visits) -> None:
    """sessionStorage is empty afterwards; localStorage and IndexedDB never held anything."""
    page = visit(staged).open().ask("stage answer").page
    assert "stage answer" in page.evaluate("JSON.stringify(sessionStorage)")
    assert page.evaluate("JSON.stringify(localStorage)").count("stage") == 0
    assert page.evaluate("indexedDB.databases()") == []
    page.locator("#pa-new").click()
    assert page.evaluate("sessionStorage.length") == 0
    assert page.locator(".turn").count() == 0
    assert page.locator(".start h2:visible").count() == 1


def test_a_shared_link_asks_its_question(staged: Service, visit: Visits) -> None:
    """The address that Copy link gives asks the question for its reader, once: the question then leaves the address."""
    one = visit(staged, permissions=["clipboard-read", "clipboard-write"]).open("?audience=coder").ask("stage answer")
    one.page.locator("[data-tool=share]").click()
    one.page.wait_for_function("document.querySelector('#pa-status').textContent === 'Link copied'")
    link = one.page.evaluate("navigator.clipboard.readText()")
    other = visit(staged)
    other.page.goto(link)
    other.page.wait_for_selector("table.codes")
    assert other.page.locator(".asked-text").inner_text() == "stage answer"
    assert other.page.url == staged.url


def test_offline_is_said_and_the_draft_kept(staged: Service, visit: Visits) -> None:
    """A banner while offline; the typed question stays and can be asked when the connection is back."""
    one = visit(staged).open()
    one.page.fill("#pa-question", "stage answer")
    one.context.set_offline(True)
    one.page.wait_for_selector("#pa-offline:visible")
    assert one.page.input_value("#pa-question") == "stage answer"
    one.context.set_offline(False)
    one.page.wait_for_selector("#pa-offline", state="hidden")
    one.page.press("#pa-question", "Enter")
    one.answered()
    one.faults.clear()  # the connection was cut on purpose


def test_a_long_chat_shows_the_last_twenty_turns(staged: Service, visit: Visits) -> None:
    """100 kept turns: 20 are drawn, Show earlier draws 20 more, and a new answer takes at most twice as long as in a new chat."""
    one = visit(staged).open()

    def seconds() -> float:
        began = time.monotonic()
        one.page.fill("#pa-question", "stage answer")
        one.page.keyboard.press("Enter")
        one.page.wait_for_selector("#pa[data-busy]")
        one.page.wait_for_selector("#pa:not([data-busy])")
        return time.monotonic() - began

    fresh = min(seconds() for _ in range(2))
    one.page.evaluate("""() => {
      const kept = JSON.parse(sessionStorage.getItem('procedure-answers'));
      const turn = kept.turns[0];
      kept.turns = Array.from({length: 100}, (_, at) => ({...turn, n: at + 1, shown: `question ${at + 1}`}));
      sessionStorage.setItem('procedure-answers', JSON.stringify(kept));
    }""")
    one.page.reload()
    one.page.wait_for_selector(".turn")
    assert one.page.locator(".turn").count() == 20
    assert min(seconds() for _ in range(2)) <= 2 * fresh + 0.3
    one.page.locator("#pa-earlier").click()
    assert one.page.locator(".turn").count() == 40


def test_spanish_speaks_spanish_and_quotes_english(staged: Service, visit: Visits) -> None:
    """The switch changes the page's words and its language; quotes stay marked as English."""
    one = visit(staged).open()
    one.page.get_by_label("Español").check()
    assert one.page.locator("html").get_attribute("lang") == "es"
    assert one.page.locator("#pa-ask").inner_text() == "Enviar"
    one.ask("stage answer")
    assert one.page.locator(".sources h3").inner_text() == "Fuentes"
    assert one.page.locator(".said").get_attribute("lang") == "es"
    assert one.page.locator(".lead [lang=en]").count() >= 1


def test_the_answer_prints_with_its_sources(staged: Service, visit: Visits) -> None:
    """On paper only the printed turn is left, its sources open, without the tools of the screen."""
    one = visit(staged).open().ask("stage abstain").ask("stage answer").ask("stage caution")
    one.page.evaluate("window.print = () => {}")
    one.page.locator(".turn").nth(1).locator("[data-tool=print]").click()
    one.page.emulate_media(media="print")
    shown = [turn.is_visible() for turn in one.page.locator(".turn").all()]
    assert shown == [False, True, False]
    assert one.page.locator(".turn").nth(1).locator("q").first.is_visible()
    assert not one.page.locator("#pa-form").is_visible()
    assert re.search(r"Last read through on \d", one.page.locator(".turn").nth(1).inner_text())
