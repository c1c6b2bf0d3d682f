"""One value, from what was sent to the one way to write it."""

from sclera_sdk import IocType

import email_address
import hash_value
import ip
import name
import web
from fault import Fault
from refang import refang
from textual import clean

__all__ = ["Fault", "read"]

_AS_IT_IS = {IocType.FILENAME, IocType.OTHER}
"""The odd characters of a file name may be the very thing to find it by."""


def read(kind: IocType, sent: str, reject_private: bool) -> tuple[str, bool, bool]:
    """The value, whether it was sent defanged, and whether it was sent in another way than the one way to write it."""
    if kind in _AS_IT_IS:
        return sent, False, False
    cleaned = clean(sent)
    refanged = cleaned if kind in hash_value.HASHES else refang(cleaned, is_url=kind is IocType.URL)
    if not refanged:
        raise Fault(f"the value of an IOC of the type {kind.text} is empty")
    value = _check(kind, refanged, reject_private)
    return value, refanged != cleaned, cleaned != sent or value != refanged


def _check(kind: IocType, value: str, reject_private: bool) -> str:
    if kind in hash_value.HASHES:
        return hash_value.check(kind, value)
    if kind in (IocType.IP_ANY, IocType.IP_SRC, IocType.IP_DST):
        return ip.check(value, reject_private)
    if kind is IocType.DOMAIN:
        return name.check_domain(value)
    if kind is IocType.HOSTNAME:
        return name.check_hostname(value)
    return web.check(value) if kind is IocType.URL else email_address.check(value)
