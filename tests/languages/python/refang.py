"""Undoing what people do to indicators so that nobody clicks on them."""

import re

from excerpt import excerpt
from fault import Fault

DEPTH = 4
"""How deep brackets may be put inside brackets. Each level is one more pass through the value."""

_WORD = "(://|[.:/@]|dot|at)"
_EVERYWHERE = re.compile(
    rf"\\\.|\[\.(?!\])|\[ *{_WORD} *\]|\( *{_WORD} *\)|\{{ *{_WORD} *\}}",
    # Only ASCII letters have another case.
    re.IGNORECASE | re.ASCII,
)
_BEHIND_AUTHORITY = re.compile(r"\[ *(://|[.:/@]) *\]")

_SCHEMES = {
    **dict.fromkeys(["hxxp", "hxtp", "htxp", "h**p"], "http"),
    **dict.fromkeys(["hxxps", "hxtps", "htxps", "h**ps"], "https"),
    "fxp": "ftp",
}


def refang(value: str, *, is_url: bool) -> str:
    """Undoes it, until nothing is left to undo. Behind the authority of a URL, only square brackets are undone, which a URL cannot
    have; ``(at)`` may be what it says there."""
    refanged = value
    for _ in range(DEPTH):
        again = _with_scheme(_once(refanged, is_url))
        if again == refanged:
            return refanged
        refanged = again
    raise Fault(f"{excerpt(value)} has too many brackets inside brackets")


def _once(value: str, is_url: bool) -> str:
    done: list[str] = []
    position = 0
    tokens = _EVERYWHERE
    behind_scheme = False
    while True:
        token = tokens.search(value, position)
        end = token.start() if token else len(value)
        if is_url and tokens is _EVERYWHERE:
            boundary, behind_scheme = _end_of_authority(value, position, end, behind_scheme)
            if boundary is not None:
                done.append(value[position:boundary])
                position = boundary
                tokens = _BEHIND_AUTHORITY
                continue
        if token is None:
            done.append(value[position:])
            return "".join(done)
        text = _stands_for(token)
        # People write `evil [.] example`, too.
        done.append(_without_spaces_at_end(done, value[position:end]))
        done.append(text)
        behind_scheme = text.startswith(":")
        position = token.end()
        while value.startswith(" ", position):
            position += 1


def _without_spaces_at_end(done: list[str], chunk: str) -> str:
    stripped = chunk.rstrip(" ")
    # Spaces may reach back to before the boundary of the authority.
    while not stripped and done:
        done[-1] = done[-1].rstrip(" ")
        if done[-1]:
            break
        done.pop()
    return stripped


def _stands_for(token: re.Match[str]) -> str:
    word = next((word for word in token.groups() if word), ".").lower()
    return {"dot": ".", "at": "@"}.get(word, word)


def _end_of_authority(value: str, start: int, end: int, behind_scheme: bool) -> tuple[int | None, bool]:
    """Where, behind the first slash that is not of the scheme, the rest of a URL begins."""
    for position in range(start, end):
        character = value[position]
        if character == ":":
            behind_scheme = True
        elif character in "/\\" and behind_scheme:
            pass
        elif character in "/\\?#":
            return position + 1, behind_scheme
        else:
            behind_scheme = False
    return None, behind_scheme


def _with_scheme(value: str) -> str:
    scheme, colon, rest = value.partition(":")
    fanged = _SCHEMES.get(scheme.lower()) if colon and scheme.isascii() else None
    return f"{fanged}:{rest}" if fanged else value
