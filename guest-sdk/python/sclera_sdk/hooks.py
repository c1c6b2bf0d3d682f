"""Asking for hooks, while a module registers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

Fault: TypeAlias = Literal[
    "trap", "timeout", "out-of-fuel", "out-of-memory", "bad-output", "refused-capability", "module-error", "any"
]
"""How a delivery can fail; ``any`` is whatever has no policy of its own."""

Policy: TypeAlias = Literal["continue", "reject", "retry"]
"""What becomes of the server's request when a delivery fails: the payload stays as it was (``continue``); the request of a
preload hook is refused (``reject``); the delivery is attempted again (``retry``, asynchronous subscriptions only)."""


@dataclass
class Subscription:
    """One module listening to one hook, as it asks for it."""

    hook: str
    menu: str | None = None
    asynchronous: bool = True
    priority: int = 0
    match: str | None = None
    on_failure: dict[Fault, Policy] = field(default_factory=dict)


class Registry(Protocol):
    """What stands behind :class:`Hooks`: the host's registry in a component, the mock host in a test."""

    def register(self, module_id: int, hook: str, menu: str | None, asynchronous: bool) -> None: ...
    def submit(self, module_id: int, subscription: Subscription) -> None: ...
    def deregister(self, module_id: int, hook: str) -> None: ...


class Hooks:
    """How a module says which hooks it listens to: the contract's ``registry``.

    What is asked for takes effect together when ``register`` returns, and not at all when it raises. What is not asked for again at
    the next registration is gone.
    """

    def __init__(self, module_id: int, registry: Registry) -> None:
        self.module_id = module_id
        self._registry = registry

    def subscribe(
        self,
        hook: str,
        *,
        menu: str | None = None,
        synchronous: bool | None = None,
        priority: int = 0,
        match: str | None = None,
        on_failure: Mapping[Fault, Policy] | None = None,
    ) -> None:
        """Subscribes the module to a hook.

        - ``menu``: what the user reads, for a manual hook: 1 to 128 characters. Default: ``<module name>::<hook name>``.
        - ``synchronous``: the server's request waits until the module has answered. Default: for preload hooks only, which
          cannot be anything else.
        - ``priority``: where in the order of the hook's subscriptions this one comes: lower first.
        - ``match``: which events it is for, as a CEL expression (https://cel.dev) over ``payload`` and ``metadata``, such as
          ``payload.exists(o, o.ioc_type_id == 76)``. Default: every event.
        - ``on_failure``: what becomes of the server's request when a delivery fails, such as ``{"timeout": "retry"}``.

        Raises :class:`~sclera_sdk.Error` with the codes ``unknown-hook``, ``invalid-menu-name``, ``too-many-subscriptions``,
        ``invalid-failure-policy``, ``invalid-match-rule`` and ``unsupported``.
        """
        if synchronous is None:
            synchronous = hook.startswith("on_preload_")
        subscription = Subscription(hook, menu, not synchronous, priority, match, dict(on_failure or {}))
        self._registry.submit(self.module_id, subscription)

    def register_to_hook(self, hook: str, menu_name: str | None = None, run_asynchronously: bool = True) -> None:
        """Subscribes the module to a hook, in the words of the IRIS hooks documentation."""
        self._registry.register(self.module_id, hook, menu_name, run_asynchronously)

    def deregister_from_hook(self, hook: str) -> None:
        """Withdraws the module from a hook: every subscription to it, whatever the menu name. Fine if there is none."""
        self._registry.deregister(self.module_id, hook)
