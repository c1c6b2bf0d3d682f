//go:build wasip1

// Package export_sclera_hooks_module is what the generated exports call: whatever was put here.
package export_sclera_hooks_module

import (
	"sclera/internal/bindings/sclera_hooks_types"
	"sclera/internal/wit/types"
)

var (
	// Describe is the contract's describe.
	Describe func() sclera_hooks_types.Description
	// RegisterHooks is the contract's register-hooks.
	RegisterHooks func(moduleID uint32) wit_types.Result[wit_types.Unit, sclera_hooks_types.Error]
	// HooksHandler is the contract's hooks-handler.
	HooksHandler func(event sclera_hooks_types.Event) wit_types.Result[sclera_hooks_types.Answer, sclera_hooks_types.Error]
)
