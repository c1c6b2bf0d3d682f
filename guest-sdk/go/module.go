package sclera

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"strings"
)

// Module is a module: what it is, which hooks it listens to, and what it does about an event.
//
// Each call gets a fresh instance of the module, so nothing that is kept in memory is there at the next call: a module is
// a function of its event, its configuration and what the host answers.
//
// C is the type of its configuration: a struct with json tags, or struct{} if it has none. A field of a string type takes
// the operator's text as it is; every other field takes the value as JSON. Keys that the type does not have are ignored.
type Module[C any] struct {
	// Description says what the module is.
	Description Description
	// Defaults is the configuration when an operator says nothing.
	Defaults C
	// Register asks for the hooks that the module listens to.
	//
	// An error means that the module does not work, for example because of its configuration: nothing it asked for takes
	// effect, and the operator reads the message.
	Register func(hooks *Hooks, config C) error
	// Handle handles one event. The zero [Answer] says that the payload is fine as it is.
	//
	// An error is a failed delivery: the payload stays as it was, and the subscription's failure policy says what comes
	// next. A [Rejection] that is returned as the error rejects the request. A panic is a failed delivery with the code
	// uncaught, and its stack is in the log.
	Handle func(event *Event, config C) (Answer, error)
}

// Host is what a module reaches: the real one in a component, mock.Host in a test.
type Host interface {
	// Config is the module's configuration: texts by key.
	Config() (map[string]string, error)
	// Subscribe asks for a subscription.
	Subscribe(moduleID uint32, subscription Subscription) error
	// Deregister withdraws the module from a hook.
	Deregister(moduleID uint32, hook string) error
}

// Runnable is a [Module], whatever its configuration.
type Runnable interface {
	Describe() Description
	RegisterWith(host Host, moduleID uint32) *Error
	HandleWith(host Host, event *Event) (Answer, *Error)
}

// Describe gives the description.
func (m *Module[C]) Describe() Description {
	return m.Description
}

// RegisterWith lets the module register with a host.
func (m *Module[C]) RegisterWith(host Host, moduleID uint32) (failed *Error) {
	defer caught(&failed)
	config, err := loadConfig(m.Defaults, host.Config)
	if err != nil {
		return err
	}
	if m.Register == nil {
		return nil
	}
	if err := m.Register(&Hooks{host: host, moduleID: moduleID}, config); err != nil {
		return asError(err)
	}
	return nil
}

// HandleWith lets the module handle an event.
func (m *Module[C]) HandleWith(host Host, event *Event) (answer Answer, failed *Error) {
	defer caught(&failed)
	config, failed := loadConfig(m.Defaults, host.Config)
	if failed != nil || m.Handle == nil {
		return Answer{}, failed
	}
	answer, err := m.Handle(event, config)
	var rejection *Rejection
	if errors.As(err, &rejection) {
		return RejectWith(rejection), nil
	}
	if err != nil {
		return Answer{}, asError(err)
	}
	return answer, nil
}

// caught turns a panic into an error, and tells in the log where it was.
func caught(failed **Error) {
	cause := recover()
	if cause == nil {
		return
	}
	*failed = Errorf(CodeUncaught, "the module panicked: %v", cause)
	ctx := context.Background()
	slog.Log(ctx, LevelCritical, fmt.Sprintf("panic: %v", cause))
	callers := make([]uintptr, 64)
	frames := runtime.CallersFrames(callers[:runtime.Callers(2, callers)])
	for more := true; more; {
		var frame runtime.Frame
		frame, more = frames.Next()
		if strings.HasPrefix(frame.Function, "sclera.(*Module") {
			return
		}
		if !strings.HasPrefix(frame.Function, "runtime.") {
			slog.Log(ctx, slog.LevelError, fmt.Sprintf("  at %s (%s:%d)", frame.Function, frame.File, frame.Line))
		}
	}
}
