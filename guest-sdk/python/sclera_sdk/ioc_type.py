"""The well-known types of IOCs."""

# Written by `cargo xtask generate` from the catalog of hooks. Do not edit.

from __future__ import annotations

from enum import Enum


class IocType(Enum):
    """The well-known types of IOCs, with the ids that IRIS gives them.

    IRIS has more than a hundred types, and its users add their own; these are those that a module can check.
    """

    DOMAIN = (20, "domain")
    """A domain name."""

    EMAIL = (22, "email")
    """An e-mail address."""

    EMAIL_DST = (25, "email-dst")
    """The e-mail address of a recipient."""

    EMAIL_SRC = (31, "email-src")
    """The e-mail address of a sender."""

    FILENAME = (37, "filename")
    """The name of a file."""

    HOSTNAME = (69, "hostname")
    """The name of a machine, in full or not."""

    IP_ANY = (76, "ip-any")
    """An IP address."""

    IP_DST = (77, "ip-dst")
    """The IP address of a destination."""

    IP_SRC = (79, "ip-src")
    """The IP address of a source."""

    MD5 = (90, "md5")
    """An MD5 hash."""

    OTHER = (96, "other")
    """Anything else."""

    SHA1 = (111, "sha1")
    """A SHA-1 hash."""

    SHA224 = (112, "sha224")
    """A SHA-224 hash."""

    SHA256 = (113, "sha256")
    """A SHA-256 hash."""

    SHA384 = (118, "sha384")
    """A SHA-384 hash."""

    SHA512 = (119, "sha512")
    """A SHA-512 hash."""

    URL = (141, "url")
    """A URL."""

    @property
    def id(self) -> int:
        """Its id in IRIS."""
        return self.value[0]

    @property
    def text(self) -> str:
        """Its name in IRIS, such as ``ip-dst``."""
        return self.value[1]

    @classmethod
    def from_id(cls, id: int) -> IocType | None:
        """The one with this id."""
        return _BY_ID.get(id)

    @classmethod
    def from_name(cls, name: str) -> IocType | None:
        """The one with this name."""
        return _BY_NAME.get(name)


_BY_ID = {kind.id: kind for kind in IocType}
_BY_NAME = {kind.text: kind for kind in IocType}
