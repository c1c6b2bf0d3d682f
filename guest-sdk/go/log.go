package sclera

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
)

// The levels of the contract that log/slog does not have.
const (
	// LevelTrace is below slog.LevelDebug.
	LevelTrace = slog.LevelDebug - 4
	// LevelCritical is above slog.LevelError.
	LevelCritical = slog.LevelError + 4
)

// LogLine is one line, for the host.
type LogLine struct {
	// Level is how important it is.
	Level slog.Level
	// Message is the text, with the attributes behind it as slog.TextHandler writes them.
	Message string
}

// LogHandler sends what is logged by log/slog, and so by the package log, on as lines. In a component it is installed, and
// sends them to the host; no level is held back, because which lines to keep is the host's choice.
type LogHandler struct {
	send       func(LogLine)
	buffer     *bytes.Buffer
	attributes slog.Handler
}

// NewLogHandler makes a handler.
func NewLogHandler(send func(LogLine)) *LogHandler {
	buffer := &bytes.Buffer{}
	return &LogHandler{send, buffer, slog.NewTextHandler(buffer, &slog.HandlerOptions{
		Level: slog.Level(-1 << 20),
		ReplaceAttr: func(groups []string, attribute slog.Attr) slog.Attr {
			if len(groups) == 0 {
				switch attribute.Key {
				case slog.TimeKey, slog.LevelKey, slog.MessageKey:
					return slog.Attr{}
				}
			}
			return attribute
		},
	})}
}

// Enabled is always true.
func (h *LogHandler) Enabled(context.Context, slog.Level) bool {
	return true
}

// Handle sends a record.
func (h *LogHandler) Handle(ctx context.Context, record slog.Record) error {
	h.buffer.Reset()
	err := h.attributes.Handle(ctx, record)
	message := record.Message
	if attributes := strings.TrimSpace(h.buffer.String()); attributes != "" {
		message += " " + attributes
	}
	h.send(LogLine{record.Level, message})
	return err
}

// WithAttrs is for slog.Logger.With.
func (h *LogHandler) WithAttrs(attributes []slog.Attr) slog.Handler {
	return &LogHandler{h.send, h.buffer, h.attributes.WithAttrs(attributes)}
}

// WithGroup is for slog.Logger.WithGroup.
func (h *LogHandler) WithGroup(name string) slog.Handler {
	return &LogHandler{h.send, h.buffer, h.attributes.WithGroup(name)}
}

// validText is a text that the contract can carry: UTF-8.
func validText(text string) string {
	return strings.ToValidUTF8(text, "\uFFFD")
}
