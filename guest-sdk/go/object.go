package sclera

import (
	"bytes"
	"encoding/json"
	"strconv"
)

// Object is a JSON object that keeps everything as it came: the order of its keys, and each value that is not set, to the
// last digit of a number.
type Object struct {
	members []member
}

type member struct {
	key   string
	value json.RawMessage
}

// NewObject makes an empty object.
func NewObject() *Object {
	return &Object{}
}

// ParseObject reads an object.
func ParseObject(text string) (*Object, error) {
	object := &Object{}
	return object, json.Unmarshal([]byte(text), object)
}

// Get gives a value as it came, and whether it is there.
func (o *Object) Get(key string) (json.RawMessage, bool) {
	for index := range o.members {
		if o.members[index].key == key {
			return o.members[index].value, true
		}
	}
	return nil, false
}

// Set sets a value to whatever encoding/json makes of it. A key that is not there is added at the end.
//
// It panics if the value cannot be JSON, which is a mistake in the module: a channel, a function, a number that is none.
func (o *Object) Set(key string, value any) *Object {
	text, err := marshal(value)
	if err != nil {
		panic(strconv.Quote(key) + " cannot be set: " + err.Error())
	}
	return o.setRaw(key, text)
}

func (o *Object) setRaw(key string, text json.RawMessage) *Object {
	for index := range o.members {
		if o.members[index].key == key {
			o.members[index].value = text
			return o
		}
	}
	o.members = append(o.members, member{key, text})
	return o
}

// Remove takes a key out of the object.
func (o *Object) Remove(key string) {
	for index := range o.members {
		if o.members[index].key == key {
			o.members = append(o.members[:index], o.members[index+1:]...)
			return
		}
	}
}

// Keys gives the keys, in their order.
func (o *Object) Keys() []string {
	keys := make([]string, len(o.members))
	for index := range o.members {
		keys[index] = o.members[index].key
	}
	return keys
}

// Len is how many keys there are.
func (o *Object) Len() int {
	return len(o.members)
}

// String is the object as JSON.
func (o *Object) String() string {
	var text bytes.Buffer
	o.write(&text)
	return text.String()
}

// MarshalJSON writes the object.
func (o *Object) MarshalJSON() ([]byte, error) {
	return []byte(o.String()), nil
}

// UnmarshalJSON reads the object.
func (o *Object) UnmarshalJSON(text []byte) error {
	// The text is encoding/json's own, which it uses again.
	scanner := scanner{text: string(text)}
	read, err := scanner.object()
	if err == nil {
		*o = *read
	}
	return err
}

func (o *Object) write(text *bytes.Buffer) {
	text.WriteByte('{')
	for index := range o.members {
		if index > 0 {
			text.WriteByte(',')
		}
		key, _ := marshal(o.members[index].key)
		text.Write(key)
		text.WriteByte(':')
		text.Write(o.members[index].value)
	}
	text.WriteByte('}')
}

// object is the object behind a key; an empty one if there is none.
func (o *Object) object(key string) *Object {
	value, _ := o.Get(key)
	object := &Object{}
	if len(value) > 0 && value[0] == '{' && object.UnmarshalJSON(value) == nil {
		return object
	}
	return NewObject()
}

// clone is a copy that setting does not reach.
func (o *Object) clone() *Object {
	return &Object{members: append([]member(nil), o.members...)}
}

func (o *Object) equal(other *Object) bool {
	if len(o.members) != len(other.members) {
		return false
	}
	for index := range o.members {
		if o.members[index].key != other.members[index].key ||
			!bytes.Equal(o.members[index].value, other.members[index].value) {
			return false
		}
	}
	return true
}
