"""Domain names and the names of machines."""

import re
from encodings.punycode import punycode_encode

import ip
from excerpt import excerpt
from fault import Fault

_ODD = re.compile(r"[^A-Za-z0-9_-]", re.ASCII)
_UPPER = str.maketrans("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "abcdefghijklmnopqrstuvwxyz")


def check_domain(value: str) -> str:
    """A domain name, in lower case, international ones in Punycode."""
    name = check_hostname(value)
    if "." not in name:
        raise _fault(value, "it has one part only; choose the type `hostname` for the name of a machine")
    return name


def check_hostname(value: str) -> str:
    """The name of a machine, in full or its first part only."""
    if len(value.encode()) > 1012:
        raise _fault(value, "it is longer than 253 characters")
    if "/" in value or "\\" in value:
        raise _fault(value, "it has a path; choose the type `url`")
    if "@" in value:
        raise _fault(value, "it has an `@`; choose the type `email`")
    if ip.parse(value) is not None:
        raise _fault(value, "it is an IP address; choose the type `ip-any`")
    name = to_ascii(value).removesuffix(".")
    if len(name) > 253:
        raise _fault(value, "it is longer than 253 characters")
    parts = name.split(".")
    for part in parts:
        if not part:
            raise _fault(value, "it has an empty part")
        if len(part) > 63:
            raise _fault(value, "one of its parts is longer than 63 characters")
        odd = _ODD.search(part)
        if odd:
            raise _fault(value, f"it cannot have the character {excerpt(odd.group())}")
    if parts[-1].isdigit():
        raise _fault(value, "its last part is a number")
    return name


def to_ascii(name: str) -> str:
    """A name in lower case, each part that has a character outside ASCII in Punycode."""
    parts = name.translate(_UPPER).split(".")
    return ".".join(part if part.isascii() else f"xn--{punycode_encode(part).decode()}" for part in parts)


def _fault(value: str, why: str) -> Fault:
    return Fault(f"{excerpt(value)} is not a domain name: {why}")
