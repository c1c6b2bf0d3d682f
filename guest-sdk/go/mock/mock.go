// Package mock is a host for a module's unit tests, which run natively with go test.
//
// It answers like the real one where a module could notice: configuration as texts, subscriptions that take effect
// together, outcomes that a hook does not allow. It has no sandbox.
package mock

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"sclera"
	"sclera/hook"
)

// The id that the mock host gives to the module.
const moduleID = 7

// Host is a host with the 58 hooks of the IRIS hooks documentation and without configuration. It is ready to be used.
//
//	host := mock.Host{Config: map[string]any{"tag": "seen"}}
//	answer, err := host.Handle(&module, mock.Event{Hook: hook.PreloadIOCCreate, Payload: `[{"ioc_value": "evil.example"}]`})
type Host struct {
	// Config is the configuration, as an operator's file has it: a string is passed on as it is, everything else as JSON.
	Config map[string]any
	// Hooks are hooks that a server declares itself, beside the 58.
	Hooks []string
	// Logs is what the module has logged so far. What the module of a test logs while another test runs in parallel can
	// land there: log/slog has one default logger.
	Logs []sclera.LogLine
}

// Event is a hook that happens.
type Event struct {
	// Hook is its name.
	Hook string
	// Payload is the objects: JSON text or whatever encoding/json makes a JSON array of; an object if it is one only.
	Payload any
	// MenuName is, for a manual hook, the menu entry that the user chose.
	MenuName string
	// Metadata is what else the server knows: case_id, case_name, customer, user_id, tlp, or a key of its own.
	Metadata map[string]any
	// By is the login of the user on whose behalf the server acts. Default: ada.
	By string
	// Attempt is which attempt at the delivery this is. Default: 1.
	Attempt uint32
}

// Register lets the module register, and gives the subscriptions that took effect.
func (h *Host) Register(module sclera.Runnable) ([]sclera.Subscription, error) {
	registry := registry{host: h, module: module.Describe().Name}
	var failed *sclera.Error
	h.capture(func() { failed = module.RegisterWith(&registry, moduleID) })
	if failed != nil {
		return nil, failed
	}
	return registry.subscriptions, nil
}

// Handle lets the module handle an event.
//
// It fails with what the module fails with, an *sclera.Error, and with the code bad-output where the real host would not
// take the answer.
func (h *Host) Handle(module sclera.Runnable, happened Event) (sclera.Answer, error) {
	event, objects, err := happened.event()
	if err != nil {
		return sclera.Answer{}, err
	}
	var answer sclera.Answer
	var failed *sclera.Error
	h.capture(func() { answer, failed = module.HandleWith(&registry{host: h}, event) })
	if failed != nil {
		return sclera.Answer{}, failed
	}
	if fault := check(answer, event.Kind, objects); fault != "" {
		return sclera.Answer{}, sclera.Errorf("bad-output", "the answer to %s: %s", event.Hook, fault)
	}
	return answer, nil
}

func (e Event) event() (*sclera.Event, int, error) {
	payload, err := text(e.Payload)
	if err != nil {
		return nil, 0, err
	}
	if !strings.HasPrefix(strings.TrimSpace(payload), "[") {
		payload = "[" + payload + "]"
	}
	var objects []map[string]json.RawMessage
	if err := json.Unmarshal([]byte(payload), &objects); err != nil {
		return nil, 0, fmt.Errorf("the payload is not a list of objects: %w", err)
	}
	metadata, err := text(e.Metadata)
	if err != nil {
		return nil, 0, err
	}
	if e.Metadata == nil {
		metadata = "{}"
	}
	known, err := sclera.ParseMetadata(metadata)
	if err != nil {
		return nil, 0, err
	}
	kind := sclera.Postload
	switch {
	case strings.HasPrefix(e.Hook, "on_preload_"):
		kind = sclera.Preload
	case strings.HasPrefix(e.Hook, "on_manual_trigger_"):
		kind = sclera.Manual
	}
	by := e.By
	if by == "" {
		by = "ada"
	}
	return &sclera.Event{
		DeliveryID:    "0195a3f0-0000-7000-8000-000000000001",
		Attempt:       max(e.Attempt, 1),
		Hook:          e.Hook,
		Kind:          kind,
		MenuName:      e.MenuName,
		TriggeredAtMS: 1_742_203_322_000,
		TriggeredBy:   by,
		Metadata:      known,
		SchemaID:      "urn:sclera:schema:" + e.Hook + ":1",
		Payload:       payload,
	}, len(objects), nil
}

