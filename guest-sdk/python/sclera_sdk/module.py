"""What a module author writes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TypeVar

from .answer import Answer
from .config import Config
from .description import Description
from .event import Event
from .hooks import Hooks


class Module(ABC):
    """A module: what it is, which hooks it listens to, and what it does about an event.

    Nothing that is kept in memory is there at the next call: each call gets a fresh instance of the whole program. Mark the class
    with :func:`export`, and test it with a :class:`~sclera_sdk.mock.MockHost`.
    """

    @abstractmethod
    def describe(self) -> Description:
        """Says what the module is. It must depend on nothing but itself."""

    @abstractmethod
    def register(self, hooks: Hooks, config: Config) -> None:
        """Asks for the hooks that the module listens to.

        An exception here means that the module does not work, for example because of its configuration: nothing it asked for
        takes effect, and the operator reads the message.
        """

    @abstractmethod
    def handle(self, event: Event, config: Config) -> Answer | None:
        """Handles one event. None is the same as ``Answer.unchanged()``.

        An exception is a failed delivery: the payload stays as it was, and the subscription's failure policy says what comes next.
        """


M = TypeVar("M", bound=type[Module])

_exported: list[type[Module]] = []


def export(module: M) -> M:
    """Marks the class that is the module: the one that the component is made of."""
    _exported.append(module)
    return module


def exported() -> Module:
    """An instance of the class that was marked."""
    if len(_exported) != 1:
        found = ", ".join(module.__name__ for module in _exported) or "none"
        raise LookupError(f"exactly one class has to be marked with `@sclera_sdk.export`; there is {found}")
    return _exported[0]()
