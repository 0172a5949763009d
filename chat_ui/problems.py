"""Errors as RFC 9457 problem details: what went wrong and what to do next, never the question."""

from fastapi import Request
from fastapi.responses import JSONResponse
from pydantic import BaseModel

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """The body of every error reply."""

    type: str = "about:blank"
    title: str
    status: int
    detail: str
    nearest: list[str] = []


class ProblemError(Exception):
    """Raised by a route; `chat_ui.service` turns it into a reply."""

    def __init__(self, status: int, title: str, detail: str, nearest: list[str] | None = None) -> None:
        super().__init__(title)
        self.problem = Problem(title=title, status=status, detail=detail, nearest=nearest or [])


def problem_reply(problem: Problem, headers: dict[str, str] | None = None) -> JSONResponse:
    return JSONResponse(problem.model_dump(), problem.status, headers=headers, media_type=MEDIA_TYPE)


async def reply_to_problem(request: Request, error: Exception) -> JSONResponse:
    """Handler for ProblemError."""
    known = error if isinstance(error, ProblemError) else ProblemError(500, "Something went wrong here", "Try again.")
    return problem_reply(known.problem)
