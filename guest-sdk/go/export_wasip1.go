package sclera

import (
	"context"
	"log/slog"
	"os"
	"slices"

	"sclera/internal/bindings/sclera_hooks_registry"
	wire "sclera/internal/bindings/sclera_hooks_types"
	"sclera/internal/bindings/wasi_config_store"
	"sclera/internal/bindings/wasi_logging_logging"
	_ "sclera/internal/bindings/wit_exports"
	"sclera/internal/exports/export_sclera_hooks_module"
	wit "sclera/internal/wit/types"
)

func init() {
	// Also what the package log writes.
	slog.SetDefault(slog.New(NewLogHandler(sendToHost)))
	// Until the module does: a host asks for the description first.
	export_sclera_hooks_module.Describe = func() wire.Description {
		slog.Log(context.Background(), LevelCritical, "no module was exported; write `func init() { sclera.Export(&module) }`")
		os.Exit(1)
		return wire.Description{}
	}
}

// Export makes a component of a module. Call it once, in an init function of package main:
//
//	func init() { sclera.Export(&module) }
//	func main() {}
func Export(module Runnable) {
	logContext = module.Describe().Name
	export_sclera_hooks_module.Describe = func() wire.Description {
		return describe(module.Describe())
	}
	export_sclera_hooks_module.RegisterHooks = func(moduleID uint32) wit.Result[wit.Unit, wire.Error] {
		if err := module.RegisterWith(realHost{}, moduleID); err != nil {
			return wit.Err[wit.Unit](toWire(err))
		}
		return wit.Ok[wit.Unit, wire.Error](wit.Unit{})
	}
	export_sclera_hooks_module.HooksHandler = func(event wire.Event) wit.Result[wire.Answer, wire.Error] {
		answer, err := handle(module, event)
		if err != nil {
			return wit.Err[wire.Answer](toWire(err))
		}
		return wit.Ok[wire.Answer, wire.Error](answer)
	}
}

// logContext is the part of the module that speaks: all of it.
var logContext string

func sendToHost(line LogLine) {
	level := wasi_logging_logging.LevelCritical
	switch {
	case line.Level < slog.LevelDebug:
		level = wasi_logging_logging.LevelTrace
	case line.Level < slog.LevelInfo:
		level = wasi_logging_logging.LevelDebug
	case line.Level < slog.LevelWarn:
		level = wasi_logging_logging.LevelInfo
	case line.Level < slog.LevelError:
		level = wasi_logging_logging.LevelWarn
	case line.Level < LevelCritical:
		level = wasi_logging_logging.LevelError
	}
	wasi_logging_logging.Log(level, logContext, validText(line.Message))
}

type realHost struct{}

func (realHost) Config() (map[string]string, error) {
	result := wasi_config_store.GetAll()
	if result.IsErr() {
		failure := result.Err()
		if failure.Tag() == wasi_config_store.ErrorIo {
			return nil, Errorf("configuration-unavailable", "%s", failure.Io()).Retry()
		}
		return nil, Errorf("configuration-unavailable", "%s", failure.Upstream()).Retry()
	}
	texts := map[string]string{}
	for _, entry := range result.Ok() {
		texts[entry.F0] = entry.F1
	}
	return texts, nil
}

func (realHost) Subscribe(moduleID uint32, subscription Subscription) error {
	registration := sclera_hooks_registry.MakeRegistration(moduleID, subscription.Hook)
	defer registration.Drop()
	if subscription.MenuName != "" {
		registration.SetMenuName(subscription.MenuName)
	}
	registration.SetAsynchronous(subscription.Asynchronous)
	registration.SetPriority(subscription.Priority)
	if subscription.MatchRule != "" {
		registration.SetMatchRule(subscription.MatchRule)
	}
	faults := make([]Fault, 0, len(subscription.FailurePolicies))
	for fault := range subscription.FailurePolicies {
		faults = append(faults, fault)
	}
	// What a module does must not depend on the order of a map.
	slices.Sort(faults)
	for _, fault := range faults {
		registration.SetFailurePolicy(string(fault), string(subscription.FailurePolicies[fault]))
	}
	return fromHost(registration.Submit())
}

func (realHost) Deregister(moduleID uint32, hook string) error {
	return fromHost(sclera_hooks_registry.DeregisterFromHook(moduleID, hook))
}

func fromHost(result wit.Result[wit.Unit, wire.Error]) error {
	if result.IsOk() {
		return nil
	}
	failure := result.Err()
	return &Error{Code: failure.Code, Message: failure.Message, Retryable: failure.Retryable}
}

func describe(description Description) wire.Description {
	capabilities := make([]wire.Capability, len(description.Capabilities))
	for index, capability := range description.Capabilities {
		capabilities[index] = wire.Capability{
			Name:       capability.Name,
			Parameters: capability.ParametersJSON(),
			Reason:     capability.Reason,
		}
	}
	return wire.Description{
		Name:         description.Name,
		Version:      description.Version,
		Description:  description.Description,
		ConfigSchema: option(description.ConfigSchema),
		Capabilities: capabilities,
	}
}

func handle(module Runnable, event wire.Event) (wire.Answer, *Error) {
	metadata, err := ParseMetadata(event.Metadata)
	if err != nil {
		return wire.Answer{}, asError(err)
	}
	answer, failed := module.HandleWith(realHost{}, &Event{
		DeliveryID:    event.DeliveryId,
		Attempt:       event.Attempt,
		Hook:          event.Hook,
		Kind:          HookKind(event.Kind),
		MenuName:      event.MenuName.SomeOr(""),
		TriggeredAtMS: event.TriggeredAtMs,
		TriggeredBy:   event.TriggeredBy.SomeOr(""),
		Metadata:      metadata,
		SchemaID:      event.SchemaId,
		Payload:       event.Payload,
	})
	if failed != nil {
		return wire.Answer{}, failed
	}
	outcome := wire.MakeOutcomeUnchanged()
	switch {
	case answer.Rejection != nil:
		outcome = wire.MakeOutcomeReject(wire.Rejection{
			Reason:  validText(answer.Rejection.Reason),
			Pointer: option(answer.Rejection.Pointer),
		})
	case answer.IsReplacement():
		text, err := answer.ReplacementJSON()
		if err != nil {
			return wire.Answer{}, Errorf(CodeModuleError, "the replacement is not JSON: %v", err)
		}
		outcome = wire.MakeOutcomeReplace(text)
	}
	actions := make([]wire.Action, len(answer.Actions))
	for index, action := range answer.Actions {
		actions[index] = wire.Action{
			Operation: uint8(action.Operation),
			Object:    action.Object,
			Target:    option(action.Target),
			Change:    action.Change(),
		}
	}
	return wire.Answer{Outcome: outcome, Actions: actions, Message: option(answer.Message)}, nil
}

func toWire(err *Error) wire.Error {
	return wire.Error{Code: err.Code, Message: validText(err.Message), Retryable: err.Retryable}
}

// option is a text that is none if it is empty.
func option(text string) wit.Option[string] {
	if text == "" {
		return wit.None[string]()
	}
	return wit.Some(validText(text))
}
