"""A host for a module's unit tests, in plain Python."""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from . import errors, hook as hook_names, http, jsontext
from .answer import Answer
from .config import Config
from .description import Description
from .errors import Error
from .event import Event, HookKind
from .hooks import Hooks, Subscription
from .http import Headers, HttpError, Request, Response
from .jsontext import Json, JsonObject
from .metadata import Metadata
from .module import Module
from .views import Object

MODULE_ID = 7
"""The id that the mock host gives to the module."""


@dataclass(frozen=True)
class LogLine:
    """A line that a module has logged."""

    level: str
    """Python's name of the level: ``WARNING``."""
    logger: str
    message: str


class MockHost:
    """A host for a module's unit tests.

    It answers like the real one where a module could notice: configuration as texts, subscriptions that take effect together,
    outcomes that a hook does not allow, requests that are refused unless :meth:`respond` gives the answer. It has no sandbox; what a
    module raises goes through to the test.

        host = MockHost(config={"tag": "new"})
        answer = host.handle(Tagger(), hook.PRELOAD_IOC_CREATE, {"ioc_value": "a.example"})
        assert answer.objects == [{"ioc_value": "a.example", "ioc_tags": "new"}]
    """

    def __init__(self, *, config: Mapping[str, Json] | None = None, hooks: Sequence[str] = ()) -> None:
        """``config`` is as in an operator's file: a string is passed on as it is, everything else as JSON. ``hooks`` are hooks that
        the host has beside those of IRIS."""
        self.config = {
            key: value if isinstance(value, str) else jsontext.dumps(value) for key, value in (config or {}).items()
        }
        self.logs: list[LogLine] = []
        """What the module has logged so far."""
        self.requests: list[Request] = []
        """What the module has requested so far."""
        self._hooks = [*hook_names.ALL, *hooks]
        self._answers: list[tuple[str, str, Response | HttpError]] = []

    def respond(
        self,
        method: str,
        url: str,
        *,
        status: int = 200,
        headers: Mapping[str, str] | None = None,
        body: bytes | str = b"",
        json: Json = None,
        error: HttpError | None = None,
    ) -> MockHost:
        """Gives the answer to the next request with this method and URL: a response, or an error such as ``http.TimedOut("…")``."""
        if json is not None:
            body = jsontext.dumps(json)
        content = body.encode() if isinstance(body, str) else body
        answer = error or Response(status, Headers((headers or {}).items()), content)
        self._answers.append((method.upper(), url, answer))
        return self

    def describe(self, module: Module) -> Description:
        """What the module says about itself."""
        with self._running():
            return module.describe()

    def register(self, module: Module) -> list[Subscription]:
        """Lets the module register, and says which subscriptions took effect."""
        with self._running():
            registry = _Registry(module.describe().name, self._hooks)
            module.register(Hooks(MODULE_ID, registry), Config(self.config))
            return registry.subscriptions

    def handle(
        self,
        module: Module,
        hook: str,
        payload: Object | JsonObject | Sequence[Object | JsonObject],
        *,
        menu: str | None = None,
        metadata: JsonObject | None = None,
        by: str | None = "ada",
        attempt: int = 1,
    ) -> Answer:
        """Lets the module handle an event: a hook that happened, with its objects.

        Raises what the module raises, and :class:`~sclera_sdk.Error` with the code ``bad-output`` where the real host would not take
        the answer.
        """
        given = [payload] if isinstance(payload, (Object, dict)) else payload
        objects = [one.data if isinstance(one, Object) else one for one in given]
        event = Event(
            delivery_id="0195a3f0-0000-7000-8000-000000000001",
            hook=hook,
            kind=HookKind.of(hook),
            payload=jsontext.dumps(objects),
            attempt=attempt,
            menu_name=menu,
            triggered_at_ms=1_742_203_322_000,
            triggered_by=by,
            metadata=Metadata(metadata),
            schema_id=f"urn:sclera:schema:{hook}:1",
        )
        with self._running():
            answer = module.handle(event, Config(self.config))
        if answer is None:
            answer = Answer.unchanged()
        fault = _fault(answer, event.kind, len(objects))
        if fault is not None:
            raise Error(errors.BAD_OUTPUT, f"the answer to {hook}: {fault}")
        return answer

    @contextlib.contextmanager
    def _running(self) -> Iterator[None]:
        handler = _Capture(self.logs)
        root = logging.getLogger()
        level = root.level
        root.addHandler(handler)
        root.setLevel(1)
        before = http.use(self._send)
        try:
            yield
        finally:
            http.use(before)
            root.setLevel(level)
            root.removeHandler(handler)

    def _send(self, request: Request) -> Response:
        self.requests.append(request)
        for index, (method, url, answer) in enumerate(self._answers):
            if (method, url) == (request.method, request.url):
                del self._answers[index]
                if isinstance(answer, HttpError):
                    raise answer
                return answer
        raise http.Refused(f"the mock host has no answer to {request.method} {request.url}; give it with `respond`")


