"""What of the page library is reachable, and what its page may do."""

import base64
import hashlib

import pytest

from chat_ui.allowed_routes import content_policy, is_allowed, rewrite_page

PAGE = """<html><head><meta charset="utf-8" /><meta property="og:image" content="https://example.org/a.jpg" />
<meta name="twitter:creator" content="@x" /><link rel="manifest" href="/manifest.json" />
<script>window.a = "<b>";</script><script>const s = "js/iframeResizer.contentWindow.min.js";</script>
<script type="module" src="./assets/index.js"></script></head><body><gradio-app></gradio-app></body></html>"""


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/", True),
        ("GET", "/assets/index-D.js", True),
        ("GET", "/theme.css", True),
        ("POST", "/gradio_api/queue/join", True),
        ("POST", "/", False),
        ("GET", "/gradio_api/queue/join", False),
        ("POST", "/gradio_api/upload", False),
        ("GET", "/gradio_api/file=/etc/passwd", False),
        ("GET", "/assets/../config", False),
        ("GET", "/assets/a/..%2fb", False),
        ("GET", "/config", False),
        ("GET", "/theme.css/", False),
    ],
)
def test_only_listed_routes_exist(method: str, path: str, allowed: bool) -> None:
    assert is_allowed(method, path) is allowed


def test_the_page_loses_other_sites_and_gains_our_head() -> None:
    """No absolute address is left; the head comes first, so that our script is there before the library's."""
    html, _ = rewrite_page(PAGE, "<title>T</title>")
    assert "example.org" not in html
    assert "manifest" not in html
    assert "iframeResizer" not in html
    assert html.startswith("<html><head><title>T</title>")
    assert "<noscript>" in html


def test_the_policy_carries_the_hash_of_each_inline_script() -> None:
    """The one inline script that is left is named by its SHA-256; no script is allowed by being inline."""
    _, policy = rewrite_page(PAGE, "")
    digest = base64.b64encode(hashlib.sha256(b'window.a = "<b>";').digest()).decode()
    assert f"'sha256-{digest}'" in policy
    assert policy.count("'sha256-") == 1
    assert "script-src 'self' 'unsafe-eval'" in policy
    assert "'unsafe-inline'" not in content_policy(()).split("style-src")[0]
