package wasihttp

import (
	"strings"

	"sclera"
	wasi "sclera/internal/bindings/wasi_http_types"
)

// names are the cases of wasi:http's error-code, in their order.
var names = [...]string{
	"dns-timeout", "dns-error", "destination-not-found", "destination-unavailable", "destination-ip-prohibited",
	"destination-ip-unroutable", "connection-refused", "connection-terminated", "connection-timeout",
	"connection-read-timeout", "connection-write-timeout", "connection-limit-reached", "tls-protocol-error",
	"tls-certificate-error", "tls-alert-received", "http-request-denied", "http-request-length-required",
	"http-request-body-size", "http-request-method-invalid", "http-request-uri-invalid", "http-request-uri-too-long",
	"http-request-header-section-size", "http-request-header-size", "http-request-trailer-section-size",
	"http-request-trailer-size", "http-response-incomplete", "http-response-header-section-size",
	"http-response-header-size", "http-response-body-size", "http-response-trailer-section-size",
	"http-response-trailer-size", "http-response-transfer-coding", "http-response-content-coding",
	"http-response-timeout", "http-upgrade-failed", "http-protocol-error", "loop-detected", "configuration-error",
	"internal-error",
}

// failure is why there is no response. Whatever has to do with the network may be better later.
func failure(code wasi.ErrorCode) *sclera.Error {
	name := "internal-error"
	if tag := int(code.Tag()); tag < len(names) {
		name = names[tag]
	}
	err := sclera.Errorf(name, "%s", strings.ReplaceAll(name, "-", " "))
	switch code.Tag() {
	case wasi.ErrorCodeHttpRequestDenied:
		err.Message = "the host does not let this module send this request; the operator grants origins and methods"
	case wasi.ErrorCodeInternalError:
		err.Message += ": " + code.InternalError().SomeOr("it does not say why")
	}
	err.Retryable = strings.HasSuffix(name, "-timeout") || strings.HasPrefix(name, "connection-") ||
		strings.HasPrefix(name, "dns-") || name == "destination-unavailable" || name == "http-response-incomplete"
	return err
}
