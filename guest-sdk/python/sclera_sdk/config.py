"""The module's configuration.

The host gives every value as a text: a string as it is, so that ``007`` and ``true`` stay what an operator wrote, and everything
else as JSON. What a text means depends on what the module asks for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeVar, cast

from . import errors, jsontext
from .errors import Error
from .jsontext import Json

T = TypeVar("T")


class _Required:
    """Stands for a default that there is not."""


_REQUIRED: Final = _Required()


class Config(Mapping[str, str]):
    """The module's configuration: the texts by their keys, and ways to read them.

    Each of the ways takes a default for a key that is not there; without one, such a key is an :class:`~sclera_sdk.Error` with the code
    ``invalid-configuration``, as is a value of another type.

    >>> config = Config({"tag": "new", "limit": "5"})
    >>> config.text("tag"), config.integer("limit"), config.boolean("verbose", False)
    ('new', 5, False)
    """

    def __init__(self, texts: Mapping[str, str]) -> None:
        self._texts = dict(texts)

    def text(self, key: str, default: str | _Required = _REQUIRED) -> str:
        """A text, as it is."""
        return self._read(key, default, lambda text: text)

    def integer(self, key: str, default: int | _Required = _REQUIRED) -> int:
        """An integer."""
        return self._read(key, default, lambda text: _typed(text, int, "an integer, such as `5`"))

    def number(self, key: str, default: float | _Required = _REQUIRED) -> float:
        """A number."""
        return self._read(key, default, lambda text: _typed(text, (int, float), "a number, such as `0.5`"))

    def boolean(self, key: str, default: bool | _Required = _REQUIRED) -> bool:
        """A boolean."""
        return self._read(key, default, lambda text: _typed(text, bool, "`true` or `false`"))

    def texts(self, key: str, default: list[str] | _Required = _REQUIRED) -> list[str]:
        """A list of texts."""

        def read(text: str) -> list[str]:
            found = _typed(text, list, 'a list of texts, such as `["a", "b"]`')
            if not all(isinstance(item, str) for item in found):
                raise ValueError('it has to be a list of texts, such as `["a", "b"]`')
            return cast("list[str]", found)

        return self._read(key, default, read)

    def json(self, key: str, default: Json | _Required = _REQUIRED) -> Json:
        """Anything that JSON can hold, other than a bare text."""
        return self._read(key, default, jsontext.loads)

    def _read(self, key: str, default: T | _Required, read: Callable[[str], T]) -> T:
        text = self._texts.get(key)
        if text is None:
            if isinstance(default, _Required):
                raise Error(errors.INVALID_CONFIGURATION, f"the configuration key `{key}` is missing")
            return default
        try:
            return read(text)
        except ValueError as error:
            message = f"the configuration key `{key}` does not fit: {error}"
            raise Error(errors.INVALID_CONFIGURATION, message) from error

    def __getitem__(self, key: str) -> str:
        return self._texts[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)

    def __repr__(self) -> str:
        return f"Config({self._texts!r})"


def _typed(text: str, kind: type | tuple[type, ...], expected: str) -> Any:
    try:
        value = jsontext.loads(text)
    except ValueError:
        raise ValueError(f"it has to be {expected}") from None
    # In Python, a boolean is an integer.
    if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
        raise ValueError(f"it has to be {expected}")
    return value
