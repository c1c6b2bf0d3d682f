package mock

import (
	"net/http"
	"net/http/httptest"
	"testing"
)

// HTTP lets a function answer whatever the package net/http asks for through its default transport, until the test ends.
//
//	mock.HTTP(t, func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, `{"verdict": "phishing"}`) })
func HTTP(t testing.TB, answer http.HandlerFunc) {
	before := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = before })
	http.DefaultTransport = transport(answer)
}

type transport http.HandlerFunc

func (t transport) RoundTrip(request *http.Request) (*http.Response, error) {
	recorder := httptest.NewRecorder()
	t(recorder, request)
	response := recorder.Result()
	response.Request = request
	return response, nil
}
