"""The chat page: Gradio carries questions in and answers out; what it shows is rendered by `chat_ui.rendering`.

The only module that imports gradio. The conversation lives in the browser's tab, which sends it with each question.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import asdict, dataclass
from datetime import date
from hashlib import sha256
from importlib.resources import files
from typing import Any

import structlog
from fastapi import FastAPI, Response
from fastapi.middleware.cors import CORSMiddleware
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from chat_ui.allowed_routes import AllowedRoutes
from chat_ui.rendering import URGENT, ReplyView, announcement, render_error, render_reply, render_shell
from chat_ui.schemas import AskRequest
from retriever.answers import Answer
from retriever.ask import Retriever

# Read by gradio when it is imported: without it the server would look up two outside hosts.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
import gradio

# Gradio has no types; everything of it passes this one name.
gr: Any = gradio

log = structlog.get_logger(__name__)

# The answer is there in milliseconds; each redraw costs the reader's machine more than that.
BETWEEN_FRAMES_S = 0.12
WAITING_QUESTIONS = 16
ANSWERS_AT_ONCE = 4

RetrieverSource = Callable[[], Retriever]


class PageQuestion(BaseModel):
    """What the page's script sends: a question with its conversation, and which turn it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    turn: int = Field(ge=0, le=100_000)
    request: AskRequest


@dataclass(frozen=True, slots=True)
class Frame:
    """One state of one turn, as the page's script takes it."""

    turn: int
    html: str
    done: bool
    kind: str = ""
    answer: str = ""          # Markdown: what the next question's history holds
    announce: str = ""        # for screen readers


def mount_page(app: FastAPI, retriever: RetrieverSource) -> None:
    """Serve the chat page at /. Call it after all other routes were added: it takes what they leave."""
    assets = _serve_assets(app)
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
    mount.app = AllowedRoutes(mount.app, head=assets)


def _blocks(retriever: RetrieverSource) -> Any:
    # Gradio finds out what to hand in from the annotation, which it does not see through a partial.
    async def ask(event: gr.EventData) -> AsyncIterator[dict[str, object]]:
        async for frame in answer_frames(retriever, event._data):
            yield asdict(frame)

    with gr.Blocks(title="Procedure Answers", analytics_enabled=False, fill_width=True) as blocks:
        page = gr.HTML(
            render_shell(),
            apply_default_css=False,
            js_on_load="procedureAnswers.start(element, (question) => trigger('ask', question), () => trigger('stop'))",
        )
        # Takes the frames of an answer; the script puts them in their place.
        frames = gr.HTML(html_template=" ", js_on_load="watch('value', () => procedureAnswers.receive(props.value))", elem_id="pa-frames")
        asking = page.ask(
            ask,
            outputs=frames,
            show_progress="hidden",
            concurrency_limit=ANSWERS_AT_ONCE,
            trigger_mode="multiple",
            api_visibility="private",
        )
        asking.failure(None, js="() => procedureAnswers.failed()", api_visibility="private")
        page.stop(None, cancels=[asking], api_visibility="private")
    return blocks.queue(max_size=WAITING_QUESTIONS, api_open=False)


async def answer_frames(retriever: RetrieverSource, sent: object) -> AsyncIterator[Frame]:
    """What answers the page: claim by claim, then the whole reply; urgent help at once and whole. Raises nothing."""
    turn = sent.get("turn") if isinstance(sent, dict) else None
    turn = turn if isinstance(turn, int) else 0
    language = _language(sent)
    try:
        asked = PageQuestion.model_validate(sent)
        source = retriever()
        answer: Answer = await run_in_threadpool(source.ask, asked.request.to_ask(date.today()))
        view = ReplyView(asked.turn, asked.request.question, asked.request.audience, source.store.records)
        if answer.kind not in URGENT:
            for count in range(1, len(answer.claims)):
                yield Frame(turn, render_reply(answer, view, count), done=False)
                await asyncio.sleep(BETWEEN_FRAMES_S)
        html = render_reply(answer, view)
        yield Frame(turn, html, True, answer.kind.value, answer.answer, announcement(answer, view.audience))
    except ValidationError:
        yield Frame(turn, render_error(language, "too_long"), True, "error")
    except Exception as error:
        # Gradio would cover the whole conversation with its own error.
        log.error("page question failed", error=type(error).__name__)
        yield Frame(turn, render_error(language), True, "error")


def _language(sent: object) -> str:
    request = sent.get("request") if isinstance(sent, dict) else None
    return "es" if isinstance(request, dict) and request.get("language") == "es" else "en"


def _serve_assets(app: FastAPI) -> str:
    """Add routes for our style sheet and script, and give the tags that load them. Their names carry their hashes."""
    folder = files("chat_ui") / "assets"
    css, js = (folder / name for name in ("page.css", "page.js"))
    style = _serve(app, "page.css", css.read_bytes(), "text/css; charset=utf-8")
    script = _serve(app, "page.js", js.read_bytes(), "text/javascript; charset=utf-8")
    _serve(app, "icon.svg", (folder / "icon.svg").read_bytes(), "image/svg+xml", path="/favicon.ico")
    return f'<title>Procedure Answers</title><link rel="stylesheet" href="{style}"><script defer src="{script}"></script>'


def _serve(app: FastAPI, name: str, content: bytes, media_type: str, path: str | None = None) -> str:
    """Add a route for fixed content and give its path, which carries the content's hash unless one is given."""
    stem, suffix = name.split(".")
    keep = "public, max-age=86400" if path else "public, max-age=31536000, immutable"
    path = path or f"/assets-pa/{stem}.{sha256(content).hexdigest()[:12]}.{suffix}"

    @app.get(path, include_in_schema=False)
    async def asset() -> Response:
        return Response(content, media_type=media_type, headers={"Cache-Control": keep})

    return path
