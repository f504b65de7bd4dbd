package client

import (
	"log/slog"
	"net/http"
	"time"
)

type logger = *slog.Logger

// requestIDHeader is the vendor's name for the id of one request (seen on live answers).
const requestIDHeader = "X-Request-Id"

// logAttempt writes what one attempt asked and how it ended. Headers and bodies never enter the log: they hold the
// key and a customer's documents.
func logAttempt(logger logger, request *http.Request, answer *http.Response, attempt int, took time.Duration, err error) {
	attributes := []slog.Attr{
		slog.String("method", request.Method),
		slog.String("path", request.URL.EscapedPath()),
		slog.Int("attempt", attempt),
		slog.Int64("duration_ms", took.Milliseconds()),
	}
	if answer != nil {
		attributes = append(attributes,
			slog.Int("status", answer.StatusCode),
			slog.String("request_id", plainText(answer.Header.Get(requestIDHeader))))
	}
	if err != nil {
		attributes = append(attributes, slog.String("error", plainText(err.Error())))
	}
	logger.LogAttrs(request.Context(), slog.LevelDebug, "Retab API request", attributes...)
}
