"""URLs."""

import re

import ip
import name
from excerpt import excerpt
from fault import Fault

_DEFAULT_PORTS = {"http": 80, "https": 443, "ftp": 21}


def check(value: str) -> str:
    """A URL in the one way to write it."""
    scheme, colon, behind = value.partition(":")
    if not colon or behind[:1] not in ("/", "\\"):
        try:
            name.check_domain(value)
        except Fault:
            raise _fault(value, "it has no scheme, such as `https://`") from None
        raise _fault(value, "it has no scheme; choose the type `domain`")
    scheme = scheme.lower()
    behind = behind[2:]
    end = re.search("[/?#]", behind)
    authority, rest = (behind[: end.start()], behind[end.start() :]) if end else (behind, "")
    user, at, place = authority.rpartition("@")
    host, port = _split_port(place)
    if not host:
        raise _fault(value, "it has no host")
    if port and (not re.fullmatch("[0-9]+", port) or int(port.lstrip("0")[:6] or "0") > 65535):
        raise _fault(value, "its port has to be a number from 0 to 65535")
    where = user + at + _host(value, host)
    if port and int(port) != _DEFAULT_PORTS.get(scheme):
        where += f":{int(port)}"
    if not rest.startswith("/"):
        rest = f"/{rest}"
    rest = "".join(f"%{byte:02X}" if byte > 127 else chr(byte) for byte in rest.encode()) if not rest.isascii() else rest
    return f"{scheme}://{where}{rest}"


def _split_port(place: str) -> tuple[str, str]:
    if place.startswith("["):
        host, bracket, port = place.partition("]")
        return host + bracket, port.removeprefix(":")
    host, _, port = place.partition(":")
    return host, port


def _host(value: str, host: str) -> str:
    if host.startswith("["):
        address = ip.parse(host[1:-1])
        if address is None or address.version != 6 or not host.endswith("]"):
            raise _fault(value, "its IP address is not one")
        return f"[{ip.write(address)}]"
    if re.fullmatch("[0-9]+", host.rpartition(".")[2]):
        address = ip.parse(host)
        if address is None:
            raise _fault(value, "its IP address is not one")
        return ip.write(address)
    if re.search(r"[ %^|<>\\\]]", host):
        raise _fault(value, "its host is not a domain name")
    return name.to_ascii(host)


def _fault(value: str, why: str) -> Fault:
    return Fault(f"{excerpt(value)} is not a URL: {why}")
