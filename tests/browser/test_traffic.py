"""What the page loads, how fast, what it may reach, and how it takes a restart."""

import json
import re
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.browser.conftest import Service, Visit, Visits, free_port, start_service

FIRST_LOAD_BYTES, FIRST_LOAD_REQUESTS, REPEAT_BYTES = 400_000, 70, 80_000


def loaded_bytes(one: Visit) -> int:
    """Open the page and count the bytes that came over the wire."""
    devtools = one.devtools()
    devtools.send("Network.enable")
    sizes: list[int] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(int(event["encodedDataLength"])))
    one.open()
    one.page.wait_for_timeout(800)
    devtools.detach()
    return sum(sizes)


Record = Callable[[str, object], None]


def test_the_first_load_is_small_and_the_second_smaller(service: Service, visit: Visits, record_testsuite_property: Record) -> None:
    """At most 400 kB in 70 requests, then 80 kB."""
    one = visit(service)
    first, requests = loaded_bytes(one), one.requests
    second = loaded_bytes(one)
    for name, value in (("first_load_bytes", first), ("first_load_requests", requests), ("repeat_bytes", second)):
        record_testsuite_property(name, value)
    assert first <= FIRST_LOAD_BYTES
    assert requests <= FIRST_LOAD_REQUESTS
    assert second <= REPEAT_BYTES


@pytest.mark.timing
def test_a_slow_phone_can_type_within_six_seconds(service: Service, visit: Visits, record_testsuite_property: Record) -> None:
    """1.6 Mbit/s, 150 ms, a processor four times slower; the better of two loads, because other work runs beside."""
    took = []
    for _ in range(2):
        one = visit(service, "phone")
        devtools = one.devtools()
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 94_000})
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
        began = time.monotonic()
        one.open()
        took.append(time.monotonic() - began)
        one.page.close()
        if took[-1] <= 6:
            break
    record_testsuite_property("slow_phone_usable_s", min(took))
    assert min(took) <= 6


@pytest.mark.timing
def test_first_words_come_quickly(service: Service, visit: Visits, record_testsuite_property: Record) -> None:
    """From Enter to the first words of the answer: under a second, on a machine that also runs the browser."""
    one = visit(service).open().ask("what happens in a 30-minute therapy session")
    one.page.fill("#pa-question", "what are the risks of a colonoscopy")
    took = one.page.evaluate("""async () => {
      const began = performance.now();
      document.querySelector('#pa-form').requestSubmit();
      while (!document.querySelector('.turn:last-child .card')) await new Promise(requestAnimationFrame);
      return performance.now() - began;
    }""")
    record_testsuite_property("first_words_ms", took)
    assert took < 1000


def test_readers_do_not_wait_for_each_other(staged: Service, visit: Visits) -> None:
    """Three answers of two seconds each, asked together, stand well before the six that they would take one after another."""
    visits = [visit(staged).open() for _ in range(3)]
    began = time.monotonic()
    for one in visits:
        one.page.fill("#pa-question", "stage slow")
        one.page.keyboard.press("Enter")
    for one in visits:
        one.answered()
    assert time.monotonic() - began < 5.5


def test_the_page_names_no_other_site(service: Service) -> None:
    """No absolute address of another host in the HTML, the style sheet or the script, whatever the question in the address."""
    html = read(service.url + "?q=x&deep_link=y&view=api")
    for text in (html, *(read(service.url + path.lstrip("/")) for path in re.findall(r'"(/assets-pa/[^"]+)"', html))):
        outside = {url for url in re.findall(r"https?://[\w.:-]+", text) if not service.url.startswith(url)}
        assert outside == set()


