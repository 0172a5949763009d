"""The interfaces as a page for people, from the OpenAPI description: plain HTML, no scripts, nothing fetched from elsewhere."""

import json
from collections.abc import Mapping
from html import escape
from typing import Any

from chat_ui.documents_page import STYLE

_METHODS = ("get", "post")
_STYLE = "pre{background:var(--card);border:1px solid var(--line);border-radius:.5rem;padding:.7rem;overflow-x:auto;font-size:.9rem}code{font-size:.95em}table{border-collapse:collapse}td,th{border:1px solid var(--line);padding:.3rem .6rem;text-align:left;vertical-align:top}"


def render_api_page(openapi: Mapping[str, Any]) -> str:
    """Every route with its summary, parameters, an example body, and where the full description stands."""
    routes = "".join(
        _route(method, path, operations[method], openapi)
        for path, operations in openapi["paths"].items()
        for method in _METHODS
        if method in operations
    )
    info = openapi["info"]
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(info['title'])}: interfaces</title><style>{STYLE}{_STYLE}</style></head><body>"
        f'<header><a href="/">{escape(info["title"])}</a><h1>Interfaces</h1><p class="meta">{escape(info.get("summary", ""))} '
        f'Version {escape(info["version"])}. For programs: <a href="/openapi.json">openapi.json</a>.</p></header><main>{routes}</main></body></html>'
    )


def _route(method: str, path: str, operation: Mapping[str, Any], openapi: Mapping[str, Any]) -> str:
    rows = "".join(
        f"<tr><td><code>{escape(p['name'])}</code></td><td>{escape(p['in'])}{', required' if p.get('required') else ''}</td>"
        f"<td>{escape(p.get('description', ''))}</td></tr>"
        for p in operation.get("parameters", ())
    )
    table = f"<table><tr><th>parameter</th><th>where</th><th>meaning</th></tr>{rows}</table>" if rows else ""
    example = _example(operation, openapi)
    body = f"<p>Example body:</p><pre>{escape(example)}</pre>" if example else ""
    return (
        f"<section><h2><code>{method.upper()} {escape(path)}</code></h2><p>{escape(operation.get('description', operation.get('summary', '')))}</p>"
        f"{table}{body}</section>"
    )


def _example(operation: Mapping[str, Any], openapi: Mapping[str, Any]) -> str:
    """The first example of the request body's schema, as indented JSON; "" when there is none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json", {})
    name = content.get("schema", {}).get("$ref", "").rpartition("/")[2]
    examples = openapi.get("components", {}).get("schemas", {}).get(name, {}).get("examples", [])
    return json.dumps(examples[-1], indent=2, ensure_ascii=False) if examples else ""
