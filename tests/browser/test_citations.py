"""From a number in an answer to the very sentence in its document, and back."""

import re

import pytest

from tests.browser.conftest import SIZES, Service, Visits

PSYCHOTHERAPY = "what happens in a 30-minute therapy session"


def test_a_cited_number_opens_exactly_the_quoted_sentence_and_back_returns_to_it(service: Service, visit: Visits) -> None:
    """The mark equals the listed quote, has the focus and is in view; Back closes and focuses the number."""
    page = visit(service).open().ask(PSYCHOTHERAPY).page
    number = page.locator(".said a.cite").first
    quote = page.locator(".side q").first.inner_text()

    number.click()
    mark = page.locator("#pa-doc mark")
    mark.wait_for()

    assert mark.all_inner_texts() == [quote]
    assert page.evaluate("document.activeElement.tagName") == "MARK"
    assert page.evaluate("""() => {
      const mark = document.activeElement.getBoundingClientRect(), panel = document.querySelector('#pa-doc-text').getBoundingClientRect();
      return mark.top >= panel.top && mark.bottom <= panel.bottom && panel.bottom <= innerHeight && panel.top >= 0;
    }""")

    page.go_back()
    assert not page.locator("#pa-doc").is_visible()
    assert page.evaluate("document.activeElement === document.querySelector('.said a.cite')")

    page.go_forward()
    assert page.locator("#pa-doc mark").inner_text() == quote


@pytest.mark.parametrize("size", ["desktop", "phone"])
def test_every_number_opens_its_own_quote(staged: Service, visit: Visits, size: str) -> None:
    """Each of six numbers, the fourth and the last included, marks the quote that is listed under it."""
    page = visit(staged, size).open().ask("stage answer").page
    numbers = page.locator(".said a.cite").all()
    assert len(numbers) == 6
    for number in numbers:
        shown = re.sub(r"\D", "", number.inner_text())
        quote = page.locator(f"a.source:has(.number:text-is('{shown}')) q").inner_text()
        number.click()
        page.locator("#pa-doc mark").wait_for()
        assert page.locator("#pa-doc mark").inner_text() == quote
        page.locator("#pa-doc-back").click()
        page.locator("#pa-doc").wait_for(state="hidden")


@pytest.mark.parametrize("audience", ["patient", "coder"])
def test_numbers_and_listed_sources_are_the_same_set(staged: Service, visit: Visits, audience: str) -> None:
    """No number without a source, no source without a number; both lead to the same address."""
    page = visit(staged).open(f"?audience={audience}").ask("stage answer").page
    numbers = {(a.get_attribute("data-source"), a.get_attribute("href")) for a in page.locator("a.cite").all()}
    sources = {(a.locator(".number").inner_text(), a.get_attribute("href")) for a in page.locator("a.source").all()}
    assert numbers == sources
    assert len(sources) == (6 if audience == "patient" else 10)


def test_a_number_with_a_modifier_key_is_an_ordinary_link(staged: Service, visit: Visits) -> None:
    """Ctrl-click leaves the conversation alone and opens the document page, which marks the same sentence."""
    one = visit(staged).open().ask("stage answer")
    with one.context.expect_page() as opened:
        one.page.locator("a.cite").first.click(modifiers=["Control"])
    assert opened.value.locator("mark").inner_text() == one.page.locator("q").first.inner_text()
    assert not one.page.locator("#pa-doc").is_visible()


def test_the_document_page_needs_no_script_and_no_profile(staged: Service, visit: Visits) -> None:
    """A fresh profile without JavaScript sees the same marked sentence at the cited address."""
    page = visit(staged).open().ask("stage answer").page
    address = page.locator("a.cite").nth(2).get_attribute("href") or ""
    quote = page.locator("q").nth(2).inner_text()
    fresh = visit(staged, java_script_enabled=False).page
    fresh.goto(staged.url + address.lstrip("/"))
    assert fresh.locator("mark").inner_text() == quote


def test_an_address_with_a_document_opens_it_beside_the_chat(staged: Service, visit: Visits) -> None:
    """Reloading with a document open shows it again; Back on the panel leaves the plain page."""
    page = visit(staged).open().ask("stage answer").page
    page.locator("a.cite").nth(1).click()
    page.locator("#pa-doc mark").wait_for()
    quote = page.locator("#pa-doc mark").inner_text()
    page.reload()
    page.locator("#pa-doc mark").wait_for()
    assert page.locator("#pa-doc mark").inner_text() == quote


def test_an_unknown_code_is_a_plain_not_found(staged: Service, visit: Visits) -> None:
    one = visit(staged)
    reply = one.page.goto(staged.url + "doc/cpt/00000")
    assert reply is not None
    assert reply.status == 404
    one.faults.clear()


def test_on_a_phone_the_document_covers_the_screen(staged: Service, visit: Visits) -> None:
    """Full-screen and modal; Escape closes it and focus returns to the number."""
    page = visit(staged, "phone").open().ask("stage answer").page
    page.locator("a.cite").nth(3).click()
    page.locator("#pa-doc mark").wait_for()
    box = page.locator("#pa-doc").bounding_box()
    assert box is not None
    assert (box["width"], box["height"]) == SIZES["phone"]
    page.keyboard.press("Escape")
    page.locator("#pa-doc").wait_for(state="hidden")
    assert page.evaluate("document.activeElement === document.querySelectorAll('a.cite')[3]")
