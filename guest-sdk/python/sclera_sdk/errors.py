"""Why something did not work."""

from __future__ import annotations

MODULE_ERROR = "module-error"
"""The code of an error that has none of its own."""

UNCAUGHT = "uncaught"
"""The code of an exception that a module did not catch."""

INVALID_CONFIGURATION = "invalid-configuration"
"""The code of a configuration that is not what the module needs."""

BAD_EVENT = "bad-event"
"""The code of an event whose payload or metadata cannot be read."""

BAD_OUTPUT = "bad-output"
"""The code of an answer that the contract does not allow."""


class Error(Exception):
    """Why something did not work: the contract's ``error``. Raise it in a handler.

    ``code`` is a short, stable word such as ``upstream-unavailable``; ``message`` is one sentence for a person: what failed, and
    what to do now; ``retryable`` says whether the same call may work if it is made again later.
    """

    def __init__(self, code: str, message: str, *, retryable: bool = False) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable

    def __str__(self) -> str:
        return f"{self.message} ({self.code})"


class Reject(Exception):
    """A refusal of the request that caused a preload hook. Raise it in :meth:`Event.edit <sclera_sdk.Event.edit>`.

    ``reason`` is what the user reads whose request is refused; ``at`` is where the fault is, as a JSON Pointer such as
    ``/ioc_value``.
    """

    def __init__(self, reason: str, at: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.at = at
