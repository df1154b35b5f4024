package main

import (
	"context"
	"fmt"
	"log/slog"
)

// noticeHandler shows what package object logs as notices: "program: message", and the hint on a line of its own.
type noticeHandler struct{ ui *ui }

// Enabled implements slog.Handler, as do the methods that follow.
func (h *noticeHandler) Enabled(_ context.Context, level slog.Level) bool {
	return level >= slog.LevelInfo
}

func (h *noticeHandler) Handle(_ context.Context, r slog.Record) error {
	text, hint := r.Message, ""
	r.Attrs(func(a slog.Attr) bool {
		switch a.Key {
		case "program":
			text = a.Value.String() + ": " + text
		case "hint":
			hint = a.Value.String()
		default:
			text += fmt.Sprintf(" (%s %v)", a.Key, a.Value)
		}
		return true
	})
	h.ui.notice("%s", text)
	if hint != "" {
		h.ui.hint(hint)
	}
	return nil
}

func (h *noticeHandler) WithAttrs([]slog.Attr) slog.Handler { return h }
func (h *noticeHandler) WithGroup(string) slog.Handler      { return h }
