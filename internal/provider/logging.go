package provider

import (
	"context"
	"log/slog"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// newLogger returns a logger for package client, which does not depend on Terraform. It writes to Terraform's log
// through the context of each record.
func newLogger() *slog.Logger { return slog.New(logHandler{}) }

// logHandler is a slog handler on top of tflog, which decides which levels are written (TF_LOG, TF_LOG_PROVIDER).
type logHandler struct{ attributes []slog.Attr }

func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (h logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs()+len(h.attributes))
	for _, attribute := range h.attributes {
		fields[attribute.Key] = attribute.Value.Any()
	}
	record.Attrs(func(attribute slog.Attr) bool {
		fields[attribute.Key] = attribute.Value.Any()
		return true
	})
	switch {
	case record.Level >= slog.LevelError:
		tflog.Error(ctx, record.Message, fields)
	case record.Level >= slog.LevelWarn:
		tflog.Warn(ctx, record.Message, fields)
	case record.Level >= slog.LevelInfo:
		tflog.Info(ctx, record.Message, fields)
	default:
		tflog.Debug(ctx, record.Message, fields)
	}
	return nil
}

func (h logHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return logHandler{attributes: append(h.attributes[:len(h.attributes):len(h.attributes)], attributes...)}
}

// WithGroup ignores the group, because the fields of tflog are flat and the client uses no groups.
func (h logHandler) WithGroup(string) slog.Handler { return h }
