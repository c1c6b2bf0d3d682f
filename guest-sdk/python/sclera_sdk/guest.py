"""The component's side of the contract: what the build makes of the class that is marked with ``@sclera_sdk.export``.

Everything here is plumbing between the contract's generated bindings, which only exist in a component, and the SDK.
"""

from __future__ import annotations

import contextlib
import sys
import traceback
from collections.abc import Callable
from typing import TypeVar

from componentize_py_types import Err
from wit_world.imports import registry, sclera_hooks_types as wire, wasi_config_store

from . import errors, jsontext, wasi_http, wasi_logging
from .action import Action
from .answer import Answer
from .config import Config
from .errors import Error, Reject
from .event import Event, HookKind
from .hooks import Hooks, Subscription
from .metadata import Metadata
from .module import exported

T = TypeVar("T")

_OPERATIONS = {
    "create": wire.Operation.CREATE,
    "update": wire.Operation.UPDATE,
    "delete": wire.Operation.DELETE,
}


class Module:
    """The contract's ``module`` interface; the build finds it by this name."""

    def __init__(self) -> None:
        self._module = exported()
        wasi_http.install()
        wasi_logging.install()

    def describe(self) -> wire.Description:
        return _guarded(self._describe)

    def register_hooks(self, module_id: int) -> None:
        _guarded(lambda: self._module.register(Hooks(module_id, HostRegistry()), _config()))

    def hooks_handler(self, event: wire.Event) -> wire.Answer:
        return _guarded(lambda: _to_wire(self._module.handle(_from_wire(event), _config())))

    def _describe(self) -> wire.Description:
        it = self._module.describe()
        return wire.Description(
            it.name,
            it.version,
            it.description,
            None if it.config_schema is None else jsontext.dumps(it.config_schema),
            [wire.Capability(one.name, jsontext.dumps(one.parameters), one.reason) for one in it.capabilities],
        )


def _guarded(call: Callable[[], T]) -> T:
    """Runs what the author wrote. Whatever it raises, an exit of the program included, becomes an error of the module."""
    wasi_logging.begin()
    try:
        return call()
    except Err:
        raise
    except Error as error:
        raise Err(wire.Error(error.code, _sound(error.message), error.retryable)) from None
    except Reject as refusal:
        message = f"a rejection was raised outside of `Event.edit`: {refusal.reason}; return `Answer.reject` instead"
        raise Err(wire.Error(errors.UNCAUGHT, _sound(message), False)) from None
    except BaseException as error:
        wasi_logging.write("error", "traceback", traceback.format_exc())
        raise Err(wire.Error(errors.UNCAUGHT, _sound(_about(error)), False)) from None
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()


def _about(error: BaseException) -> str:
    if isinstance(error, SystemExit):
        return f"the module ended its program with `{error.code}`: return an answer instead"
    if isinstance(error, ModuleNotFoundError):
        return f"{type(error).__name__}: {error}: import it at the top of a file, because there are no files to import later"
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _sound(text: str) -> str:
    """A text without lone surrogates, which the host cannot be given."""
    return text.encode("utf-8", "replace").decode()


def _config() -> Config:
    try:
        return Config(dict(wasi_config_store.get_all()))
    except Err as error:
        raise Error("configuration-unavailable", str(error.value.value), retryable=True) from None


def _from_wire(event: wire.Event) -> Event:
    try:
        metadata = jsontext.loads(event.metadata)
    except ValueError as error:
        raise Error(errors.BAD_EVENT, f"the metadata of {event.hook} is not JSON: {error}") from error
    return Event(
        delivery_id=event.delivery_id,
        hook=event.hook,
        kind=HookKind[event.kind.name],
        payload=event.payload,
        attempt=event.attempt,
        menu_name=event.menu_name,
        triggered_at_ms=event.triggered_at_ms,
        triggered_by=event.triggered_by,
        metadata=Metadata(metadata if isinstance(metadata, dict) else None),
        schema_id=event.schema_id,
    )


def _to_wire(answer: Answer | None) -> wire.Answer:
    if answer is None:
        answer = Answer.unchanged()
    if not isinstance(answer, Answer):
        kind = type(answer).__name__
        raise Error(errors.BAD_OUTPUT, f"the handler returned a {kind}: return an `Answer`, or nothing for an unchanged payload")
    outcome: wire.Outcome
    if answer.outcome == "replace":
        outcome = wire.Outcome_Replace(_sound(jsontext.dumps(answer.objects)))
    elif answer.outcome == "reject":
        outcome = wire.Outcome_Reject(wire.Rejection(_sound(answer.reason), answer.pointer))
    else:
        outcome = wire.Outcome_Unchanged()
    message = None if answer.message is None else _sound(answer.message)
    return wire.Answer(outcome, [_action(action) for action in answer.actions], message)


def _action(action: Action) -> wire.Action:
    change = _sound(jsontext.dumps(action.change))
    return wire.Action(_OPERATIONS[action.operation], action.kind, action.target, change)


class HostRegistry:
    """The host's registry."""

    def register(self, module_id: int, hook: str, menu: str | None, asynchronous: bool) -> None:
        with _from_host():
            registry.register_to_hook(module_id, hook, menu, asynchronous)

    def submit(self, module_id: int, subscription: Subscription) -> None:
        with _from_host(), registry.Registration(module_id, subscription.hook) as registration:
            if subscription.menu is not None:
                registration.set_menu_name(subscription.menu)
            registration.set_asynchronous(subscription.asynchronous)
            registration.set_priority(subscription.priority)
            if subscription.match is not None:
                registration.set_match_rule(subscription.match)
            for fault, policy in subscription.on_failure.items():
                registration.set_failure_policy(fault, policy)
            registration.submit()

    def deregister(self, module_id: int, hook: str) -> None:
        with _from_host():
            registry.deregister_from_hook(module_id, hook)


class _from_host(contextlib.AbstractContextManager[None]):
    """Makes the SDK's errors of the host's."""

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, Err):
            raise Error(error.value.code, error.value.message, retryable=error.value.retryable) from None
