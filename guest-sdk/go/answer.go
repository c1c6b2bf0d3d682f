package sclera

import (
	"bytes"
	"encoding/json"
)

// Answer is what a module answers to an event. Its zero value says: the payload is fine as it is, there is nothing to do.
//
//	sclera.Reject("the file is on the allow-list").At("/0/file_hash")
//	sclera.Unchanged().With(sclera.Update("ioc", 12).AddTag("seen-before")).Saying("Seen in two other cases.")
type Answer struct {
	// Replacement is the objects to go on with: as many as there were, in the same order. Preload hooks only.
	Replacement []*Object
	// Rejection is why the server must not go on with the request. Preload hooks only.
	Rejection *Rejection
	// Actions are what the module asks the server to do, in this order.
	Actions []*Action
	// Message is a text for the user who clicked or whose request it was. Plain text; none if empty.
	Message string

	replaces bool
}

// Rejection is a refusal of the request that caused a preload hook. It is an error, so that a handler can return it.
type Rejection struct {
	// Reason is why, in words that the user whose request is refused understands.
	Reason string
	// Pointer is where in the payload the fault is: a JSON Pointer (RFC 6901), such as /0/ioc_value; empty if it is not
	// about one place.
	Pointer string
}

// Refuse makes a rejection, for the function that [Edit] calls.
func Refuse(reason string) *Rejection {
	return &Rejection{Reason: reason}
}

// At says where the fault is: a JSON Pointer.
func (r *Rejection) At(pointer string) *Rejection {
	r.Pointer = pointer
	return r
}

func (r *Rejection) Error() string {
	return r.Reason
}

// Unchanged says that the payload is fine as it is. So does the zero Answer.
func Unchanged() Answer {
	return Answer{}
}

// Replace gives the objects to go on with: as many as there were, in the same order. [Edit] does all of it.
func Replace(objects ...*Object) Answer {
	return Answer{Replacement: objects, replaces: true}
}

// Reject says that the server must not go on with the request.
func Reject(reason string) Answer {
	return RejectWith(&Rejection{Reason: reason})
}

// RejectWith says that the server must not go on with the request.
func RejectWith(rejection *Rejection) Answer {
	return Answer{Rejection: rejection}
}

// At says where in the payload the fault is: a JSON Pointer, such as /0/ioc_value. It says nothing about an answer that is
// not a rejection.
func (a Answer) At(pointer string) Answer {
	if a.Rejection != nil {
		a.Rejection = &Rejection{Reason: a.Rejection.Reason, Pointer: pointer}
	}
	return a
}

// With asks the server for more changes. The actions of a preload are applied only if the request goes through.
func (a Answer) With(actions ...*Action) Answer {
	a.Actions = append(a.Actions[:len(a.Actions):len(a.Actions)], actions...)
	return a
}

// Saying is a text for the user who clicked or whose request it was.
func (a Answer) Saying(message string) Answer {
	a.Message = message
	return a
}

// IsReplacement is whether the answer replaces the payload.
func (a Answer) IsReplacement() bool {
	return a.replaces || a.Replacement != nil
}

// ReplacementJSON is the objects to go on with, as the host gets them.
func (a Answer) ReplacementJSON() (string, error) {
	var text, compact bytes.Buffer
	text.WriteByte('[')
	for index, object := range a.Replacement {
		if index > 0 {
			text.WriteByte(',')
		}
		object.write(&text)
	}
	text.WriteByte(']')
	if err := json.Compact(&compact, text.Bytes()); err != nil {
		return "", err
	}
	return compact.String(), nil
}
