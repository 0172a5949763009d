"""The HTTP service: routes, their guards, and errors turned into replies. Judgement lives in the retriever."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import date
from typing import Annotated, Any

import structlog
from fastapi import FastAPI, Path, Query, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from chat_ui.api_page import render_api_page
from chat_ui.documents_page import render_document, render_missing
from chat_ui.lookups import lookup_routes
from chat_ui.problems import Problem, ProblemError, problem_reply, reply_to_problem
from chat_ui.schemas import AskReply, AskRequest, to_reply
from chat_ui.settings import Settings
from ingest.codes import document_id, normal_code
from retriever.ask import Retriever
from retriever.code_route import CodeRoute

log = structlog.get_logger(__name__)

# Hands out the retriever to use for one request.
RetrieverSource = Callable[[], Retriever]

HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
}
DOCUMENT_CSP = (
    "default-src 'none'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)

PROBLEMS: dict[int | str, dict[str, Any]] = {
    status: {"model": Problem, "description": text}
    for status, text in ((404, "No such document; the nearest are named."), (422, "The request cannot be taken."))
}


def create_app(settings: Settings, retriever: RetrieverSource) -> FastAPI:
    """The service over `retriever`, with the chat page at / when the settings say so."""
    app = FastAPI(
        title="Procedure Answers",
        summary="Questions about medical procedures and their billing codes, answered with exact citations.",
        version="0.1.0",
        license_info={"name": "Apache-2.0", "identifier": "Apache-2.0"},
        lifespan=_lifespan,
        docs_url=None,   # the library's own page fetches its scripts from another site
        redoc_url=None,
    )
    app.middleware("http")(_add_headers)
    app.exception_handler(ProblemError)(reply_to_problem)
    app.exception_handler(RequestValidationError)(_reply_to_invalid)
    app.exception_handler(HTTPException)(_reply_to_http_error)
    app.exception_handler(Exception)(_reply_to_fault)
    _add_routes(app, retriever)
    app.include_router(lookup_routes(retriever))
    if settings.page:
        # Importing gradio takes seconds; programs that need no page do not wait for it.
        from chat_ui.page import mount_page

        mount_page(app, retriever)
    return app


@asynccontextmanager
async def _lifespan(app: FastAPI) -> AsyncIterator[None]:
    log.info("service started")
    yield
    log.info("service stopped")


def _add_routes(app: FastAPI, retriever: RetrieverSource) -> None:
    @app.post("/v1/ask", tags=["ask"], responses={422: PROBLEMS[422]})
    async def ask(request: AskRequest) -> AskReply:
        """Answer one question with cited sentences and ranked codes."""
        answer = await run_in_threadpool(retriever().ask, request.to_ask(date.today()))
        return to_reply(answer)

    @app.get("/doc/{system}/{code}", tags=["documents"], response_class=HTMLResponse, responses={404: PROBLEMS[404]})
    async def document_page(
        system: Annotated[str, Path(max_length=16)],
        code: Annotated[str, Path(max_length=16)],
        p: Annotated[str, Query(max_length=32, description="A passage to mark: start-end, in characters.")] = "",
    ) -> HTMLResponse:
        """A document as a page for people; works without scripts."""
        store = retriever().store
        wanted = document_id(system, code)
        headers = {"Content-Security-Policy": DOCUMENT_CSP}
        if wanted not in store.records:
            near = CodeRoute(store.records).nearest(normal_code(code))
            return HTMLResponse(render_missing(system, code, [store.records[i] for i in near]), 404, headers)
        return HTMLResponse(render_document(store.document(wanted), _span(p), store.info.generation), headers=headers)

    @app.get("/docs", include_in_schema=False)
    async def api_page() -> HTMLResponse:
        return HTMLResponse(render_api_page(app.openapi()), headers={"Content-Security-Policy": DOCUMENT_CSP})

    @app.get("/healthz", tags=["operation"])
    async def healthz() -> dict[str, str]:
        """Alive."""
        return {"status": "alive"}

    @app.get("/readyz", tags=["operation"])
    async def readyz() -> dict[str, object]:
        """The index is loaded, and which generation."""
        info = retriever().store.info
        return {"status": "ready", "generation": info.generation, "documents": info.documents, "passages": info.passages}


def _span(p: str) -> tuple[int, int] | None:
    start, dash, end = p.partition("-")
    return (int(start), int(end)) if dash and start.isdecimal() and end.isdecimal() else None


async def _add_headers(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    return response


async def _reply_to_invalid(request: Request, error: Exception) -> JSONResponse:
    """Names the field and the rule, never the value."""
    errors = error.errors() if isinstance(error, RequestValidationError) else []
    details = []
    for item in errors[:5]:
        where = ".".join(str(part) for part in item["loc"] if part != "body") or "body"
        details.append(f"{where}: {item['msg']}")
    return problem_reply(
        Problem(title="The request cannot be taken", status=422, detail="; ".join(details) + ". See /docs for what is expected.")
    )


async def _reply_to_http_error(request: Request, error: Exception) -> JSONResponse:
    status = error.status_code if isinstance(error, HTTPException) else 500
    detail = {404: "There is no such page. The interfaces are listed at /docs.", 405: "Use the method shown at /docs."}
    headers = dict(error.headers or {}) if isinstance(error, HTTPException) else {}
    return problem_reply(
        Problem(title=_TITLES.get(status, "Refused"), status=status, detail=detail.get(status, "See /docs.")), headers
    )


_TITLES = {404: "Not found", 405: "Method not allowed"}


async def _reply_to_fault(request: Request, error: Exception) -> JSONResponse:
    log.error("request failed", route=request.url.path.split("/")[1][:16], error=type(error).__name__)
    return problem_reply(
        Problem(title="Something went wrong here", status=500, detail="The fault is ours and was logged without your question. Try again.")
    )
