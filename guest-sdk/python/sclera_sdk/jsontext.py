"""JSON as the contract has it: compact, not escaped to ASCII, in the order that it came in, integers of any size."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

Json: TypeAlias = Any
"""What JSON can hold: a dict, a list, a text, a number, a boolean or None."""

JsonObject: TypeAlias = dict[str, Any]
"""A JSON object."""


def dumps(value: Json) -> str:
    """JSON text. Raises ``ValueError`` or ``TypeError`` for what JSON cannot hold, such as NaN."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_plain)


def loads(text: str | bytes) -> Json:
    """What a JSON text says."""
    return json.loads(text)


def merge(target: Json, patch: Json) -> Json:
    """``target`` changed as a JSON Merge Patch says (RFC 7396). Neither of the two is touched.

    >>> merge({"a": "b", "c": {"d": "e", "f": "g"}}, {"a": "z", "c": {"f": None}})
    {'a': 'z', 'c': {'d': 'e'}}
    """
    if not isinstance(patch, dict):
        return patch
    merged = dict(target) if isinstance(target, dict) else {}
    for key, value in patch.items():
        if value is None:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value)
    return merged


def _plain(value: Any) -> Any:
    data = getattr(value, "data", None)
    if isinstance(data, Mapping):
        return data
    raise TypeError(f"a {type(value).__name__} cannot be JSON")
