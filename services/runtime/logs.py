"""Logs: structlog, as JSON or for a console, with an allow-list of fields.

Decides what may be written: names of events, and the fields named here. A
field that is not on the list shows only its type, and an exception only its
class and where it was raised, because its text may quote a prompt.
"""

import logging
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any

import structlog

ALLOWED = frozenset(
    # who and what
    "event level timestamp logger room instance_id request_id tenant task model model_revision "
    "engine worker_id worker_epoch gateway_id balancer_id ticket_id lease_id service method "
    # outcomes
    "code reason outcome state ref error where health kind exit_code signal "
    # places
    "address metrics_address health_address http_address peer target pid "
    # sizes, counts and times
    "tokens prompt_tokens completion_tokens cached_tokens prompt_bytes size limit count "
    "slots attempt step fraction workers waiting leases seconds wait_seconds ttft_seconds "
    "retry_after index".split()
)


def configure(level: str, form: str) -> None:
    """Set the process's logging up; called once, by the process's main.

    Args:
        level: the least level written.
        form: "console" or "json".
    """
    renderer = (
        structlog.processors.JSONRenderer()
        if form == "json"
        else structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty())
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            show_exception_without_text,
            keep_allowed_fields,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(
            logging.getLevelNamesMapping()[level.upper()]
        ),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=False,
    )
    # Libraries log through the standard library; their records may quote what they carried.
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr, force=True)


def keep_allowed_fields(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Replace the value of each field that is not on the list by its type."""
    for key in event.keys() - ALLOWED:
        event[key] = f"<{type(event[key]).__name__}>"
    return event


def show_exception_without_text(
    _logger: object, _method: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Turn `exc_info` into `error` (class) and `where` (file:line of each frame)."""
    info = event.pop("exc_info", None)
    if info is True:
        info = sys.exc_info()[1]
    if isinstance(info, BaseException):
        event["error"] = type(info).__qualname__
        frames = traceback.extract_tb(info.__traceback__)
        event["where"] = " ".join(f"{frame.filename}:{frame.lineno}" for frame in frames[-6:])
    return event
