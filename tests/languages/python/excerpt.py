"""A value in a sentence."""

from textual import WHITE_SPACE

LENGTH = 60


def excerpt(value: str) -> str:
    """The beginning of a value, with everything that has no ink made visible."""
    shown = "".join(_escape(character) for character in value[:LENGTH])
    return f"`{shown}{'…' if len(value) > LENGTH else ''}`"


def _escape(character: str) -> str:
    if character in "\\'\"":
        return f"\\{character}"
    if (character in WHITE_SPACE and character != " ") or "\u0300" <= character <= "\u036f":
        return f"\\u{{{ord(character):x}}}"
    return character
