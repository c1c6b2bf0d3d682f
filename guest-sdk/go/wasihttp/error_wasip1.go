package wasihttp

import (
	"sclera"
	wasi "sclera/internal/bindings/wasi_http_types"
)

// failure is why there is no response.
func failure(code wasi.ErrorCode) *sclera.Error {
	switch code.Tag() {
	case wasi.ErrorCodeHttpRequestDenied, wasi.ErrorCodeDestinationIpProhibited:
		return sclera.Errorf(CodeRefused,
			"it is not granted to this module; the delivery's log says why, and `sclera module review` grants it")
	case wasi.ErrorCodeDnsTimeout, wasi.ErrorCodeConnectionTimeout, wasi.ErrorCodeConnectionReadTimeout,
		wasi.ErrorCodeConnectionWriteTimeout, wasi.ErrorCodeHttpResponseTimeout:
		return sclera.Errorf(CodeTimeout, "there is no answer in time").Retry()
	case wasi.ErrorCodeHttpRequestUriInvalid, wasi.ErrorCodeHttpRequestUriTooLong, wasi.ErrorCodeHttpRequestMethodInvalid,
		wasi.ErrorCodeHttpRequestHeaderSectionSize, wasi.ErrorCodeHttpRequestHeaderSize:
		return sclera.Errorf(CodeInvalid, "it cannot be sent as it is: its URL, its method or a header")
	case wasi.ErrorCodeHttpRequestBodySize, wasi.ErrorCodeHttpResponseBodySize,
		wasi.ErrorCodeHttpResponseHeaderSectionSize, wasi.ErrorCodeHttpResponseHeaderSize:
		return sclera.Errorf(CodeTooLarge, "it or its answer is too large")
	case wasi.ErrorCodeConnectionRefused:
		return sclera.Errorf(CodeUnreachable, "the server refuses the connection").Retry()
	case wasi.ErrorCodeDnsError, wasi.ErrorCodeDestinationNotFound:
		return sclera.Errorf(CodeUnreachable, "the server's name has no address").Retry()
	case wasi.ErrorCodeTlsProtocolError, wasi.ErrorCodeTlsCertificateError, wasi.ErrorCodeTlsAlertReceived:
		return sclera.Errorf(CodeUnreachable, "there is no secure connection to the server: TLS fails").Retry()
	case wasi.ErrorCodeInternalError:
		if why := code.InternalError(); why.IsSome() {
			return sclera.Errorf(CodeUnreachable, "the connection failed: %s", why.Some()).Retry()
		}
	}
	return sclera.Errorf(CodeUnreachable, "the connection failed").Retry()
}
