"""Chromium before the running service. Every page opened here is watched: no request leaves the service, nothing is
written to the console as an error, no reply is a failure that the test did not ask for."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, sync_playwright

from tests.conftest import ROOT

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync"]  # fmt: skip
READY_S = 60
SIZES = {"desktop": (1280, 800), "phone": (390, 844), "narrow": (320, 700), "tablet": (768, 1024)}

# Runs in the service's process before anything else: notes every name looked up and every host connected to.
WATCH_NETWORK = """
import os, socket
def note(host):
    if host not in (None, "", "localhost", "127.0.0.1", "::1", "0.0.0.0", b"127.0.0.1"):
        open(os.environ["LOOKUPS"], "a").write(f"{host}\\n")
look_up, connect = socket.getaddrinfo, socket.socket.connect
def watched_look_up(host, *rest, **more):
    note(host)
    return look_up(host, *rest, **more)
def watched_connect(self, address):
    if isinstance(address, tuple):
        note(address[0])
    return connect(self, address)
socket.getaddrinfo, socket.socket.connect = watched_look_up, watched_connect
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """SKIP_BROWSER=1 skips these tests and says so; a missing browser fails them."""
    if os.environ.get("SKIP_BROWSER") == "1":
        for item in items:
            if item.path.is_relative_to(Path(__file__).parent):
                item.add_marker(pytest.mark.skip(reason="SKIP_BROWSER=1: the chat page was not tried in a browser"))


@dataclass
class Service:
    """A running service and what it looked up outside this machine."""

    url: str
    process: subprocess.Popen[bytes]
    lookups: Path

    def stop(self) -> float:
        """Ask it to end, as an operator would; the seconds that it took."""
        began = time.monotonic()
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(20)
        return time.monotonic() - began


def start_service(folder: Path, arguments: list[str], port: int, index: Path) -> Service:
    """Start the service with the network watched, and wait until it answers."""
    (folder / "sitecustomize.py").write_text(WATCH_NETWORK, "utf-8")
    lookups = folder / "lookups"
    lookups.touch()
    # Where this interpreter finds the project, so that the tests also hold for an installed copy.
    path = os.pathsep.join([str(folder), str(ROOT), os.environ.get("PYTHONPATH", "")])
    environment = {**os.environ, "PYTHONPATH": path, "PORT": str(port), "INDEX_DIR": str(index), "LOOKUPS": str(lookups)}
    process = subprocess.Popen([sys.executable, *arguments], cwd=ROOT, env=environment)
    url = f"http://127.0.0.1:{port}/"
    until = time.monotonic() + READY_S
    while time.monotonic() < until and process.poll() is None:
        try:
            urllib.request.urlopen(f"{url}healthz", timeout=1).close()
            return Service(url, process, lookups)
        except OSError:
            time.sleep(0.2)
    process.kill()
    raise RuntimeError(f"the service did not answer within {READY_S} s: {' '.join(arguments)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="package")
def service(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service as its user starts it, on the real index."""
    running = start_service(tmp_path_factory.mktemp("service"), ["-m", "chat_ui"], free_port(), real_index)
    yield running
    running.stop()


@pytest.fixture(scope="package")
def staged(real_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The service with every kind of answer on demand; see staged.py."""
    port = free_port()
    arguments = ["-m", "tests.browser.staged", str(real_index), str(port)]
    running = start_service(tmp_path_factory.mktemp("staged"), arguments, port, real_index)
    yield running
    running.stop()


# Not for the whole session: while Playwright runs, its event loop keeps other tests from starting theirs.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        pytest.fail(f"no Chromium at {CHROMIUM}: install it (apt-get install chromium), name it in CHROMIUM, or set SKIP_BROWSER=1")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@dataclass
class Visit:
    """One browser profile on the chat page."""

    page: Page
    context: BrowserContext
    home: str
    faults: list[str] = field(default_factory=list)
    requests: int = 0

    def watch(self) -> None:
        self.page.on("console", lambda m: self.faults.append(f"console: {m.text}") if m.type == "error" else None)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))
        self.page.on("response", lambda r: self.faults.append(f"{r.status}: {r.url}") if r.status >= 400 else None)
        self.page.on("request", self._seen)

    def _seen(self, request: object) -> None:
        self.requests += 1
        url: str = request.url  # type: ignore[attr-defined]
        if not url.startswith((self.home, "data:", "blob:")):
            self.faults.append(f"outside: {url}")

    def open(self, path: str = "") -> "Visit":
        self.page.goto(self.home + path)
        self.page.wait_for_selector("#pa-question")
        return self

    def ask(self, question: str) -> "Visit":
        """Type a question, press Enter, and wait for the whole answer."""
        self.page.fill("#pa-question", question)
        self.page.keyboard.press("Enter")
        return self.answered()

    def answered(self) -> "Visit":
        self.page.wait_for_selector("#pa:not([data-busy]) .turn:last-child :is(.card, .notice)")
        return self

    def focused(self) -> str:
        """The HTML of the focused element."""
        return str(self.page.evaluate("document.activeElement.outerHTML"))

    def devtools(self) -> CDPSession:
        return self.context.new_cdp_session(self.page)


class Visits:
    """Opens pages and closes them, watching all of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self.all: list[Visit] = []

    def __call__(self, service: Service, size: str = "desktop", **options: object) -> Visit:
        width, height = SIZES[size]
        given = {"viewport": {"width": width, "height": height}, "locale": "en-US", "reduced_motion": "reduce", **options}
        context = self._browser.new_context(**given)  # type: ignore[arg-type]
        context.set_default_timeout(15_000)
        visit = Visit(context.new_page(), context, service.url)
        visit.watch()
        self.all.append(visit)
        return visit


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visits]:
    """Opens watched pages; a fault on any of them fails the test, unless the test cleared it."""
    visits = Visits(chromium)
    yield visits
    for one in visits.all:
        one.context.close()
    assert [fault for one in visits.all for fault in one.faults] == []
