package fakeapi

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
)

// Reply is an answer of the fake, scripted or rendered from its records.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Hang   bool // no answer until the client closes the connection
	Reset  bool // no answer, and the connection is closed

	// These fields need a fake that listens.
	Raw     string // bytes to write to the connection instead of an HTTP answer. Then the fake hangs, resets or closes it
	Endless bool   // whether endless white space follows Body
}

// writeRaw takes over the connection and writes the bytes of the reply.
func (s *Server) writeRaw(w http.ResponseWriter, reply Reply) {
	connection, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic("fakeapi: " + err.Error())
	}
	defer func() { _ = connection.Close() }()
	_, _ = connection.Write([]byte(reply.Raw))
	switch {
	case reply.Hang:
		s.hanging <- struct{}{}
		_, _ = io.Copy(io.Discard, connection) // until the client closes it
	case reply.Reset:
		if tcp, isTCP := connection.(*net.TCPConn); isTCP {
			_ = tcp.SetLinger(0)
		}
	}
}

// write writes the reply as an HTTP answer.
func (r Reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", "req_fake")
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.Status)
	_, err := w.Write([]byte(r.Body)) // it does not matter whether the client still reads
	for r.Endless && err == nil {
		_, err = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
}

// ok returns the answer with a body.
func ok(body any) Reply { return Reply{Status: http.StatusOK, Body: mustMarshal(body)} }

// InvalidKey returns the answer for an unknown key.
func InvalidKey() Reply { return httpException(http.StatusUnauthorized, "Invalid API Key.") }

// Unprocessable returns a 422 of the service's global handler. It differs from the published schema: its message is a string
// of JSON.
func Unprocessable(location, message string) Reply {
	problems := mustMarshal([]map[string]any{{"type": "value_error", "loc": strings.Split(location, "."), "msg": message}})
	return Reply{Status: http.StatusUnprocessableEntity, Body: mustMarshal(map[string]any{
		"status_code": 10422, "message": problems, "data": nil,
	})}
}

// validationError returns a 422 about a query parameter, in the published form (schema HTTPValidationError).
func validationError(parameter, message string) Reply {
	return Reply{Status: http.StatusUnprocessableEntity, Body: mustMarshal(map[string]any{
		"detail": []any{map[string]any{"type": "value_error", "loc": []string{"query", parameter}, "msg": message}},
	})}
}

// badCursor returns the 422 for a cursor that is not in the list. Its text is from the vendor's test fixtures.
func badCursor(query listQuery) Reply {
	parameter := "after"
	if query.before != "" {
		parameter = "before"
	}
	return validationError(parameter, "Cursor does not match a resource in this organization and environment.")
}

// notFound returns a 404 in the documented form.
func notFound(detail string) Reply {
	return Reply{Status: http.StatusNotFound, Body: mustMarshal(map[string]string{"detail": detail})}
}

// methodNotAllowed returns a 405. The real service answers in plain text.
func methodNotAllowed() Reply {
	return Reply{
		Status: http.StatusMethodNotAllowed, Body: "405 method not allowed",
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Allow": {http.MethodGet}},
	}
}

// httpException returns an error in the form that the vendor's tests have: the text is nested three levels deep.
func httpException(status int, text string) Reply {
	return Reply{Status: status, Body: mustMarshal(map[string]any{"detail": map[string]any{
		"code": "HTTP_EXCEPTION", "message": "An HTTP exception occurred.", "details": map[string]string{"error": text},
	}})}
}
