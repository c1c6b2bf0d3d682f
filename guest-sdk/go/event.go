package sclera

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Event is one hook that happened, as one module sees it: the contract's event.
type Event struct {
	// DeliveryID is the identity of this delivery. It stays the same when the delivery is attempted again, so use it as an
	// idempotency key towards other systems.
	DeliveryID string
	// Attempt is 1 at the first attempt, 2 at the second, and so on.
	Attempt uint32
	// Hook is the name of the hook; compare it with the constants in package hook.
	Hook string
	// Kind is the kind of the hook.
	Kind HookKind
	// MenuName is, for a manual hook, the menu entry that the user chose.
	MenuName string
	// TriggeredAtMS is when the hook happened: milliseconds since 1970-01-01T00:00:00Z.
	TriggeredAtMS uint64
	// TriggeredBy is the login of the user on whose behalf the server acts; empty if the server acts for itself.
	TriggeredBy string
	// Metadata is what else the server knows about the moment.
	Metadata Metadata
	// SchemaID is the URI of the JSON Schema that describes the payload.
	SchemaID string
	// Payload is the objects as the host sent them: a JSON array of objects, as text. [Objects] reads it.
	Payload string
}

// HookKind is when, in a server's life, a hook happens.
type HookKind uint8

const (
	// Preload is before an object is committed. The payload is what a remote client sent: it is not trusted, and nobody
	// has checked it yet. The module may replace it or reject the request.
	Preload HookKind = iota
	// Postload is after the object is committed. The module reacts; it cannot change what happened.
	Postload
	// Manual is a user's choice of this module's entry in a menu, for one or more objects.
	Manual
)

// View is a typed view of an [Object], such as [IOC].
type View interface{ ~struct{ *Object } }

// Objects gives the objects of an event in a typed view. What is inside the objects does not make it fail: a view takes
// what comes.
func Objects[V View](event *Event) ([]V, error) {
	objects, err := event.Objects()
	if err != nil {
		return nil, err
	}
	views := make([]V, len(objects))
	for index, object := range objects {
		views[index] = V{object}
	}
	return views, nil
}

// Objects gives the objects without a type.
func (e *Event) Objects() ([]*Object, error) {
	objects, err := splitArray(e.Payload)
	if err != nil {
		return nil, Errorf(CodeBadEvent, "the payload of %s is not what was expected: %v", e.Hook, err)
	}
	return objects, nil
}

// PayloadAs reads the whole payload into a type of the module's own, as encoding/json does.
func (e *Event) PayloadAs(value any) error {
	if err := json.Unmarshal([]byte(e.Payload), value); err != nil {
		return Errorf(CodeBadEvent, "the payload of %s is not what was expected: %v", e.Hook, err)
	}
	return nil
}

// Edit edits each object of a preload's payload, and answers with what came of it: unchanged if nothing did, a
// replacement if something did, and a rejection at the first [Rejection]. Any other error is given back.
//
// A rejection's pointer is meant within the object, /ioc_value; it is put behind the object's place in the list.
func Edit[V View](event *Event, edit func(V) error) (Answer, error) {
	views, err := Objects[V](event)
	if err != nil {
		return Answer{}, err
	}
	changed := false
	objects := make([]*Object, len(views))
	for index, view := range views {
		object := struct{ *Object }(view).Object
		before := object.clone()
		err := edit(view)
		var rejection *Rejection
		if errors.As(err, &rejection) {
			return Reject(rejection.Reason).At(fmt.Sprintf("/%d%s", index, rejection.Pointer)), nil
		}
		if err != nil {
			return Answer{}, err
		}
		changed = changed || !object.equal(before)
		objects[index] = object
	}
	if !changed {
		return Answer{}, nil
	}
	return Replace(objects...), nil
}

// Metadata is what a server knows about the moment in which a hook happens. Each method says whether the server told.
type Metadata struct{ *Object }

// CaseID is the case that the objects belong to.
func (m Metadata) CaseID() (int64, bool) { return IntegerField{m.at("case_id")}.number() }

// CaseName is its name.
func (m Metadata) CaseName() (string, bool) { return TextField{m.at("case_name")}.Get() }

// Customer is the name of the customer that the case is for.
func (m Metadata) Customer() (string, bool) { return TextField{m.at("customer")}.Get() }

// UserID is the id of the user on whose behalf the server acts.
func (m Metadata) UserID() (int64, bool) { return IntegerField{m.at("user_id")}.number() }

// TLP is the TLP of the case.
func (m Metadata) TLP() (TLP, bool) {
	name, _ := TextField{m.at("tlp")}.Get()
	return TLPByName(name)
}

// ParseMetadata reads an event's metadata.
func ParseMetadata(text string) (Metadata, error) {
	object, err := ParseObject(text)
	if err != nil {
		return Metadata{}, Errorf(CodeBadEvent, "the metadata is not what was expected: %v", err)
	}
	return Metadata{object}, nil
}

// marshal is json.Marshal that escapes nothing that need not be.
func marshal(value any) (json.RawMessage, error) {
	var buffer bytes.Buffer
	encoder := json.NewEncoder(&buffer)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(value); err != nil {
		return nil, err
	}
	return bytes.TrimRight(buffer.Bytes(), "\n"), nil
}
