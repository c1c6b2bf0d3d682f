"""Log lines, from Python's ``logging`` to the host. Only in a component."""

from __future__ import annotations

import logging
import sys

from wit_world.imports import logging as host

_LEVELS = {
    "trace": host.Level.TRACE,
    "debug": host.Level.DEBUG,
    "info": host.Level.INFO,
    "warn": host.Level.WARN,
    "error": host.Level.ERROR,
    "critical": host.Level.CRITICAL,
}

_live = False


def install() -> None:
    """Sends what is logged to the host, with the logger's name as the context. No level is held back here: which lines to keep is
    the host's choice."""
    logging.basicConfig(level=1, format="%(message)s", handlers=[HostHandler()], force=True)
    logging.captureWarnings(True)


def begin() -> None:
    """Says that a call of the host is running. Before the first, the program is being built, and there is no host."""
    global _live
    if not _live:
        _live = True
        # A text that cannot be encoded is no reason to fail.
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]


def write(level: str, context: str, message: str) -> None:
    """Logs one line."""
    if _live:
        host.log(_LEVELS[level], _sound(context), _sound(message))


class HostHandler(logging.Handler):
    """Hands each record to the host."""

    def emit(self, record: logging.LogRecord) -> None:
        try:
            write(level(record.levelno), record.name, self.format(record))
        except Exception:
            self.handleError(record)


def level(number: int) -> str:
    """The host's word for a level of Python."""
    if number >= logging.CRITICAL:
        return "critical"
    if number >= logging.ERROR:
        return "error"
    if number >= logging.WARNING:
        return "warn"
    if number >= logging.INFO:
        return "info"
    return "debug" if number >= logging.DEBUG else "trace"


def _sound(text: str) -> str:
    return text.encode("utf-8", "replace").decode()
