"""What of an IOC VirusTotal can be asked about."""

from __future__ import annotations

import base64
import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote

from sclera_sdk import Ioc

from settings import Settings

_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_](?:[a-z0-9_-]{0,62})(?:\.[a-z0-9_][a-z0-9_-]{0,62})+\.?", re.IGNORECASE | re.ASCII)
_HASHES = {"md5": 32, "sha1": 40, "sha256": 64}


class NotAsked(Exception):
    """Why VirusTotal is not asked about an IOC."""


@dataclass(frozen=True)
class Indicator:
    """Something that VirusTotal can be asked about."""

    kind: str
    """``ip``, ``domain``, ``url`` or ``hash``."""
    value: str
    """The value, as VirusTotal writes it."""
    path: str
    """Where its API has it: ``domains/evil.example``."""

    @classmethod
    def of(cls, ioc: Ioc, chosen: Settings) -> Indicator:
        """Raises :class:`NotAsked` for what VirusTotal does not have, and for what it must not be told."""
        tlp = ioc.ioc_tlp_id
        if tlp is not None and tlp > chosen.max_tlp:
            raise NotAsked(f"it is TLP:{tlp.text.upper()}, and only up to TLP:{chosen.max_tlp.text.upper()} is sent to VirusTotal")
        name = ioc.kind.text if ioc.kind else (ioc.ioc_type or {}).get("type_name")
        indicator = _indicator(str(name), (ioc.ioc_value or "").strip())
        if indicator.kind not in chosen.kinds:
            raise NotAsked(f"the kind {indicator.kind} is not among `vt_ioc_types`")
        return indicator


def _indicator(type_name: str, value: str) -> Indicator:
    """IRIS has types of two parts, such as ``ip-dst|port`` and ``filename|sha256``; one of them is asked about."""
    names, values = type_name.split("|"), value.split("|")
    if len(names) != len(values):
        values = [value] * len(names)
    for name, part in zip(names, values):
        if name in ("ip-any", "ip-src", "ip-dst"):
            return _ip(part.strip())
        if name in ("domain", "hostname"):
            return _domain(part.strip())
        if name == "url":
            return _url(value)
        if name in _HASHES:
            return _hash(name, part.strip())
    raise NotAsked(f"VirusTotal has nothing on the type {type_name}")


def _ip(value: str) -> Indicator:
    try:
        address = ipaddress.ip_address(value)
    except ValueError:
        raise NotAsked("it is not an IP address") from None
    if not address.is_global:
        raise NotAsked("it is no address of the public internet")
    return Indicator("ip", str(address), f"ip_addresses/{quote(str(address), safe='')}")


def _domain(value: str) -> Indicator:
    if not _NAME.fullmatch(value):
        raise NotAsked("it is not a full domain name")
    name = value.lower().removesuffix(".")
    return Indicator("domain", name, f"domains/{quote(name, safe='')}")


def _url(value: str) -> Indicator:
    if not re.match(r"https?://[^/\s]", value, re.IGNORECASE):
        raise NotAsked("it is not a URL with http or https")
    name = base64.urlsafe_b64encode(value.encode("utf-8", "replace")).decode().rstrip("=")
    return Indicator("url", value, f"urls/{name}")


def _hash(name: str, value: str) -> Indicator:
    if not re.fullmatch(f"[0-9a-fA-F]{{{_HASHES[name]}}}", value):
        raise NotAsked(f"it is not a hash of the type {name}")
    return Indicator("hash", value.lower(), f"files/{value.lower()}")
