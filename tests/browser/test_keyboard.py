"""The whole of it by keyboard, and what a screen reader is told."""

from playwright.sync_api import Page

from tests.browser.conftest import Service, Visits

VISIBLE_FOCUS = """() => {
  const e = document.activeElement, shown = e.matches('[type=radio]') ? e.nextElementSibling : e.matches('#pa-question') ? e.closest('.box') : e;
  const style = getComputedStyle(shown);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""

# Notes each change of the status line from now on.
LISTEN = """() => {
  window.told = [];
  new MutationObserver(() => window.told.push(document.querySelector('#pa-status').textContent))
    .observe(document.querySelector('#pa-status'), {childList: true, characterData: true, subtree: true});
}"""


def tab_to(page: Page, selector: str, most: int = 60) -> None:
    """Press Tab until the element has the focus; every stop on the way shows where the focus is."""
    for _ in range(most):
        page.keyboard.press("Tab")
        assert page.evaluate(VISIBLE_FOCUS), page.evaluate("document.activeElement.outerHTML.slice(0, 150)")
        if page.evaluate("selector => document.activeElement.matches(selector)", selector):
            return
    raise AssertionError(f"Tab did not reach {selector}")


def test_everything_can_be_done_by_keyboard(staged: Service, visit: Visits) -> None:
    """Switch to coder with an arrow, ask, walk the table, open and close its document, copy a code, start anew."""
    one = visit(staged, permissions=["clipboard-read", "clipboard-write"]).open()
    page = one.page
    tab_to(page, "[name=pa-audience]")
    page.keyboard.press("ArrowRight")
    assert page.locator("#pa").get_attribute("data-audience") == "coder"
    tab_to(page, "#pa-question")
    page.keyboard.type("stage answer")
    page.keyboard.press("Enter")
    one.answered()

    page.locator("#pa-question").focus()
    for _ in range(60):
        page.keyboard.press("Shift+Tab")
        if page.evaluate("document.activeElement.matches('tr')"):
            break
    page.keyboard.press("Home")
    assert page.evaluate("document.activeElement.dataset.code") == "90834"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    assert page.evaluate("document.activeElement.dataset.code") == "90832"
    assert page.evaluate(VISIBLE_FOCUS)

    page.keyboard.press("c")
    page.wait_for_function("document.querySelector('#pa-status').textContent === 'Copied 90832'")
    assert page.evaluate("navigator.clipboard.readText()") == "90832"

    page.keyboard.press("Enter")
    page.locator("#pa-doc h1").wait_for()
    assert "16 to 37 minutes" in page.locator("#pa-doc h1").inner_text()
    page.keyboard.press("Escape")
    page.locator("#pa-doc").wait_for(state="hidden")
    assert page.evaluate("document.activeElement.dataset.code") == "90832"


def test_keys_of_the_table_do_nothing_elsewhere(staged: Service, visit: Visits) -> None:
    """The letter c in the question is a letter."""
    one = visit(staged).open("?audience=coder").ask("stage answer")
    one.page.locator("#pa-question").focus()
    one.page.keyboard.type("cc")
    assert one.page.input_value("#pa-question") == "cc"
    assert "Copied" not in one.page.locator("#pa-status").inner_text()


def test_a_copy_button_copies_its_code_and_says_so(staged: Service, visit: Visits) -> None:
    """The clipboard holds exactly the code; the name of the button stays."""
    one = visit(staged, "phone", permissions=["clipboard-read", "clipboard-write"]).open("?audience=coder").ask("stage answer")
    button = one.page.get_by_role("button", name="Copy 90837")
    button.click()
    one.page.wait_for_function("document.querySelector('#pa-status').textContent === 'Copied 90837'")
    assert one.page.evaluate("navigator.clipboard.readText()") == "90837"
    assert button.get_attribute("aria-label") == "Copy 90837"


def test_the_table_downloads_as_csv(staged: Service, visit: Visits) -> None:
    """One heading row and one row a code."""
    one = visit(staged).open("?audience=coder").ask("stage answer")
    with one.page.expect_download() as download:
        one.page.locator("[data-tool=csv]").click()
    rows = download.value.path().read_text("utf-8-sig").splitlines()
    assert rows[0].startswith("rank,system,code,title")
    assert [row.split(",")[2] for row in rows[1:]] == ["90834", "90832", "90837", "90836"]


def test_an_answer_is_announced_in_at_most_three_lines(staged: Service, visit: Visits) -> None:
    """Searching, then ready with the number of sources; the conversation itself is no live region."""
    one = visit(staged).open()
    one.page.evaluate(LISTEN)
    one.ask("stage answer")
    one.page.wait_for_timeout(100)
    told = one.page.evaluate("window.told")
    assert told == ["Searching the procedure pages…", "Answer ready, 6 sources"]
    assert one.page.locator("#pa-talk[aria-live], #pa-talk [aria-live], #pa-talk [role=log]").count() == 0


def test_the_skip_link_leads_to_the_question(staged: Service, visit: Visits) -> None:
    page = visit(staged).open().page
    page.keyboard.press("Tab")
    assert "skip" in page.evaluate("document.activeElement.className")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "pa-question"
