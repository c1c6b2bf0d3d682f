// Package wasihttp makes net/http work in a module: import it for its effect, and use http.Get and http.Client as always.
//
//	import _ "sclera/wasihttp"
//
// It makes http.DefaultTransport one that sends requests through the host, to the origins that the operator granted; a
// module asks for them with sclera.HTTP in its description. A request that fails gives an *sclera.Error behind the *url.Error
// of net/http, with one of the codes below; return it, and the host knows why the delivery failed. The host never follows a
// redirect; http.Client does, and each request is checked anew.
//
// It is a package of its own because net/http is large: a module of 5 MB becomes one of 13 MB, and each delivery costs
// three times the fuel. Natively it does nothing: mock.HTTP answers in unit tests.
package wasihttp

const (
	// CodeRefused says that the operator does not grant it: the origin, the method, the address behind the name, or any
	// network at this TLP.
	CodeRefused = "http-refused"
	// CodeTimeout says that the server did not answer in time. Retryable.
	CodeTimeout = "http-timeout"
	// CodeUnreachable says that there is no connection to the server: its name has no address, it does not accept one, TLS
	// fails, or it ends in between. Retryable.
	CodeUnreachable = "http-unreachable"
	// CodeInvalid says that the request cannot be sent as it is: its URL, its method or a header.
	CodeInvalid = "http-invalid"
	// CodeTooLarge says that the answer, or the request, is larger than it may be.
	CodeTooLarge = "http-too-large"
)
