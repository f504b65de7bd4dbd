package provider

import (
	"context"
	"log/slog"

	"github.com/hashicorp/terraform-plugin-log/tflog"
)

// newLogger returns a logger for package client, which does not depend on Terraform. It writes to Terraform's log
// through the context of each record.
func newLogger() *slog.Logger { return slog.New(logHandler{}) }

// logHandler is a slog handler on top of tflog, which decides whether debug records are written (TF_LOG,
// TF_LOG_PROVIDER). The client logs no others, and uses neither attributes of a logger nor groups.
type logHandler struct{}

func (logHandler) Enabled(context.Context, slog.Level) bool { return true }

func (logHandler) Handle(ctx context.Context, record slog.Record) error {
	fields := make(map[string]any, record.NumAttrs())
	record.Attrs(func(attribute slog.Attr) bool {
		fields[attribute.Key] = attribute.Value.Any()
		return true
	})
	tflog.Debug(ctx, record.Message, fields)
	return nil
}

func (h logHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h logHandler) WithGroup(string) slog.Handler      { return h }
