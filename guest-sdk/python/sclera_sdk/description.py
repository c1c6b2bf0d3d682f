"""What a module says about itself."""

from __future__ import annotations

from dataclasses import dataclass, field

from .jsontext import JsonObject


@dataclass(frozen=True)
class Capability:
    """Something that a module would like to be allowed to do. An operator grants it, or not."""

    name: str
    parameters: JsonObject
    reason: str


@dataclass
class Description:
    """What a module says about itself: the contract's ``description``.

    ``name`` is unique within a host: 1 to 64 letters, digits, ``_``, ``-`` and ``.``, beginning with a letter or a digit. ``version``
    is one of https://semver.org. ``config_schema`` is the JSON Schema (2020-12) of the configuration: an object whose properties are
    the keys; the host refuses to load the module with a configuration that does not fit.
    """

    name: str
    version: str
    description: str
    config_schema: JsonObject | None = None
    capabilities: list[Capability] = field(default_factory=list)

    def ask(self, capability: str, parameters: JsonObject, reason: str) -> Description:
        """Asks for a capability, with one sentence for the operator who decides."""
        self.capabilities.append(Capability(capability, parameters, reason))
        return self
