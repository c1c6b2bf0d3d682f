package wasihttp

import (
	"io"
	"net/http"
	"strconv"
	"strings"
	"time"

	"sclera"
	"sclera/internal/bindings/wasi_http_outgoing_handler"
	wasi "sclera/internal/bindings/wasi_http_types"
	streams "sclera/internal/bindings/wasi_io_streams"
	"sclera/internal/wit/runtime"
	wit "sclera/internal/wit/types"
)

func init() {
	http.DefaultTransport = transport{}
}

// Bytes that an output stream takes at once.
const piece = 4096

type transport struct{}

// RoundTrip sends one request.
func (transport) RoundTrip(request *http.Request) (*http.Response, error) {
	if request.Body != nil {
		defer request.Body.Close()
	}
	outgoing, err := outgoing(request)
	if err != nil {
		return nil, err
	}
	// There is a body to be had once, so this cannot fail.
	body := outgoing.Body().Ok()
	handled := wasi_http_outgoing_handler.Handle(outgoing, options(request))
	if handled.IsErr() {
		body.Drop()
		return nil, failure(handled.Err())
	}
	future := handled.Ok()
	defer future.Drop()
	if err := send(request.Body, body); err != nil {
		return nil, err
	}
	ready := future.Subscribe()
	ready.Block()
	ready.Drop()
	result := future.Get().Some().Ok()
	if result.IsErr() {
		return nil, failure(result.Err())
	}
	return incoming(request, result.Ok()), nil
}

func outgoing(request *http.Request) (*wasi.OutgoingRequest, error) {
	var entries []wit.Tuple2[string, []uint8]
	for name, values := range request.Header {
		for _, value := range values {
			entries = append(entries, wit.Tuple2[string, []uint8]{F0: strings.ToLower(name), F1: []uint8(value)})
		}
	}
	if request.ContentLength > 0 {
		length := strconv.FormatInt(request.ContentLength, 10)
		entries = append(entries, wit.Tuple2[string, []uint8]{F0: "content-length", F1: []uint8(length)})
	}
	fields := wasi.FieldsFromList(entries)
	if fields.IsErr() {
		return nil, sclera.Errorf(CodeInvalid, "a header of the request to %s cannot be sent", request.URL.Host)
	}
	outgoing := wasi.MakeOutgoingRequest(fields.Ok())
	authority := request.Host
	if authority == "" {
		authority = request.URL.Host
	}
	scheme := wasi.MakeSchemeHttps()
	switch request.URL.Scheme {
	case "https":
	case "http":
		scheme = wasi.MakeSchemeHttp()
	default:
		scheme = wasi.MakeSchemeOther(request.URL.Scheme)
	}
	for _, set := range []wit.Result[wit.Unit, wit.Unit]{
		outgoing.SetMethod(method(request.Method)),
		outgoing.SetScheme(wit.Some(scheme)),
		outgoing.SetAuthority(wit.Some(authority)),
		outgoing.SetPathWithQuery(wit.Some(request.URL.RequestURI())),
	} {
		if set.IsErr() {
			outgoing.Drop()
			return nil, sclera.Errorf(CodeInvalid, "there cannot be a request %s %s", request.Method, request.URL)
		}
	}
	return outgoing, nil
}

func method(name string) wasi.Method {
	switch name {
	case "", http.MethodGet:
		return wasi.MakeMethodGet()
	case http.MethodHead:
		return wasi.MakeMethodHead()
	case http.MethodPost:
		return wasi.MakeMethodPost()
	case http.MethodPut:
		return wasi.MakeMethodPut()
	case http.MethodDelete:
		return wasi.MakeMethodDelete()
	case http.MethodConnect:
		return wasi.MakeMethodConnect()
	case http.MethodOptions:
		return wasi.MakeMethodOptions()
	case http.MethodTrace:
		return wasi.MakeMethodTrace()
	case http.MethodPatch:
		return wasi.MakeMethodPatch()
	}
	return wasi.MakeMethodOther(name)
}

// options carries a deadline, http.Client's or that of the request's context, to the host: while it waits, nothing in the
// module runs that could stop it.
func options(request *http.Request) wit.Option[*wasi.RequestOptions] {
	deadline, ok := request.Context().Deadline()
	if !ok {
		return wit.None[*wasi.RequestOptions]()
	}
	left := wit.Some(uint64(max(time.Until(deadline), time.Millisecond)))
	options := wasi.MakeRequestOptions()
	// A host that knows no such limit has its own.
	options.SetConnectTimeout(left)
	options.SetFirstByteTimeout(left)
	options.SetBetweenBytesTimeout(left)
	return wit.Some(options)
}

func send(from io.Reader, to *wasi.OutgoingBody) error {
	if from != nil && from != http.NoBody {
		stream := to.Write().Ok()
		buffer := make([]byte, piece)
		for {
			length, err := from.Read(buffer)
			if length > 0 {
				// A host that does not want the rest says why in its response.
				if stream.BlockingWriteAndFlush(buffer[:length]).IsErr() {
					break
				}
			}
			if err == io.EOF {
				break
			}
			if err != nil {
				stream.Drop()
				to.Drop()
				return err
			}
		}
		stream.Drop()
	}
	wasi.OutgoingBodyFinish(to, wit.None[*wasi.Fields]())
	return nil
}

func incoming(request *http.Request, response *wasi.IncomingResponse) *http.Response {
	header := http.Header{}
	fields := response.Headers()
	for _, entry := range fields.Entries() {
		header.Add(entry.F0, string(entry.F1))
	}
	fields.Drop()
	length := int64(-1)
	if text := header.Get("Content-Length"); text != "" {
		if known, err := strconv.ParseInt(text, 10, 64); err == nil {
			length = known
		}
	}
	status := int(response.Status())
	incoming := response.Consume().Ok()
	return &http.Response{
		Status:        strconv.Itoa(status) + " " + http.StatusText(status),
		StatusCode:    status,
		Proto:         "HTTP/1.1",
		ProtoMajor:    1,
		ProtoMinor:    1,
		Header:        header,
		Body:          &body{response, incoming, incoming.Stream().Ok()},
		ContentLength: length,
		Request:       request,
	}
}

// body reads a response's body.
type body struct {
	response *wasi.IncomingResponse
	incoming *wasi.IncomingBody
	stream   *streams.InputStream
}

func (b *body) Read(buffer []byte) (int, error) {
	if b.stream == nil {
		return 0, http.ErrBodyReadAfterClose
	}
	if len(buffer) == 0 {
		return 0, nil
	}
	read := b.stream.BlockingRead(uint64(len(buffer)))
	if read.IsErr() {
		err := read.Err()
		if err.Tag() == streams.StreamErrorClosed {
			return 0, io.EOF
		}
		cause := wasi.HttpErrorCode(err.LastOperationFailed())
		if cause.IsSome() {
			return 0, failure(cause.Some())
		}
		return 0, sclera.Errorf(CodeUnreachable, "the response ended before its end").Retry()
	}
	length := copy(buffer, read.Ok())
	// What the host has put into memory so far is not needed any more where it is: strings of it are held by who has them.
	runtime.Unpin()
	return length, nil
}

func (b *body) Close() error {
	if b.stream != nil {
		b.stream.Drop()
		b.incoming.Drop()
		b.response.Drop()
		b.stream = nil
	}
	return nil
}
