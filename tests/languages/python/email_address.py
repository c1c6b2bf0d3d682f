"""E-mail addresses."""

import name
from excerpt import excerpt
from fault import Fault
from textual import WHITE_SPACE


def check(value: str) -> str:
    """An e-mail address, its domain in lower case. The part before the ``@`` stays as it is."""
    address = value[7:] if value[:7].lower() == "mailto:" else value
    if address.startswith("<") and address.endswith(">") and len(address) > 1:
        address = address[1:-1]
    local, at, domain = address.rpartition("@")
    if not at:
        raise _fault(value, "it has no `@`")
    if not local:
        raise _fault(value, "there is nothing before the `@`")
    if len(local.encode()) > 64:
        raise _fault(value, "the part before the `@` is longer than 64 characters")
    quoted = len(local) > 2 and local[0] == '"' == local[-1]
    odd = None if quoted else next((character for character in local if not _may_be_unquoted(character)), None)
    if odd is not None:
        raise _fault(value, f"the part before the `@` cannot have the character {excerpt(odd)}")
    try:
        return f"{local}@{name.check_domain(domain)}"
    except Fault as fault:
        raise _fault(value, str(fault)) from None


def _may_be_unquoted(character: str) -> bool:
    if character.isascii():
        return character.isalnum() or character in ".!#$%&'*+-/=?^_`{|}~"
    return character not in WHITE_SPACE


def _fault(value: str, why: str) -> Fault:
    return Fault(f"{excerpt(value)} is not an e-mail address: {why}")
