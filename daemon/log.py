"""Logs: structured, one reply bound once, exception types and places but never messages, addresses or texts."""

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO

import structlog
from structlog.typing import EventDict, WrappedLogger

ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None]


def configure(*, json: bool = True, level: str = "info", stream: TextIO | None = None) -> None:
    """Set up structlog for this process; messages of other libraries' loggers are dropped, their types kept."""
    out = stream or sys.stderr
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            faults_without_words,
            structlog.processors.JSONRenderer(sort_keys=True) if json else structlog.dev.ConsoleRenderer(colors=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.WriteLoggerFactory(out),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers[:] = [_OthersWithoutWords()]
    root.setLevel(logging.WARNING)
    logging.captureWarnings(capture=True)


def place_of(error: BaseException) -> str:
    """Type and innermost place of an exception: `ValueError at daemon/mail/imap.py:120 in examine`."""
    frames = traceback.extract_tb(error.__traceback__)
    if not frames:
        return type(error).__name__
    last = frames[-1]
    return f"{type(error).__name__} at {_short(last.filename)}:{last.lineno} in {last.name}"


def faults_without_words(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Replace `exc_info` by type, cause types and frames: messages of exceptions quote what they choke on."""
    found = event.pop("exc_info", None)
    error = sys.exc_info()[1] if found is True else found[1] if isinstance(found, tuple) else found
    if not isinstance(error, BaseException):
        return event
    event["errors"] = [place_of(link) for link in _chain(error)]
    event["frames"] = [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in traceback.extract_tb(error.__traceback__)]
    return event


def _chain(error: BaseException) -> list[BaseException]:
    """The exception and what it came from, nearest first."""
    chain: list[BaseException] = []
    link: BaseException | None = error
    while link is not None and link not in chain:
        chain.append(link)
        link = link.__cause__ or link.__context__
    return chain


def _short(path: str) -> str:
    """The path from the last package folder on."""
    return "/".join(path.split("/")[-3:])


class _OthersWithoutWords(logging.Handler):
    """What other libraries log: the logger's name and the place, since their texts may quote a mail."""

    def emit(self, record: logging.LogRecord) -> None:
        """Pass on where a library complained, without what it said."""
        log = structlog.get_logger()
        log.warning("library", logger=record.name, at=f"{_short(record.pathname)}:{record.lineno}")
