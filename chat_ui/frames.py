"""A question from the chat page to the frames that answer it: claim by claim, then the whole reply."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import date

import structlog
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.concurrency import run_in_threadpool

from chat_ui.rendering import URGENT, ReplyView, announcement, render_error, render_reply
from chat_ui.schemas import AskRequest
from retriever.ask import Retriever

log = structlog.get_logger(__name__)

# The answer is there in milliseconds; each redraw costs the reader's machine more than that.
BETWEEN_FRAMES_S = 0.12

RetrieverSource = Callable[[], Retriever]


class PageQuestion(BaseModel):
    """What the page's script sends: a question with its conversation, and which turn it is."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    turn: int = Field(ge=0, le=1_000_000)
    request: AskRequest


@dataclass(frozen=True, slots=True)
class Frame:
    """One state of one turn, as the page's script takes it."""

    turn: int
    html: str
    done: bool
    kind: str = ""
    answer: str = ""      # Markdown: what the next question's history holds
    announce: str = ""    # for screen readers


async def answer_frames(retriever: RetrieverSource, sent: object) -> AsyncIterator[Frame]:
    """The frames that answer what the page sent; urgent help comes at once and whole.

    Raises nothing: a fault is a frame that says so, because the page library would cover the conversation with its own.
    """
    turn, language = _turn(sent), _language(sent)
    try:
        asked = PageQuestion.model_validate(sent)
        source = retriever()
        answer = await run_in_threadpool(source.ask, asked.request.to_ask(date.today()))
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
        log.error("page question failed", error=type(error).__name__)
        yield Frame(turn, render_error(language), True, "error")


def _turn(sent: object) -> int:
    turn = sent.get("turn") if isinstance(sent, dict) else None
    return turn if isinstance(turn, int) else 0


def _language(sent: object) -> str:
    request = sent.get("request") if isinstance(sent, dict) else None
    return "es" if isinstance(request, dict) and request.get("language") == "es" else "en"
