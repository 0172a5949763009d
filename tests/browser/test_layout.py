"""Readable and reachable in every state: axe, narrow and wide screens, zoom, forced colours, reduced motion."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import SIZES, Service, Visit, Visits

QUESTIONS = ("stage answer", "stage clarify", "stage abstain", "stage caution", "stage refuse", "stage emergency", "stage crisis", "stage error")
SERIOUS = ("serious", "critical")

# Elements that stand past the right edge, hidden ones and those in a box that scrolls by itself left out.
PAST_THE_EDGE = """() => [...document.querySelectorAll('#pa *')].filter(e => e.checkVisibility({visibilityProperty: true})
  && !e.closest('.vh, .skip, .scroll, .long') && e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)
  .map(e => e.outerHTML.slice(0, 120))"""

# Things to press that are smaller than 24 px, and main buttons smaller than 44 px. Links in running text are exempt.
TOO_SMALL = """() => [...document.querySelectorAll('#pa :is(button, summary, input, textarea, a)')].filter(e => e.checkVisibility({visibilityProperty: true})
  && !e.closest('.vh, .skip, .doc-text p, .urgent') && getComputedStyle(e).position !== 'fixed').flatMap(e => {
    const box = e.getBoundingClientRect(), least = e.matches('.primary, .plain, .option, .next, .topic, .examples button, textarea, [name=pa-audience], [name=pa-language]') ? 44 : 24;
    return box.height < least - .5 || box.width < Math.min(least, 24) - .5 ? [`${Math.round(box.width)}x${Math.round(box.height)} ${e.outerHTML.slice(0, 100)}`] : [];
  })"""


def faults(page: Page) -> list[str]:
    """Serious and critical findings of axe, with the first element of each."""
    found = Axe().run(page).response["violations"]
    return [f"{v['id']}: {v['nodes'][0]['html'][:160]}" for v in found if v["impact"] in SERIOUS]


def whole_conversation(one: Visit, audience: str, language: str = "en") -> Page:
    """One page that shows every kind of answer."""
    one.open(f"?audience={audience}&lang={language}")
    for question in QUESTIONS:
        one.ask(question)
    one.page.evaluate("document.querySelectorAll('details.sources').forEach(d => { d.open = true })")
    return one.page


@pytest.mark.parametrize(
    ("audience", "language", "size", "scheme"),
    [("patient", "en", "phone", "light"), ("patient", "es", "desktop", "dark"), ("coder", "en", "desktop", "light"), ("coder", "es", "phone", "dark")],
)  # fmt: skip
def test_axe_finds_nothing_serious_in_any_state(
    staged: Service, visit: Visits, audience: str, language: str, size: str, scheme: str
) -> None:
    """Start, every kind of answer, an open chip, the side-by-side table and an open document."""
    one = visit(staged, size, color_scheme=scheme)
    page = one.open(f"?audience={audience}&lang={language}").page
    assert faults(page) == []
    whole_conversation(one, audience, language)
    page.locator(".chip summary").first.click()
    if audience == "coder":
        page.locator(".compare summary").first.click()
    assert faults(page) == []
    page.locator(".said a.cite").first.click()
    page.locator("#pa-doc mark").wait_for()
    assert faults(page) == []


@pytest.mark.parametrize("audience", ["patient", "coder"])
def test_nothing_runs_past_the_edge_and_everything_is_large_enough(staged: Service, visit: Visits, audience: str) -> None:
    """At 320, 390, 768, 1024 and 1280 px: no sideways scroll, no element past the edge, targets of 24 px, main ones of 44 px."""
    one = visit(staged)
    page = one.open(f"?audience={audience}&lang=es").page
    for state in ("start", "conversation", "document"):
        if state == "conversation":
            whole_conversation(one, audience, "es")
            page.locator(".chip summary").first.click()
        if state == "document":
            page.locator(".said a.cite").first.click()
            page.locator("#pa-doc mark").wait_for()
        for width, height in (*SIZES.values(), (1024, 768)):
            page.set_viewport_size({"width": width, "height": height})
            page.wait_for_timeout(100)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (state, width)
            assert page.evaluate(PAST_THE_EDGE) == [], (state, width)
            assert page.evaluate(TOO_SMALL) == [], (state, width)


def test_at_twice_the_text_size_nothing_is_lost(staged: Service, visit: Visits) -> None:
    """With the reader's font at 200 %, 640 px wide: no sideways scroll, and the question can still be typed and asked."""
    one = visit(staged)
    one.page.set_viewport_size({"width": 640, "height": 800})
    one.open()
    one.page.add_init_script("addEventListener('DOMContentLoaded', () => { document.documentElement.style.fontSize = '200%' })")
    one.page.reload()
    one.page.wait_for_selector("#pa-question")
    one.ask("stage answer")
    assert one.page.evaluate("document.documentElement.scrollWidth") <= 640
    assert one.page.evaluate(PAST_THE_EDGE) == []


def test_forced_colours_show_the_selected_mode_and_the_focus(staged: Service, visit: Visits) -> None:
    """The selected reader differs from the other, and the focused control has an outline."""
    page = visit(staged, forced_colors="active").open().page
    colours = [
        page.locator(f"input[value={value}] + span").evaluate("e => getComputedStyle(e).backgroundColor") for value in ("patient", "coder")
    ]
    assert colours[0] != colours[1]
    page.locator("#pa-new").focus()
    page.keyboard.press("Tab")
    assert page.locator("input[value=patient] + span").evaluate("e => getComputedStyle(e).outlineStyle") == "solid"


def test_reduced_motion_is_still(staged: Service, visit: Visits) -> None:
    """While searching, nothing of ours is animated."""
    page = visit(staged).open().page
    page.fill("#pa-question", "stage slow")
    page.keyboard.press("Enter")
    page.wait_for_selector(".searching")
    assert page.evaluate("document.getAnimations().filter(a => a.playState === 'running' && a.effect.target.closest('#pa')).length") == 0
