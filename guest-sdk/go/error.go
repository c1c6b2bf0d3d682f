package sclera

import (
	"errors"
	"fmt"
)

// The codes of the errors that the SDK makes itself.
const (
	// CodeModuleError is the code of an error that was made without one.
	CodeModuleError = "module-error"
	// CodeInvalidConfiguration is the code of a configuration that does not fit the module's type.
	CodeInvalidConfiguration = "invalid-configuration"
	// CodeBadEvent is the code of an event whose payload or metadata cannot be read.
	CodeBadEvent = "bad-event"
	// CodeUncaught is the code of a panic.
	CodeUncaught = "uncaught"
)

// Error is why something did not work: the contract's error.
//
// A module may return any error. One that is not an *Error, and wraps none, has the code module-error.
type Error struct {
	// Code is a short, stable, machine-readable word such as upstream-unavailable. The set is open.
	Code string
	// Message is one sentence for a person: what failed, and what to do now.
	Message string
	// Retryable is whether the same call may work if it is made again later.
	Retryable bool
}

// Errorf makes an error that will be the same however often the call is made.
func Errorf(code, format string, arguments ...any) *Error {
	return &Error{Code: code, Message: fmt.Sprintf(format, arguments...)}
}

// Retry says that the same call may work if it is made again later.
func (e *Error) Retry() *Error {
	e.Retryable = true
	return e
}

func (e *Error) Error() string {
	return e.Message + " (" + e.Code + ")"
}

// asError makes the contract's error of any other.
func asError(err error) *Error {
	var known *Error
	if !errors.As(err, &known) {
		return &Error{Code: CodeModuleError, Message: err.Error()}
	}
	if err == error(known) {
		return known
	}
	return &Error{Code: known.Code, Message: err.Error(), Retryable: known.Retryable}
}
