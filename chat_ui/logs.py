"""Logging: one JSON line an event, and only fields of the allowed list. Questions and addresses are not among them."""

import logging
import sys

import structlog
from structlog.typing import EventDict, WrappedLogger

ALLOWED_FIELDS = frozenset(
    {"event", "level", "timestamp", "logger", "route", "status", "kind", "audience", "language", "ms", "length_bucket",
     "generation", "documents", "error", "reason", "port", "host", "page"}
)  # fmt: skip


def keep_allowed_fields(logger: WrappedLogger, method: str, event: EventDict) -> EventDict:
    """Drop every field that is not on the list, whoever logged it."""
    return {name: value for name, value in event.items() if name in ALLOWED_FIELDS}


def configure_logs() -> None:
    """Write to standard error. Called once, by the command line."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            keep_allowed_fields,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