def test_the_policy_of_the_page_admits_no_foreign_script(service: Service) -> None:
    """Scripts by hash or from here, no frames, no forms elsewhere, nothing inline."""
    policy = urllib.request.urlopen(service.url).headers["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert "'unsafe-inline'" not in rules["script-src"]
    assert re.findall(r"'sha256-", rules["script-src"])
    assert rules["connect-src"] == "'self'"
    assert rules["frame-ancestors"] == rules["form-action"] == rules["object-src"] == "'none'"


@pytest.mark.parametrize(
    "path",
    ["config", "gradio_api/info", "gradio_api/openapi.json", "gradio_api/upload", "gradio_api/runs", "gradio_api/file=/etc/passwd",
     "gradio_api/proxy=http://example.org", "gradio_api/run/predict", "gradio_api/call/ask", "gradio_api/deep_link", "gradio_api/startup-events",
     "monitoring", "monitoring/summary", "manifest.json", "login", "assets/../../pyproject.toml", "static/%2e%2e/%2e%2e/index.html", "robots.txt"],
)  # fmt: skip
def test_other_routes_of_the_page_library_do_not_exist(service: Service, path: str) -> None:
    for method in ("GET", "POST"):
        request = urllib.request.Request(service.url + path, method=method, data=b"{}" if method == "POST" else None)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request)
        assert refused.value.code in (404, 405)
        body = json.loads(refused.value.read())
        assert body["status"] == refused.value.code


def test_no_origin_is_reflected(service: Service) -> None:
    """Neither the page nor its routes allow another origin to read them."""
    for path in ("", "theme.css", "gradio_api/app_id"):
        request = urllib.request.Request(service.url + path, headers={"Origin": "https://example.org", "Host": "clinic.example"})
        try:
            headers = urllib.request.urlopen(request, timeout=5).headers
        except urllib.error.HTTPError as error:
            headers = error.headers
        assert not [name for name in headers if name.lower().startswith("access-control-")]


def test_an_overlong_question_is_told_so(service: Service, visit: Visits) -> None:
    """The limit is held by the server: the field's own limit is taken away first."""
    one = visit(service).open()
    one.page.evaluate("document.querySelector('#pa-question').removeAttribute('maxlength')")
    one.ask("x" * 2001)
    assert "2,000 characters" in one.page.locator(".error").inner_text()


def test_the_service_looks_nothing_up_outside(service: Service, visit: Visits) -> None:
    """From its start through a whole answer: no name looked up, no host connected to."""
    visit(service).open().ask("what happens in a 30-minute therapy session")
    assert service.lookups.read_text() == ""


def test_a_restart_is_survived_and_an_open_page_does_not_hold_it_up(real_index: Path, tmp_path: Path, visit: Visits) -> None:
    """SIGTERM with the page open ends within six seconds; while it is gone a question fails gently; then the next one works."""
    port = free_port()
    arguments = ["-m", "tests.browser.staged", str(real_index), str(port)]
    first = start_service(tmp_path, arguments, port, real_index)
    one = visit(first).open().ask("stage answer")
    assert first.stop() <= 6

    one.page.fill("#pa-question", "stage answer")
    one.page.keyboard.press("Enter")
    one.page.wait_for_selector(".turn:nth-child(2) .error")
    second = start_service(tmp_path, arguments, port, real_index)
    try:
        one.page.wait_for_timeout(3000)  # the page notices the new service and renews itself
        one.page.locator("[data-again]").click()
        one.page.wait_for_selector(".turn:nth-child(2)[data-kind=answer]")
        assert one.page.locator(".turn").count() == 2
    finally:
        second.stop()
    one.faults.clear()  # the service was gone on purpose


def read(url: str) -> str:
    with urllib.request.urlopen(url) as reply:
        return str(reply.read().decode())


def test_many_askers_at_once_are_all_answered_or_told(staged: Service) -> None:
    """Twenty questions at once through the interface behind the page: every one is taken or refused at once, none hangs."""
    codes: list[int] = []

    def join() -> None:
        body = {"data": [], "fn_index": 0, "session_hash": f"s{threading.get_ident()}", "event_data": {"turn": 1, "request": {"question": "stage slow"}}}
        request = urllib.request.Request(
            staged.url + "gradio_api/queue/join", json.dumps(body).encode(), {"Content-Type": "application/json"}
        )
        try:
            codes.append(urllib.request.urlopen(request, timeout=10).status)
        except urllib.error.HTTPError as error:
            codes.append(error.code)

    threads = [threading.Thread(target=join) for _ in range(30)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(codes) == 30
    assert set(codes) <= {200, 503}
    assert 503 in codes