// text is a text as it is, and anything else as JSON.
func text(value any) (string, error) {
	if text, ok := value.(string); ok {
		return text, nil
	}
	text, err := json.Marshal(value)
	return string(text), err
}

func check(answer sclera.Answer, kind sclera.HookKind, objects int) string {
	switch {
	case answer.Rejection == nil && !answer.IsReplacement():
	case kind != sclera.Preload:
		return "only a preload hook can replace or reject"
	case answer.Rejection == nil && len(answer.Replacement) != objects:
		return fmt.Sprintf("there were %d objects, and it has %d", objects, len(answer.Replacement))
	}
	for _, action := range answer.Actions {
		if (action.Operation == sclera.OperationCreate) != (action.Target == "") {
			return "an update or a delete of `" + action.Object + "` needs a target, a create must have none"
		}
	}
	return ""
}

var capturing sync.Mutex

// capture keeps what is logged meanwhile.
func (h *Host) capture(run func()) {
	capturing.Lock()
	defer capturing.Unlock()
	before := slog.Default()
	defer slog.SetDefault(before)
	slog.SetDefault(slog.New(sclera.NewLogHandler(func(line sclera.LogLine) { h.Logs = append(h.Logs, line) })))
	run()
}

// registry has the rules of the real one, without its limits.
type registry struct {
	host          *Host
	module        string
	subscriptions []sclera.Subscription
}

func (r *registry) Config() (map[string]string, error) {
	texts := map[string]string{}
	for key, value := range r.host.Config {
		text, err := text(value)
		if err != nil {
			return nil, err
		}
		texts[key] = text
	}
	return texts, nil
}

func (r *registry) Subscribe(_ uint32, subscription sclera.Subscription) error {
	name := subscription.Hook
	if !slices.Contains(hook.All, name) && !slices.Contains(r.host.Hooks, name) {
		return sclera.Errorf("unknown-hook", "there is no hook `%s`; see the package hook", name)
	}
	preload := strings.HasPrefix(name, "on_preload_")
	if preload && subscription.Asynchronous {
		slog.Warn(name + " is a preload hook, so it runs synchronously")
		subscription.Asynchronous = false
	}
	if !strings.HasPrefix(name, "on_manual_trigger_") {
		subscription.MenuName = ""
	} else if subscription.MenuName == "" {
		subscription.MenuName = r.module + "::" + name
	}
	if menu := subscription.MenuName; utf8.RuneCountInString(menu) > 128 || strings.ContainsFunc(menu, unicode.IsControl) {
		return sclera.Errorf("invalid-menu-name",
			"%q cannot be a menu name: 1 to 128 characters, none of them a control character", menu)
	}
	for fault, policy := range subscription.FailurePolicies {
		fits := policy == sclera.Continue || policy == sclera.RejectRequest && preload ||
			policy == sclera.Retry && subscription.Asynchronous
		if !fits {
			return sclera.Errorf("invalid-failure-policy",
				"the policy `%s` for `%s` does not go together with this subscription to %s", policy, fault, name)
		}
	}
	for index, earlier := range r.subscriptions {
		if earlier.Hook == name && earlier.MenuName == subscription.MenuName {
			r.subscriptions[index] = subscription
			return nil
		}
	}
	r.subscriptions = append(r.subscriptions, subscription)
	return nil
}

func (r *registry) Deregister(_ uint32, hook string) error {
	r.subscriptions = slices.DeleteFunc(r.subscriptions, func(known sclera.Subscription) bool { return known.Hook == hook })
	return nil
}
