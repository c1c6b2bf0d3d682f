// Package wasihttp makes net/http work in a module: import it for its effect, and use http.Get and http.Client as always.
//
//	import _ "sclera/wasihttp"
//
// It makes http.DefaultTransport one that sends requests through the host, to the origins that the operator granted; a
// module asks for them with sclera.HTTP in its description. A request that the host refuses, or that fails, gives an
// *sclera.Error behind the *url.Error of net/http: its code is that of wasi:http, such as http-request-denied or
// connection-timeout. The host never follows a redirect; http.Client does, and each request is checked anew.
//
// It is a package of its own because net/http is large: a module of 5 MB becomes one of 13 MB, and each delivery costs
// three times the fuel. Natively it does nothing: mock.HTTP answers in unit tests.
package wasihttp
