"""What a server knows about the moment in which a hook happens."""

from __future__ import annotations

from .jsontext import JsonObject
from .tlp import Tlp


class Metadata:
    """What a server knows about the moment in which a hook happens. Every part is optional.

    ``data`` is all of it; a value that does not have the type of its part is there, and the part is None.
    """

    def __init__(self, data: JsonObject | None = None) -> None:
        self.data: JsonObject = {} if data is None else data

    @property
    def case_id(self) -> int | None:
        """The case that the objects belong to."""
        return self._integer("case_id")

    @property
    def case_name(self) -> str | None:
        """Its name."""
        return self._text("case_name")

    @property
    def customer(self) -> str | None:
        """The name of the customer that the case is for."""
        return self._text("customer")

    @property
    def user_id(self) -> int | None:
        """The id of the user on whose behalf the server acts."""
        return self._integer("user_id")

    @property
    def tlp(self) -> Tlp | None:
        """The TLP of the case."""
        name = self._text("tlp")
        return None if name is None else Tlp.from_name(name)

    def _integer(self, key: str) -> int | None:
        value = self.data.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def _text(self, key: str) -> str | None:
        value = self.data.get(key)
        return value if isinstance(value, str) else None
