package sclera

import "strings"

// Hooks is how a module says which hooks it listens to: the contract's registry.
//
// What is asked for takes effect together when Register returns nil, and not at all when it fails. What is not asked for
// again at the next registration is gone.
type Hooks struct {
	host     Host
	moduleID uint32
}

// ModuleID is the module's id in this host. The other methods give it to the host by themselves.
func (h *Hooks) ModuleID() uint32 {
	return h.moduleID
}

// Subscribe asks for a hook. The options say what is different from the defaults, which are those of IRIS: no menu name,
// asynchronous. Only a preload hook is synchronous from the beginning, because it cannot be anything else.
//
// It fails with the codes unknown-hook, invalid-menu-name, too-many-subscriptions, invalid-failure-policy,
// invalid-match-rule and unsupported.
//
//	hooks.Subscribe(hook.ManualTriggerIOC, sclera.Menu("Explain indicator"), sclera.Synchronous())
func (h *Hooks) Subscribe(hook string, options ...Option) error {
	subscription := Subscription{Hook: hook, Asynchronous: !strings.HasPrefix(hook, "on_preload_")}
	for _, option := range options {
		option(&subscription)
	}
	return h.host.Subscribe(h.moduleID, subscription)
}

// RegisterToHook subscribes the module to a hook, in the words of the IRIS hooks documentation. An empty menu name gives
// <module name>::<hook name>.
func (h *Hooks) RegisterToHook(hook, menuName string, runAsynchronously bool) error {
	return h.host.Subscribe(h.moduleID, Subscription{Hook: hook, MenuName: menuName, Asynchronous: runAsynchronously})
}

// DeregisterFromHook withdraws the module from a hook: every subscription to it, whatever the menu name. Fine if there is
// none.
func (h *Hooks) DeregisterFromHook(hook string) error {
	return h.host.Deregister(h.moduleID, hook)
}

// Subscription is one module listening to one hook.
type Subscription struct {
	// Hook is the hook's name.
	Hook string
	// MenuName is what the user reads in the menu, for a manual hook.
	MenuName string
	// Asynchronous is whether the host runs the module in the background.
	Asynchronous bool
	// Priority is where in the order of the hook's subscriptions it comes: lower first.
	Priority int32
	// MatchRule is which events it is for, as a CEL expression; every event if empty.
	MatchRule string
	// FailurePolicies are what becomes of the server's request when a delivery fails, by fault.
	FailurePolicies map[Fault]Policy
}

// Option is something about a subscription that is not as usual.
type Option func(*Subscription)

// Menu is what the user reads in the menu, for a manual hook: 1 to 128 characters.
func Menu(name string) Option {
	return func(s *Subscription) { s.MenuName = name }
}

// Synchronous makes the server's request wait until the module has answered.
func Synchronous() Option {
	return func(s *Subscription) { s.Asynchronous = false }
}

// Priority is where in the order of a hook's subscriptions this one comes: lower first. Default: 0.
func Priority(priority int32) Option {
	return func(s *Subscription) { s.Priority = priority }
}

// Matching is which events the subscription is for: a CEL expression (https://cel.dev) over payload and metadata, such as
// payload.exists(o, o.ioc_type_id == 76).
func Matching(expression string) Option {
	return func(s *Subscription) { s.MatchRule = expression }
}

// OnFailure is what becomes of the server's request when a delivery fails. Default: [Continue].
func OnFailure(fault Fault, policy Policy) Option {
	return func(s *Subscription) {
		if s.FailurePolicies == nil {
			s.FailurePolicies = map[Fault]Policy{}
		}
		s.FailurePolicies[fault] = policy
	}
}

// Fault is how a delivery can fail.
type Fault string

// The faults, as the contract calls them.
const (
	// Trap is a fault of the WebAssembly code, or the end of the process by os.Exit.
	Trap Fault = "trap"
	// Timeout is a deadline that was missed.
	Timeout Fault = "timeout"
	// OutOfFuel is more work than the module may do.
	OutOfFuel Fault = "out-of-fuel"
	// OutOfMemory is more memory than the module may have.
	OutOfMemory Fault = "out-of-memory"
	// BadOutput is an answer that the contract does not allow.
	BadOutput Fault = "bad-output"
	// RefusedCapability is something that the operator has not granted.
	RefusedCapability Fault = "refused-capability"
	// ModuleError is an error that the handler returned.
	ModuleError Fault = "module-error"
	// AnyFault is whatever has no policy of its own.
	AnyFault Fault = "any"
)

// Policy is what becomes of the server's request when a delivery fails.
type Policy string

const (
	// Continue leaves the payload as it was, and the server goes on.
	Continue Policy = "continue"
	// RejectRequest refuses the request of a preload hook.
	RejectRequest Policy = "reject"
	// Retry attempts the delivery again. Asynchronous subscriptions only.
	Retry Policy = "retry"
)
