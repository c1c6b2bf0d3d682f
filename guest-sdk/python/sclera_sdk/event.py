"""One hook that happened."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any, TypeVar, overload

from . import errors, jsontext
from .answer import Answer
from .errors import Error, Reject
from .metadata import Metadata
from .views import Object

O = TypeVar("O", bound=Object)


class HookKind(Enum):
    """When, in a server's life, a hook happens."""

    PRELOAD = "preload"
    """Before an object is committed. The payload is what a remote client sent: it is not trusted, and nobody has checked it yet.
    The module may replace it or reject the request."""

    POSTLOAD = "postload"
    """After the object is committed. The module reacts; it cannot change what happened."""

    MANUAL = "manual"
    """A user chose this module's entry in a menu, for one or more objects."""

    @staticmethod
    def of(hook: str) -> HookKind:
        """The kind of a hook with this name."""
        if hook.startswith("on_preload_"):
            return HookKind.PRELOAD
        return HookKind.MANUAL if hook.startswith("on_manual_trigger_") else HookKind.POSTLOAD


@dataclass
class Event:
    """One hook that happened, as one module sees it: the contract's ``event``."""

    delivery_id: str
    """The identity of this delivery. It stays the same when the delivery is attempted again, so use it as an idempotency key
    towards other systems."""
    hook: str
    """The name of the hook; compare it with the constants in :mod:`sclera_sdk.hook`."""
    kind: HookKind
    """The kind of the hook."""
    payload: str
    """The objects as the host sent them: a JSON array of objects, as text. :meth:`objects` reads it."""
    attempt: int = 1
    """1 at the first attempt, 2 at the second, and so on."""
    menu_name: str | None = None
    """For a manual hook, the menu entry that the user chose."""
    triggered_at_ms: int = 0
    """When the hook happened: milliseconds since 1970-01-01T00:00:00Z."""
    triggered_by: str | None = None
    """The login of the user on whose behalf the server acts; None if the server acts for itself."""
    metadata: Metadata = field(default_factory=Metadata)
    """What else the server knows about the moment."""
    schema_id: str = ""
    """The URI of the JSON Schema that describes the payload."""

    @overload
    def objects(self) -> list[Object]: ...
    @overload
    def objects(self, view: type[O]) -> list[O]: ...
    def objects(self, view: type[Any] = Object) -> list[Any]:
        """The objects, in a typed view such as :class:`~sclera_sdk.Ioc`.

        Raises :class:`~sclera_sdk.Error` with the code ``bad-event`` if the payload is not a JSON array of objects, which a host never
        sends. What is inside the objects does not make it fail.
        """
        try:
            objects = jsontext.loads(self.payload)
        except ValueError as error:
            raise Error(errors.BAD_EVENT, f"the payload of {self.hook} is not JSON: {error}") from error
        if not isinstance(objects, list) or not all(isinstance(one, dict) for one in objects):
            raise Error(errors.BAD_EVENT, f"the payload of {self.hook} is not a list of objects")
        return [view(one) for one in objects]

    def edit(self, view: type[O], edit: Callable[[O], object]) -> Answer:
        """Edits each object of a preload's payload, and answers with what came of it: ``unchanged`` if nothing did, ``replace`` if
        something did, and a rejection at the first :class:`~sclera_sdk.Reject` that is raised.

        A rejection's pointer is meant within the object: ``/ioc_value``; it is put behind the object's place in the list. What
        ``edit`` returns says nothing.
        """
        views = self.objects(view)
        before = copy.deepcopy([one.data for one in views])
        for index, one in enumerate(views):
            try:
                edit(one)
            except Reject as refusal:
                return Answer.reject(refusal.reason, f"/{index}{refusal.at or ''}")
        after = [one.data for one in views]
        return Answer.unchanged() if _same(after, before) else Answer.replace(after)


def _same(a: Any, b: Any) -> bool:
    """Whether two values are the same JSON. To Python, ``True == 1 == 1.0``."""
    return bool(a == b) and jsontext.dumps(a) == jsontext.dumps(b)
