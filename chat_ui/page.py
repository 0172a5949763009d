"""The chat page: Gradio carries questions in and answers out; what it shows is rendered by `chat_ui.rendering`.

The only module that imports gradio. The conversation lives in the browser's tab, which sends it with each question.
"""

import os
from collections.abc import AsyncIterator
from dataclasses import asdict
from hashlib import sha256
from importlib.resources import files
from typing import Any

from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware

from chat_ui.allowed_routes import AllowedRoutes
from chat_ui.frames import RetrieverSource, answer_frames
from chat_ui.rendering import render_shell

# Read by gradio when it is imported: without it the server would look up two outside hosts.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio

# Gradio has no types; everything of it passes this one name.
gr: Any = gradio

WAITING_QUESTIONS = 16
ANSWERS_AT_ONCE = 4


def mount_page(app: FastAPI, retriever: RetrieverSource) -> None:
    """Serve the chat page at /. Call it after all other routes were added: it takes what they leave."""
    head = _serve_assets(app)
    # With a policy in the parent, gradio reflects no origins of its own accord.
    app.add_middleware(CORSMiddleware, allow_origins=[])
    gr.mount_gradio_app(
        app,
        _blocks(retriever),
        path="/",
        footer_links=[],
        run_history=False,
        show_error=False,
        max_file_size=1,
        allowed_paths=[],
        enable_monitoring=False,
        pwa=False,
        mcp_server=False,
        ssr_mode=False,
        theme=gr.themes.Base(font=["system-ui", "sans-serif"], font_mono=["ui-monospace", "monospace"]),
    )
    mount: Any = app.router.routes[-1]
    mount.app = AllowedRoutes(mount.app, head)


def _blocks(retriever: RetrieverSource) -> Any:
    # Gradio finds out what to hand in from the annotation, which it does not see through a partial.
    async def ask(event: gr.EventData) -> AsyncIterator[dict[str, object]]:
        async for frame in answer_frames(retriever, event._data):
            yield asdict(frame)

    with gr.Blocks(title="Procedure Answers", analytics_enabled=False, fill_width=True) as blocks:
        page = gr.HTML(
            render_shell(),
            apply_default_css=False,
            js_on_load="procedureAnswers.start(element, (question) => trigger('ask', question))",
        )
        # Takes the frames of an answer; the script puts them in their place.
        frames = gr.HTML(
            html_template=" ",
            js_on_load="watch('value', () => procedureAnswers.receive(props.value))",
            elem_id="pa-frames",
        )
        asking = page.ask(
            ask,
            outputs=frames,
            show_progress="hidden",
            concurrency_limit=ANSWERS_AT_ONCE,
            trigger_mode="multiple",
            api_visibility="private",
        )
        asking.failure(None, js="() => procedureAnswers.failed()", api_visibility="private")
    return blocks.queue(max_size=WAITING_QUESTIONS, api_open=False)


def _serve_assets(app: FastAPI) -> str:
    """Add routes for our icon, style sheet and script, and give what belongs first into the page's head."""
    folder = files("chat_ui") / "assets"
    css, js, icon = ((folder / name).read_bytes() for name in ("page.css", "page.js", "icon.svg"))
    style = _serve(app, f"/assets-pa/page.{_digest(css)}.css", css, "text/css; charset=utf-8")
    script = _serve(app, f"/assets-pa/page.{_digest(js)}.js", js, "text/javascript; charset=utf-8")
    _serve(app, "/favicon.ico", icon, "image/svg+xml")
    return f'<title>Procedure Answers</title><link rel="stylesheet" href="{style}"><script defer src="{script}"></script>'


def _digest(content: bytes) -> str:
    return sha256(content).hexdigest()[:12]


def _serve(app: FastAPI, path: str, content: bytes, media_type: str) -> str:
    """Add a route for fixed content, kept by browsers for a year when its path carries its digest; gives the path."""
    keep = "public, max-age=31536000, immutable" if _digest(content) in path else "public, max-age=86400"

    @app.get(path, include_in_schema=False)
    async def asset() -> Response:
        return Response(content, media_type=media_type, headers={"Cache-Control": keep})

    return path
