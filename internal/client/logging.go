package client

import (
	"log/slog"
	"net/http"
	"time"
)

// requestIDHeader is the vendor's name for the id of one request (seen on live answers).
const requestIDHeader = "X-Request-Id"

// logAttempt writes what one attempt asked and how it ended. Headers and bodies never enter the log: they hold the
// key and a customer's documents.
func (c *Client) logAttempt(request *http.Request, answer *http.Response, took time.Duration, err error) {
	attributes := []slog.Attr{
		slog.String("method", request.Method),
		slog.String("path", c.presentable(request.URL.EscapedPath())),
		slog.Int64("duration_ms", took.Milliseconds()),
	}
	if t := traceOf(request.Context()); t != nil {
		attributes = append(attributes, slog.Int("attempt", int(t.attempts.Load())))
	}
	if answer != nil {
		attributes = append(attributes,
			slog.Int("status", answer.StatusCode),
			slog.String("request_id", c.presentable(answer.Header.Get(requestIDHeader))))
	}
	if err != nil {
		attributes = append(attributes, slog.String("error", c.presentable(err.Error())))
	}
	c.logger.LogAttrs(request.Context(), slog.LevelDebug, "Retab API request", attributes...)
}
