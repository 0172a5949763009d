"""What of the page library is reachable: a short list of routes, each reply without CORS headers, the page under a
strict content policy and without addresses of other sites. Everything else is 404.

Policy of the page: scripts come from this service or carry the hash of a script that it wrote. 'unsafe-eval' stays,
because the page library compiles its own templates; without it nothing is rendered.
"""

import base64
import gzip
import hashlib
import json
import re
from collections.abc import Sequence

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from chat_ui.problems import MEDIA_TYPE

ALLOWED: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("GET", re.compile(r"/")),
    ("HEAD", re.compile(r"/")),
    ("GET", re.compile(r"/assets/[\w./-]+")),
    ("GET", re.compile(r"/static/[\w./-]+")),
    ("GET", re.compile(r"/theme\.css")),
    ("GET", re.compile(r"/gradio_api/(?:queue/data|app_id)")),
    ("GET", re.compile(r"/gradio_api/heartbeat/\w+")),
    ("POST", re.compile(r"/gradio_api/queue/join")),
)
_DROPPED_HEADERS = frozenset({b"content-length", b"content-encoding", b"etag", b"vary"})
_INLINE_SCRIPT = re.compile(r"<script(?![^>]*\ssrc=)[^>]*>(.*?)</script>", re.DOTALL)
# Previews for social sites, with addresses of other sites; and the manifest of an installable app, which this is not.
_OUTSIDE_TAGS = re.compile(r'\s*<(?:meta\s+(?:property="og:|name="twitter:)|link\s+rel="manifest")[^>]*>')
# The frame resizer serves pages embedded in others, which the policy forbids.
_FRAME_RESIZER = re.compile(r"\s*<script>(?:(?!</script>).)*iframeResizer\.contentWindow(?:(?!</script>).)*</script>", re.DOTALL)

_NO_SCRIPT = (
    "<noscript><p>The chat needs scripts. The documents do not: open one by its code, such as "
    '<a href="/doc/cpt/90832">/doc/cpt/90832</a>.</p></noscript>'
)


class AllowedRoutes:
    """ASGI middleware in front of the page library."""

    def __init__(self, app: ASGIApp, head: str = "") -> None:
        """head: put first into the page's <head>: our style sheet and script."""
        self._app = app
        self._head = head

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        path = _inner_path(scope)
        if scope["type"] != "http" or not is_allowed(scope["method"], path):
            await _refuse(scope, send)
        elif path == "/":
            # The query is the page script's business; the page library would take some of it as its own.
            plain = {**scope, "query_string": b"", "headers": _without(scope["headers"], b"accept-encoding")}
            await self._app(plain, receive, _PageSender(send, self._head, accepts_gzip(scope)))
        else:
            await self._app(scope, receive, _without_cors(send))


def is_allowed(method: str, path: str) -> bool:
    """Whether the route is on the list."""
    return ".." not in path and any(method == allowed and pattern.fullmatch(path) for allowed, pattern in ALLOWED)


def rewrite_page(html: str, head: str) -> tuple[str, str]:
    """The page without addresses of other sites and with `head` in it; and the content policy that fits it."""
    html = _FRAME_RESIZER.sub("", _OUTSIDE_TAGS.sub("", html))
    html = html.replace("<head>", f"<head>{head}", 1).replace("<gradio-app", f"{_NO_SCRIPT}<gradio-app", 1)
    return html, content_policy(_INLINE_SCRIPT.findall(html))


def content_policy(inline_scripts: Sequence[str]) -> str:
    """The content security policy that lets exactly these inline scripts run."""
    hashes = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" for script in inline_scripts)
    return (
        f"default-src 'none'; script-src 'self' 'unsafe-eval' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; frame-src 'none'; object-src 'none'; base-uri 'self'; "
        "frame-ancestors 'none'; form-action 'none'"
    )


def accepts_gzip(scope: Scope) -> bool:
    return any(name == b"accept-encoding" and b"gzip" in value for name, value in scope["headers"])


def _inner_path(scope: Scope) -> str:
    """The path inside the mount. Starlette leaves the mount's prefix in the path and names it in root_path."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path or "/"


def _without(headers: Sequence[tuple[bytes, bytes]], name: bytes) -> list[tuple[bytes, bytes]]:
    return [(key, value) for key, value in headers if key != name]


def _without_cors(send: Send) -> Send:
    async def forward(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = [(key, value) for key, value in message["headers"] if not key.lower().startswith(b"access-control-")]
            message = {**message, "headers": headers}
        await send(message)

    return forward


class _PageSender:
    """Holds the page back until it is whole, then sends it rewritten."""

    def __init__(self, send: Send, head: str, gzipped: bool) -> None:
        self._send = send
        self._head = head
        self._gzipped = gzipped
        self._start: Message = {}
        self._body = bytearray()

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self._start = message
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body", False):
                await self._finish()

    async def _finish(self) -> None:
        html, policy = rewrite_page(self._body.decode(), self._head)
        body = gzip.compress(html.encode(), 6, mtime=0) if self._gzipped else html.encode()
        headers = [
            (key, value)
            for key, value in self._start["headers"]
            if key.lower() not in _DROPPED_HEADERS and not key.lower().startswith(b"access-control-")
        ]
        headers += [
            (b"content-length", str(len(body)).encode()),
            (b"content-security-policy", policy.encode()),
            (b"cache-control", b"no-store"),
            (b"vary", b"Accept-Encoding"),
        ]
        if self._gzipped:
            headers.append((b"content-encoding", b"gzip"))
        await self._send({**self._start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


async def _refuse(scope: Scope, send: Send) -> None:
    if scope["type"] == "websocket":
        await send({"type": "websocket.close", "code": 1008})
        return
    body = json.dumps(
        {
            "type": "about:blank",
            "title": "Not found",
            "status": 404,
            "detail": "There is no such page. The chat is at /, the interfaces are listed at /docs.",
            "nearest": [],
        }
    ).encode()
    headers = [(b"content-type", MEDIA_TYPE.encode()), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 404, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})
