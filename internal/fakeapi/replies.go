package fakeapi

import (
	"bytes"
	"io"
	"net"
	"net/http"
	"strings"
)

// Reply is an answer, canned or made from the facts.
type Reply struct {
	Status int
	Header http.Header
	Body   string
	Hang   bool // no answer at all, until the client goes away
	Reset  bool // no answer, and the connection is closed

	// The rest needs a fake that listens.
	Raw     string // bytes to put on the connection instead of an HTTP answer; then it hangs, is reset, or closes
	Endless bool   // after Body, white space without end
}

// writeRaw takes the connection over.
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
		_, _ = io.Copy(io.Discard, connection) // until the client goes away
	case reply.Reset:
		if tcp, isTCP := connection.(*net.TCPConn); isTCP {
			_ = tcp.SetLinger(0)
		}
	}
}

func (r Reply) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("X-Request-Id", "req_fake")
	for name, values := range r.Header {
		w.Header()[name] = values
	}
	w.WriteHeader(r.Status)
	_, err := w.Write([]byte(r.Body)) // the fake does not care whether the reader is still there
	for r.Endless && err == nil {
		_, err = w.Write(bytes.Repeat([]byte(" "), 1<<20))
	}
}

func ok(body any) Reply { return Reply{Status: http.StatusOK, Body: mustMarshal(body)} }

// InvalidKey returns how the service refuses a key it does not know.
func InvalidKey() Reply { return httpException(http.StatusUnauthorized, "Invalid API Key.") }

// Unprocessable returns how a global handler of the service refuses a value, unlike its schema: the message is itself
// JSON.
func Unprocessable(location, message string) Reply {
	problems := mustMarshal([]map[string]any{{"type": "value_error", "loc": strings.Split(location, "."), "msg": message}})
	return Reply{Status: http.StatusUnprocessableEntity, Body: mustMarshal(map[string]any{
		"status_code": 10422, "message": problems, "data": nil,
	})}
}

// validationError is the published shape of a 422 (schema HTTPValidationError) about a query parameter.
func validationError(parameter, message string) Reply {
	return Reply{Status: http.StatusUnprocessableEntity, Body: mustMarshal(map[string]any{
		"detail": []any{map[string]any{"type": "value_error", "loc": []string{"query", parameter}, "msg": message}},
	})}
}

// badCursor is the 422 for a cursor that is no row of the list. Its text is from the vendor's test fixtures.
func badCursor(query listQuery) Reply {
	parameter := "after"
	if query.before != "" {
		parameter = "before"
	}
	return validationError(parameter, "Cursor does not match a resource in this organization and environment.")
}

// notFound is the documented shape of a 404.
func notFound(detail string) Reply {
	return Reply{Status: http.StatusNotFound, Body: mustMarshal(map[string]string{"detail": detail})}
}

// methodNotAllowed is a 405 as the service was seen to answer: plain text.
func methodNotAllowed() Reply {
	return Reply{
		Status: http.StatusMethodNotAllowed, Body: "405 method not allowed",
		Header: http.Header{"Content-Type": {"text/plain; charset=utf-8"}, "Allow": {http.MethodGet}},
	}
}

// httpException is the shape that the vendor's tests show for the real service: the text is nested three levels deep.
func httpException(status int, text string) Reply {
	return Reply{Status: status, Body: mustMarshal(map[string]any{"detail": map[string]any{
		"code": "HTTP_EXCEPTION", "message": "An HTTP exception occurred.", "details": map[string]string{"error": text},
	}})}
}
