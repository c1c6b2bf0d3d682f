"""HTTP, for modules whose operator grants it.

A module asks for the capability ``http`` in its description, and an operator grants origins and methods. Everything else is refused,
which is an exception here. A redirect is an answer like any other: the host never follows one.

    response = http.get("https://api.example/v1/domains/evil.example", headers={"x-apikey": key}, timeout=10)
    verdict = response.success().json()["verdict"]
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from . import jsontext
from .errors import Error
from .jsontext import Json

_NOT_GIVEN = object()

_SHOWN = 200
"""How many characters of a body go into a message."""


class HttpError(Error):
    """A request that got no answer. Not caught, it is the module's error, retryable where that may help."""


class Refused(HttpError):
    """The operator has not granted this request: its origin, its method, the address behind its name, or the event's TLP."""

    def __init__(self, message: str) -> None:
        super().__init__("http-refused", message)


class TimedOut(HttpError):
    """There was no answer in time."""

    def __init__(self, message: str) -> None:
        super().__init__("http-timeout", message, retryable=True)


class Unreachable(HttpError):
    """The server could not be found or reached, or the connection broke."""

    def __init__(self, message: str) -> None:
        super().__init__("http-unreachable", message, retryable=True)


class Invalid(HttpError):
    """The request cannot be sent as it is: its URL, its method or a header."""

    def __init__(self, message: str) -> None:
        super().__init__("http-invalid", message)


class TooLarge(HttpError):
    """The answer, or the request, is larger than it may be."""

    def __init__(self, message: str) -> None:
        super().__init__("http-too-large", message)


class BadStatus(HttpError):
    """The server answered with a status that is no success; see :meth:`Response.success`."""

    def __init__(self, response: Response) -> None:
        status = response.status
        retryable = status in (408, 425, 429) or status >= 500
        super().__init__("http-status", f"the server answered {status}: {response.shown}", retryable=retryable)
        self.response = response


class BadAnswer(HttpError, ValueError):
    """The answer's body is not what was expected."""

    def __init__(self, message: str) -> None:
        super().__init__("http-bad-answer", message)


class Headers(Mapping[str, str]):
    """Headers, whose names are the same in upper and lower case. Of several with one name, ``headers[name]`` has all, joined by
    commas."""

    def __init__(self, pairs: Iterable[tuple[str, str]] = ()) -> None:
        self.pairs = [(name.lower(), value) for name, value in pairs]

    def __getitem__(self, name: str) -> str:
        found = self.all(name)
        if not found:
            raise KeyError(name)
        return ", ".join(found)

    def all(self, name: str) -> list[str]:
        """The values of all headers with this name."""
        return [value for known, value in self.pairs if known == name.lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys(name for name, _ in self.pairs))

    def __len__(self) -> int:
        return len(dict.fromkeys(name for name, _ in self.pairs))

    def __repr__(self) -> str:
        return f"Headers({self.pairs!r})"


@dataclass
class Request:
    """A request as it is sent."""

    method: str
    url: str
    headers: Headers
    body: bytes
    timeout: float
    """Seconds until the answer has to be there, with all of its body."""

    scheme: str = field(init=False)
    authority: str = field(init=False)
    target: str = field(init=False)

    def __post_init__(self) -> None:
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.netloc:
            raise Invalid(f"cannot request `{self.url}`: an absolute URL with http or https is needed")
        self.scheme, self.authority = parts.scheme, parts.netloc
        # Characters that cannot stand in a URL, such as spaces; what is encoded already stays.
        self.target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
        if parts.query:
            self.target += "?" + quote(parts.query, safe="/%:@!$&'()*+,;=~?")


@dataclass
class Response:
    """An answer, whatever its status."""

    status: int
    headers: Headers
    body: bytes

    @property
    def ok(self) -> bool:
        """Whether the status is one of success: 200 to 299."""
        return 200 <= self.status < 300

    @property
    def text(self) -> str:
        """The body as UTF-8; what is not UTF-8 becomes U+FFFD."""
        return self.body.decode("utf-8", "replace")

    def json(self) -> Json:
        """What the body says, as JSON. Raises :class:`BadAnswer`, which is a ``ValueError``, if it is not JSON."""
        try:
            return jsontext.loads(self.body)
        except ValueError as error:
            raise BadAnswer(f"the server's answer is not JSON: {error}: {self.shown}") from error

    def success(self) -> Response:
        """The answer itself, if its status is a success. Raises :class:`BadStatus`, retryable for 408, 425, 429 and from 500 on."""
        if not self.ok:
            raise BadStatus(self)
        return self

    @property
    def shown(self) -> str:
        """The beginning of the body, in a line, for a message."""
        text = self.text
        return f"`{repr(text[:_SHOWN])[1:-1]}{'…' if len(text) > _SHOWN else ''}`"


def request(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    body: bytes | str | None = None,
    json: Json = _NOT_GIVEN,
    timeout: float = 30.0,
) -> Response:
    """Sends a request and waits for the answer, which is one whatever its status.

    ``json`` is sent as the body, with its content type. ``timeout`` is in seconds, for all of it; the delivery's own deadline, and
    that of the grant, may come first.

    Raises :class:`Refused`, :class:`TimedOut`, :class:`Unreachable`, :class:`TooLarge` and :class:`Invalid`.
    """
    pairs = list((headers or {}).items())
    if json is not _NOT_GIVEN:
        body = jsontext.dumps(json)
        if not any(name.lower() == "content-type" for name, _ in pairs):
            pairs.append(("content-type", "application/json"))
    content = body.encode() if isinstance(body, str) else body or b""
    return _transport(Request(method.upper(), url, Headers(pairs), content, timeout))


def get(url: str, *, headers: Mapping[str, str] | None = None, timeout: float = 30.0) -> Response:
    """:func:`request` with ``GET``."""
    return request("GET", url, headers=headers, timeout=timeout)


Transport = Callable[[Request], Response]


def _nowhere(request: Request) -> Response:
    raise Refused(f"there is no network here for `{request.url}`; in a unit test, give the answer with `MockHost.respond`")


_transport: Transport = _nowhere


def use(transport: Transport) -> Transport:
    """What sends requests from now on; gives what did before. The component and the mock host call it."""
    global _transport
    before, _transport = _transport, transport
    return before