def _fault(answer: Any, kind: HookKind, objects: int) -> str | None:
    """What the real host would not take."""
    if not isinstance(answer, Answer):
        return f"it is a {type(answer).__name__}, and no `Answer`"
    if answer.outcome != "unchanged" and kind is not HookKind.PRELOAD:
        return "only a preload hook can replace or reject"
    if answer.outcome == "replace" and len(answer.objects) != objects:
        return f"there were {objects} objects, and it has {len(answer.objects)}"
    try:
        jsontext.dumps([answer.objects, [action.change for action in answer.actions]])
    except (TypeError, ValueError) as error:
        return f"it cannot be JSON: {error}"
    for action in answer.actions:
        if (action.operation == "create") != (action.target is None):
            return f"an update or a delete of `{action.kind}` needs a target, a create must have none"
    return None


class _Capture(logging.Handler):
    def __init__(self, lines: list[LogLine]) -> None:
        super().__init__()
        self._lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self._lines.append(LogLine(record.levelname, record.name, record.getMessage()))


class _Registry:
    """The rules of the real registry, without its limits."""

    def __init__(self, module_name: str, hooks: Sequence[str]) -> None:
        self._module_name = module_name
        self._hooks = hooks
        self.subscriptions: list[Subscription] = []

    def register(self, module_id: int, hook: str, menu: str | None, asynchronous: bool) -> None:
        self.submit(module_id, Subscription(hook, menu, asynchronous))

    def submit(self, module_id: int, subscription: Subscription) -> None:
        hook = subscription.hook
        if hook not in self._hooks:
            raise Error("unknown-hook", f"there is no hook `{hook}`; see `sclera_sdk.hook`")
        kind = HookKind.of(hook)
        if subscription.asynchronous and kind is HookKind.PRELOAD:
            logging.getLogger("sclera").warning("%s is a preload hook, so it runs synchronously", hook)
            subscription.asynchronous = False
        if kind is HookKind.MANUAL:
            subscription.menu = f"{self._module_name}::{hook}" if subscription.menu is None else subscription.menu
            _check_menu(subscription.menu)
        else:
            subscription.menu = None
        for fault, policy in subscription.on_failure.items():
            fits = {"continue": True, "reject": kind is HookKind.PRELOAD, "retry": subscription.asynchronous}
            if not fits.get(policy, False):
                message = f"the policy `{policy}` for `{fault}` does not go together with this subscription to {hook}"
                raise Error("invalid-failure-policy", message)
        for index, other in enumerate(self.subscriptions):
            if (other.hook, other.menu) == (hook, subscription.menu):
                self.subscriptions[index] = subscription
                return
        self.subscriptions.append(subscription)

    def deregister(self, module_id: int, hook: str) -> None:
        self.subscriptions = [one for one in self.subscriptions if one.hook != hook]


def _check_menu(name: str) -> None:
    if not 1 <= len(name) <= 128 or any(not char.isprintable() for char in name):
        message = f"{name!r} cannot be a menu name: 1 to 128 characters, none of them a control character"
        raise Error("invalid-menu-name", message)
