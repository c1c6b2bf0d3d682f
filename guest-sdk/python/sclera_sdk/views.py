"""Typed views of the objects in a payload.

A view takes whatever comes. The payload of a preload hook is what a client sent, and it may be partial, have nulls,
numbers as texts, or fields that nobody has heard of. So a view holds the object as it came, in ``data``; its attributes read and
write there, and whatever is not set stays what it was.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, ClassVar, Generic, TypeVar, overload

from .ioc_type import IocType
from .jsontext import Json, JsonObject
from .tlp import Tlp

T = TypeVar("T")
S = TypeVar("S", bound="Object")


_SPACE = "\t\n\x0b\x0c\r \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
"""What Unicode calls white space. Python's own ``strip`` takes more."""

_INTEGER = re.compile(r"[+-]?[0-9]{1,39}")


class Field(Generic[T]):
    """One field of an object, which may be absent, null, or something else than its type says; it is then read as None.

    Setting it replaces what is there; ``del`` takes it out of the object.
    """

    def __init__(self, read: Callable[[Any], T | None], write: Callable[[Any], Json] = lambda value: value) -> None:
        self._read = read
        self._write = write
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, view: None, owner: type) -> Field[T]: ...
    @overload
    def __get__(self, view: Object, owner: type) -> T | None: ...
    def __get__(self, view: Object | None, owner: type) -> Field[T] | T | None:
        if view is None:
            return self
        return self._read(view.data.get(self.name))

    def __set__(self, view: Object, value: T | None) -> None:
        view.data[self.name] = None if value is None else self._write(value)

    def __delete__(self, view: Object) -> None:
        view.data.pop(self.name, None)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None


def _integer(value: Any) -> int | None:
    """A number, or a text that is a number: forms send ``"20"``, and servers take it."""
    if isinstance(value, bool):
        return None
    if isinstance(value, str):
        digits = value.strip(_SPACE)
        if not _INTEGER.fullmatch(digits):
            return None
        value = int(digits)
    return value if isinstance(value, int) and -(2**63) <= value < 2**63 else None


def _boolean(value: Any) -> bool | None:
    if isinstance(value, bool):
        return value
    return {"true": True, "false": False}.get(value) if isinstance(value, str) else None


def _object(value: Any) -> JsonObject | None:
    return value if isinstance(value, dict) else None


def _items(value: Any) -> list[Json] | None:
    return value if isinstance(value, list) else None


def _integers(value: Any) -> list[int] | None:
    if not isinstance(value, list):
        return None
    numbers = [_integer(item) for item in value]
    return [number for number in numbers if number is not None] if None not in numbers else None


def _tlp(value: Any) -> Tlp | None:
    number = _integer(value)
    return None if number is None else Tlp.from_id(number)


def text() -> Field[str]:
    """A text."""
    return Field(_text)


def integer() -> Field[int]:
    """An integer, also one that was sent as a text."""
    return Field(_integer)


def boolean() -> Field[bool]:
    """A boolean, also one that was sent as a text."""
    return Field(_boolean)


def json_object() -> Field[JsonObject]:
    """A JSON object, as it is."""
    return Field(_object)


def items() -> Field[list[Json]]:
    """A list of anything, as it is."""
    return Field(_items)


def integers() -> Field[list[int]]:
    """A list of integers; None if one of its elements is not one."""
    return Field(_integers)


def anything() -> Field[Json]:
    """Whatever is there."""
    return Field(lambda value: value)


def tlp() -> Field[Tlp]:
    """How far the object may be shared, by IRIS's numbers."""
    return Field(_tlp, lambda value: value.id)


