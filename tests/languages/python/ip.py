"""IP addresses, and networks of them."""

import ipaddress
import re
from ipaddress import IPv4Address, IPv6Address

from excerpt import excerpt
from fault import Fault

Address = IPv4Address | IPv6Address

_PRIVATE = [
    ipaddress.ip_network(network)
    for network in (
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "0.0.0.0/32",
        "::/127",
        "fc00::/7",
        "fe80::/10",
    )
]
_NUMBERS = re.compile(r"[0-9]+(?:\.[0-9]+){0,5}", re.ASCII)
_WITH_PORT = re.compile(r"(?:([0-9.]+)|\[([0-9a-fA-F:.]+)\]):([0-9]+)", re.ASCII)


def check(value: str, reject_private: bool) -> str:
    """The canonical form of an address, which may have a prefix length (RFC 5952 for IPv6)."""
    address_text, slash, prefix = value.partition("/")
    bare = address_text[1:-1] if len(address_text) > 1 and address_text[0] == "[" and address_text[-1] == "]" else address_text
    address = parse(bare)
    if address is None:
        raise Fault(_why_not(value, bare))
    if reject_private and _is_private(address):
        raise Fault(f"{excerpt(value)} is a private address, which this server does not take as an IOC")
    if not slash:
        return write(address)
    longest = address.max_prefixlen
    if not re.fullmatch("[0-9]{1,3}", prefix.lstrip("0") or prefix[:1]) or int(prefix) > longest:
        raise Fault(f"{excerpt(value)} is not a network: its prefix length has to be a number from 0 to {longest}")
    return f"{write(address)}/{int(prefix)}"


def parse(text: str) -> Address | None:
    """The address that a text is."""
    if len(text) > 45 or "%" in text or "/" in text:
        return None
    try:
        return ipaddress.ip_address(text)
    except ValueError:
        return None


def write(address: Address) -> str:
    """The one way to write it."""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return f"::ffff:{mapped}" if mapped is not None else str(address)


def _why_not(value: str, bare: str) -> str:
    shown = excerpt(value)
    if "%" in bare:
        return f"{shown} has a zone (`%…`), which means something on one machine only: leave it out"
    if _has_port(bare) or _has_port(value):
        return f"{shown} is an IP address with a port: leave the port out, or choose the type `ip-dst|port`"
    if _NUMBERS.fullmatch(bare):
        numbers = bare.split(".")
        if len(numbers) != 4:
            return f"{shown} is not an IP address: an IPv4 address has four numbers"
        if any(len(number) > 1 and number[0] == "0" for number in numbers):
            return f"{shown} is not an IP address: a number with a leading zero can be read in two ways"
        return f"{shown} is not an IP address: each number of an IPv4 address is at most 255"
    return f"{shown} is not an IP address"


def _has_port(text: str) -> bool:
    found = _WITH_PORT.fullmatch(text)
    if not found:
        return False
    four, six, port = found.groups()
    address = parse(four or six)
    return address is not None and address.version == (4 if four else 6) and len(port) < 20 and int(port) <= 65535


def _is_private(address: Address) -> bool:
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return any(mapped_or_itself in network for network in _PRIVATE for mapped_or_itself in [mapped or address])
