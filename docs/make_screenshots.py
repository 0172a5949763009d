"""Pictures of every state of the chat page, for the README: python -m docs.make_screenshots [FOLDER].

Starts the service with the browser tests' staged answers on the index in ./index, or the one that
PROCEDURE_ANSWERS_INDEX names. Needs Chromium and the development extras.
"""

import io
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tests.browser.conftest import CHROMIUM, FLAGS, SIZES, Visit, free_port, start_service
from tests.conftest import ROOT

MAX_BYTES = 120_000
COLORS = 128

Shot = Callable[[Visit], None]


def asked(question: str, then: Callable[[Page], None] = lambda page: None) -> Shot:
    """Ask, wait for the answer, and do something on the page."""

    def shoot(visit: Visit) -> None:
        visit.ask(question)
        then(visit.page)

    return shoot


def asked_only(question: str) -> Shot:
    def shoot(visit: Visit) -> None:
        visit.page.fill("#pa-question", question)
        visit.page.keyboard.press("Enter")
        visit.page.wait_for_selector(".searching")

    return shoot


def open_document(page: Page) -> None:
    page.locator(".said a.cite").nth(1).click()
    page.locator("#pa-doc mark").wait_for()


def open_chip(page: Page) -> None:
    page.locator(".chip summary", has_text="minutes").click()


def compare(page: Page) -> None:
    page.locator(".compare summary").click()
    page.locator(".compare").scroll_into_view_if_needed()


def go_offline(visit: Visit) -> None:
    visit.context.set_offline(True)
    visit.page.wait_for_selector("#pa-offline:visible")


# Name, address, what happens.
STATES: tuple[tuple[str, str, Shot], ...] = (
    ("start", "", lambda visit: None),
    ("start-coder", "?audience=coder", lambda visit: None),
    ("start-spanish", "?lang=es", lambda visit: None),
    ("searching", "", asked_only("Is a sleep study done at home?")),
    ("answer", "", asked("What happens in a 30-minute therapy session?")),
    ("answer-spanish", "?lang=es", asked("¿Qué pasa en una sesión de terapia de 30 minutos?")),
    ("document", "", asked("What happens in a 30-minute therapy session?", open_document)),
    ("correct", "", asked("What happens in a 30-minute therapy session?", open_chip)),
    ("clarify", "", asked("How long is a therapy session?")),
    ("clarify-codes", "?audience=coder", asked("MRI of the brain")),
    ("no-answer", "", asked("What is 90835?")),
    ("caution", "", asked("Should I stop my blood thinner before a colonoscopy?")),
    ("refuse", "?audience=coder", asked("Make the note look like 60 minutes so it pays more")),
    ("emergency", "", asked("I have crushing chest pain and cannot breathe")),
    ("crisis", "", asked("I do not want to live any more")),
    ("error", "", asked("What does a heart ultrasound show?")),
    ("offline", "", go_offline),
    ("codes", "?audience=coder", asked("25 min talk therapy + med check, same visit")),
    ("compare", "?audience=coder", asked("25 min talk therapy + med check, same visit", compare)),
    ("codes-document", "?audience=coder", asked("25 min talk therapy + med check, same visit", open_document)),
)
# Size and colours of each picture; the narrowest screens only where they differ.
VIEWS = (("desktop", "light"), ("phone", "dark"))
NARROW = ("start", "answer", "codes", "emergency")
DARK = ("answer", "codes", "emergency")


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    index = Path(os.environ.get("PROCEDURE_ANSWERS_INDEX", ROOT / "index"))
    port = free_port()
    with tempfile.TemporaryDirectory() as scratch, sync_playwright() as playwright:
        service = start_service(Path(scratch), ["-m", "tests.browser.staged", str(index), str(port)], port, index)
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        try:
            for name, address, shoot in STATES:
                narrow = [("narrow", "light")] if name in NARROW else []
                dark = [("desktop", "dark")] if name in DARK else []
                for size, scheme in (*VIEWS, *narrow, *dark):
                    width, height = SIZES[size]
                    context = browser.new_context(
                        viewport={"width": width, "height": height},
                        color_scheme="dark" if scheme == "dark" else "light",
                        reduced_motion="reduce",
                        locale="en-US",
                    )
                    visit = Visit(context.new_page(), context, service.url)
                    shoot(visit.open(address))
                    visit.page.wait_for_timeout(150)
                    write(folder / f"{name}-{size}-{scheme}.png", visit.page.screenshot())
                    context.close()
        finally:
            browser.close()
            service.stop()


def write(path: Path, picture: bytes) -> None:
    """Store the picture with few colours, which is small enough for a repository."""
    out = io.BytesIO()
    Image.open(io.BytesIO(picture)).convert("RGB").quantize(COLORS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    if out.tell() > MAX_BYTES:
        raise ValueError(f"{path.name} has {out.tell():,} bytes; expected at most {MAX_BYTES:,}: use fewer colours")
    path.write_bytes(out.getvalue())


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "screenshots")