class Tags:
    """The tags of an object, which the payload has as one comma-separated text.

    Tags are compared as they are, without the space around them. Adding and removing are idempotent, and while nothing changes
    the text stays exactly as it came.
    """

    def __init__(self, data: JsonObject, name: str) -> None:
        self._data = data
        self._name = name

    def __iter__(self) -> Iterator[str]:
        return iter(_split(self._data.get(self._name)))

    def __len__(self) -> int:
        return len(_split(self._data.get(self._name)))

    def __contains__(self, tag: object) -> bool:
        return isinstance(tag, str) and tag.strip(_SPACE) in list(self)

    def add(self, tag: str) -> bool:
        """Adds a tag, and says whether it was missing. A comma makes two tags of it, as everywhere.

        In an update whose request does not have the field this makes it, with this one tag, which replaces those on the server.
        Ask for an :class:`~sclera_sdk.Action` with ``add_tag`` where that matters.
        """
        tags = list(self)
        missing = [new for new in dict.fromkeys(_split(tag)) if new not in tags]
        if missing:
            self._data[self._name] = ",".join(tags + missing)
        return bool(missing)

    def remove(self, tag: str) -> bool:
        """Removes a tag, and says whether it was there."""
        tags = list(self)
        kept = [known for known in tags if known != tag.strip(_SPACE)]
        if len(kept) < len(tags):
            self._data[self._name] = ",".join(kept)
        return len(kept) < len(tags)

    def __repr__(self) -> str:
        return f"Tags({list(self)!r})"


def _split(value: Any) -> list[str]:
    if not isinstance(value, str):
        return []
    return [tag for tag in (part.strip(_SPACE) for part in value.split(",")) if tag]


class TagsField:
    """A field with tags. It can be set to a comma-separated text or to several tags."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, view: Object, owner: type) -> Tags:
        return Tags(view.data, self.name)

    def __set__(self, view: Object, value: str | Iterable[str]) -> None:
        view.data[self.name] = value if isinstance(value, str) else ",".join(value)

    def __delete__(self, view: Object) -> None:
        view.data.pop(self.name, None)


def tags() -> TagsField:
    """Tags, comma-separated."""
    return TagsField()


class CustomAttributes:
    """The server's own fields of an object: ``{tab: {field: {type, value, mandatory, options}}}``."""

    def __init__(self, data: JsonObject, name: str) -> None:
        self._data = data
        self._name = name

    def get(self, tab: str, field: str) -> Json:
        """The value of a field in a tab; None if there is none."""
        at: Any = self._data.get(self._name)
        for key in (tab, field, "value"):
            at = at.get(key) if isinstance(at, dict) else None
        return at

    def set(self, tab: str, field: str, value: Json) -> None:
        """Sets the value of a field in a tab.

        A field that is there keeps its type, a new one is a plain text (``input_string``); other fields and tabs stay.
        """
        at = self._data
        for key in (self._name, tab, field):
            inner = at.get(key)
            if not isinstance(inner, dict):
                inner = {}
                at[key] = inner
            at = inner
        at.setdefault("type", "input_string")
        at["value"] = value


class CustomAttributesField:
    """A field with the server's own fields. It can be set to a whole of tabs."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, view: Object, owner: type) -> CustomAttributes:
        return CustomAttributes(view.data, self.name)

    def __set__(self, view: Object, value: JsonObject) -> None:
        view.data[self.name] = value

    def __delete__(self, view: Object) -> None:
        view.data.pop(self.name, None)


def custom_attributes() -> CustomAttributesField:
    """The server's own fields."""
    return CustomAttributesField()


class Object:
    """An object of a payload. ``data`` is the whole of it, as it came; ``"field" in view`` says whether it has a field."""

    KIND: ClassVar[str] = ""
    """The kind, as in the names of the hooks and in an :class:`~sclera_sdk.Action`: ``ioc``, ``global_task``…"""

    ID: ClassVar[str] = ""
    """The field that has its id."""

    def __init__(self, data: JsonObject | None = None) -> None:
        self.data: JsonObject = {} if data is None else data

    @property
    def id(self) -> int | None:
        """The object's id. None for one that is about to be created."""
        for name in (self.ID, f"{self.KIND}_id"):
            found = _integer(self.data.get(name))
            if found is not None:
                return found
        return None

    def __contains__(self, field: object) -> bool:
        return field in self.data

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Object) and self.KIND == other.KIND and self.data == other.data

    __hash__ = None  # type: ignore[assignment]  # it changes

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.data!r})"


class Typed(Object):
    """What an IOC is besides its fields."""

    @property
    def kind(self) -> IocType | None:
        """What kind of indicator it is: by the id of its type, and if that is not one of the well-known ones, by the type's
        name, where the server sends it."""
        number = _integer(self.data.get("ioc_type_id"))
        known = None if number is None else IocType.from_id(number)
        if known is None:
            described = self.data.get("ioc_type")
            name = described.get("type_name") if isinstance(described, dict) else None
            known = IocType.from_name(name) if isinstance(name, str) else None
        return known
