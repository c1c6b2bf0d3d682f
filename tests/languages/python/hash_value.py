"""Hashes."""

import re

from sclera_sdk import IocType

from excerpt import excerpt
from fault import Fault

HASHES = {
    IocType.MD5: ("an MD5", 32),
    IocType.SHA1: ("a SHA-1", 40),
    IocType.SHA224: ("a SHA-224", 56),
    IocType.SHA256: ("a SHA-256", 64),
    IocType.SHA384: ("a SHA-384", 96),
    IocType.SHA512: ("a SHA-512", 128),
}
"""Each kind of hash: what people call it, and its length in hexadecimal digits."""

_ODD = re.compile("[^0-9a-fA-F]")


def check(kind: IocType, value: str) -> str:
    """A hash of one kind, in lower case."""
    what, digits = HASHES[kind]
    shown = excerpt(value)
    odd = _ODD.search(value)
    if odd:
        raise Fault(f"{shown} is not {what}: {excerpt(odd.group())} is not a hexadecimal digit")
    if len(value) != digits:
        reason = f"{shown} is not {what}: it has {len(value)} characters, {what} has {digits} hexadecimal digits"
        for other, (name, length) in HASHES.items():
            if length == len(value):
                reason += f"; {name} would have as many, which is the type `{other.text}`"
        raise Fault(reason)
    return value.lower()
