"""What a module answers to an event."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal, TypeAlias

from .action import Action
from .jsontext import JsonObject
from .views import Object

Outcome: TypeAlias = Literal["unchanged", "replace", "reject"]
"""What a module decided about the payload."""


class Answer:
    """What a module answers to an event: the contract's ``answer``.

    >>> refusal = Answer.reject("the file is on the allow-list", at="/0/file_hash")
    >>> answer = Answer.unchanged().act(Action.update("ioc", 12).add_tag("seen-before")).say("Seen in two other cases.")

    A handler that returns None answers ``Answer.unchanged()``.
    """

    def __init__(
        self,
        outcome: Outcome = "unchanged",
        *,
        objects: Sequence[JsonObject] = (),
        reason: str = "",
        pointer: str | None = None,
    ) -> None:
        self.outcome: Outcome = outcome
        self.objects = list(objects)
        self.reason = reason
        self.pointer = pointer
        self.actions: list[Action] = []
        self.message: str | None = None

    @classmethod
    def unchanged(cls) -> Answer:
        """The payload is fine as it is. The only outcome for postload and manual hooks."""
        return cls()

    @classmethod
    def replace(cls, objects: Iterable[Object | JsonObject]) -> Answer:
        """The payload to go on with: as many objects as there were, in the same order. Preload hooks only.

        Begin with :meth:`Event.objects <sclera_sdk.Event.objects>`, or let :meth:`Event.edit <sclera_sdk.Event.edit>` do all of it.
        """
        return cls("replace", objects=[one.data if isinstance(one, Object) else one for one in objects])

    @classmethod
    def reject(cls, reason: str, at: str | None = None) -> Answer:
        """The server must not go on with the request. Preload hooks only.

        ``reason`` is read by the user whose request is refused; ``at`` is where the fault is, as a JSON Pointer such as
        ``/0/ioc_value``.
        """
        return cls("reject", reason=reason, pointer=at)

    def act(self, *actions: Action) -> Answer:
        """Asks the server for changes, in this order. Those of a preload are applied only if the request goes through."""
        self.actions.extend(actions)
        return self

    def say(self, message: str) -> Answer:
        """A text for the user who clicked or whose request it was. Plain text; it may be shown as it is."""
        self.message = message
        return self

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Answer) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        parts = ", ".join(f"{key}={value!r}" for key, value in vars(self).items() if value)
        return f"Answer({parts})"
