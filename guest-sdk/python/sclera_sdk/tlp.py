"""How far information may be shared."""

from __future__ import annotations

from enum import Enum
from functools import total_ordering


@total_ordering
class Tlp(Enum):
    """How far information may be shared: the Traffic Light Protocol 2.0 (https://www.first.org/tlp/), from the least to the most
    restrictive, which is also how the values compare."""

    CLEAR = (4, "clear")
    """``TLP:CLEAR``: no limit."""

    GREEN = (3, "green")
    """``TLP:GREEN``: within the community."""

    AMBER = (2, "amber")
    """``TLP:AMBER``: within the organisation and its clients."""

    AMBER_STRICT = (5, "amber+strict")
    """``TLP:AMBER+STRICT``: within the organisation."""

    RED = (1, "red")
    """``TLP:RED``: for the eyes of those who were told."""

    @property
    def id(self) -> int:
        """Its id in IRIS, which has a numbering of its own."""
        return self.value[0]

    @property
    def text(self) -> str:
        """Its name in an event's metadata: ``amber+strict``."""
        return self.value[1]

    @classmethod
    def from_id(cls, id: int) -> Tlp | None:
        """The one with this id."""
        return next((tlp for tlp in cls if tlp.id == id), None)

    @classmethod
    def from_name(cls, name: str) -> Tlp | None:
        """The one with this name, in upper or lower case."""
        return next((tlp for tlp in cls if tlp.text == name.lower()), None)

    def __lt__(self, other: Tlp) -> bool:
        order = list(Tlp)
        return order.index(self) < order.index(other)
