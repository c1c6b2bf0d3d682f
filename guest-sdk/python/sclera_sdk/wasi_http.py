"""Requests by ``wasi:http``. Only in a component."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from componentize_py_types import Err
from wit_world.imports import monotonic_clock, outgoing_handler, poll, streams, wasi_http_types as wire

from . import http
from .http import Headers, Invalid, Refused, Request, Response, TimedOut, TooLarge, Unreachable

_METHODS: dict[str, Callable[[], wire.Method]] = {
    "GET": wire.Method_Get,
    "HEAD": wire.Method_Head,
    "POST": wire.Method_Post,
    "PUT": wire.Method_Put,
    "DELETE": wire.Method_Delete,
    "CONNECT": wire.Method_Connect,
    "OPTIONS": wire.Method_Options,
    "TRACE": wire.Method_Trace,
    "PATCH": wire.Method_Patch,
}

_REFUSED = (wire.ErrorCode_HttpRequestDenied, wire.ErrorCode_DestinationIpProhibited)

_TIMED_OUT = (
    wire.ErrorCode_DnsTimeout,
    wire.ErrorCode_ConnectionTimeout,
    wire.ErrorCode_ConnectionReadTimeout,
    wire.ErrorCode_ConnectionWriteTimeout,
    wire.ErrorCode_HttpResponseTimeout,
)

_UNREACHABLE = (
    wire.ErrorCode_DnsError,
    wire.ErrorCode_DestinationNotFound,
    wire.ErrorCode_DestinationUnavailable,
    wire.ErrorCode_DestinationIpUnroutable,
    wire.ErrorCode_ConnectionRefused,
    wire.ErrorCode_ConnectionTerminated,
    wire.ErrorCode_ConnectionLimitReached,
    wire.ErrorCode_TlsProtocolError,
    wire.ErrorCode_TlsCertificateError,
    wire.ErrorCode_TlsAlertReceived,
    wire.ErrorCode_HttpResponseIncomplete,
    wire.ErrorCode_InternalError,
)

_TOO_LARGE = (
    wire.ErrorCode_HttpRequestBodySize,
    wire.ErrorCode_HttpRequestHeaderSectionSize,
    wire.ErrorCode_HttpRequestHeaderSize,
    wire.ErrorCode_HttpRequestUriTooLong,
    wire.ErrorCode_HttpResponseBodySize,
    wire.ErrorCode_HttpResponseHeaderSectionSize,
    wire.ErrorCode_HttpResponseHeaderSize,
)

_CHUNK = 64 * 1024
"""Bytes that are read at once."""

_WRITE = 4096
"""Bytes that `blocking-write-and-flush` takes at once."""


def install() -> None:
    """Sends the SDK's requests this way."""
    http.use(send)


def send(request: Request) -> Response:
    """Sends a request and waits for the whole answer."""
    nanoseconds = max(int(request.timeout * 1_000_000_000), 1)
    with monotonic_clock.subscribe_duration(nanoseconds) as late:
        try:
            with _begin(request, nanoseconds) as future:
                return _receive(request, future, late)
        except Err as error:
            raise _failure(request, error.value) from None


def _begin(request: Request, nanoseconds: int) -> wire.FutureIncomingResponse:
    pairs = [(name, value.encode()) for name, value in request.headers.pairs]
    if request.body and "content-length" not in request.headers:
        pairs.append(("content-length", str(len(request.body)).encode()))
    try:
        fields = wire.Fields.from_list(pairs)
    except Err as error:
        why = type(error.value).__name__.removeprefix("HeaderError_").lower()
        raise Invalid(f"cannot request `{request.url}`: one of its headers is {why}") from None
    outgoing = wire.OutgoingRequest(fields)
    method = _METHODS.get(request.method)
    try:
        outgoing.set_method(method() if method else wire.Method_Other(request.method))
        outgoing.set_scheme(wire.Scheme_Https() if request.scheme == "https" else wire.Scheme_Http())
        outgoing.set_authority(request.authority)
        outgoing.set_path_with_query(request.target)
    except Err:
        raise Invalid(f"cannot request `{request.url}`: it is not a URL that HTTP can carry") from None
    options = wire.RequestOptions()
    options.set_connect_timeout(nanoseconds)
    options.set_first_byte_timeout(nanoseconds)
    options.set_between_bytes_timeout(nanoseconds)
    body = outgoing.body()
    future = outgoing_handler.handle(outgoing, options)
    if request.body:
        with body.write() as stream:
            for start in range(0, len(request.body), _WRITE):
                stream.blocking_write_and_flush(request.body[start : start + _WRITE])
    wire.OutgoingBody.finish(body, None)
    return future


def _receive(request: Request, future: wire.FutureIncomingResponse, late: poll.Pollable) -> Response:
    with future.subscribe() as ready:
        _wait(request, ready, late)
    answer: Any = future.get()
    for _ in range(2):
        if answer is None or isinstance(answer, Err):
            raise _failure(request, None if answer is None else answer.value)
        answer = answer.value
    with answer as incoming:
        with incoming.headers() as fields:
            headers = Headers((name, value.decode("latin-1")) for name, value in fields.entries())
        status = incoming.status()
        body = incoming.consume()
        try:
            with body.stream() as stream:
                content = _read(request, stream, late)
        finally:
            body.__exit__(None, None, None)
    return Response(status, headers, content)


def _read(request: Request, stream: streams.InputStream, late: poll.Pollable) -> bytes:
    chunks = []
    with stream.subscribe() as ready:
        while True:
            _wait(request, ready, late)
            try:
                chunks.append(stream.read(_CHUNK))
            except Err as error:
                if isinstance(error.value, streams.StreamError_Closed):
                    return b"".join(chunks)
                raise


def _wait(request: Request, ready: poll.Pollable, late: poll.Pollable) -> None:
    if 0 not in poll.poll([ready, late]):
        raise TimedOut(f"`{request.authority}` did not answer within {request.timeout:g} seconds")


def _failure(request: Request, code: Any) -> http.HttpError:
    """The exception for what the host says."""
    where = f"{request.method} {request.scheme}://{request.authority}"
    if isinstance(code, streams.StreamError_LastOperationFailed):
        with code.value as io_error:
            why = wire.http_error_code(io_error)
            if why is None:
                return Unreachable(f"the connection for {where} broke: {io_error.to_debug_string()}")
        code = why
    word = _words(type(code).__name__.removeprefix("ErrorCode_").removeprefix("StreamError_"))
    detail = getattr(code, "value", None)
    if isinstance(detail, str) and detail:
        word = f"{word}: {detail}"
    if isinstance(code, _REFUSED):
        return Refused(f"{where} is not granted to this module ({word}); its log says why")
    if isinstance(code, _TIMED_OUT):
        return TimedOut(f"{where} was not answered in time ({word})")
    if isinstance(code, _UNREACHABLE):
        return Unreachable(f"{where} could not be reached ({word})")
    if isinstance(code, _TOO_LARGE):
        return TooLarge(f"{where}: the request or its answer is larger than it may be ({word})")
    return Invalid(f"{where} failed ({word})")


def _words(name: str) -> str:
    """``HttpRequestDenied`` as ``http-request-denied``."""
    return "".join(f"-{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("-")
