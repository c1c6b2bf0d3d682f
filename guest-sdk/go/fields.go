package sclera

import (
	"encoding/json"
	"strconv"
	"strings"
)

// field is a field of an object, which may be absent, null, or something else than its type says. Reading it looks at what
// is there; setting it replaces what is there; and what is not set stays as it came.
type field struct {
	object *Object
	key    string
}

func (o *Object) at(key string) field {
	return field{o, key}
}

// Raw is what is there, as it came; nil if the field is absent.
func (f field) Raw() json.RawMessage {
	value, _ := f.object.Get(f.key)
	return value
}

// IsAbsent is whether the object does not have the field at all. In an update, such a field stays as it is on the server.
func (f field) IsAbsent() bool {
	_, there := f.object.Get(f.key)
	return !there
}

// IsBlank is whether there is nothing in it: absent, null or an empty text, which is what a form sends for an empty box.
func (f field) IsBlank() bool {
	switch string(f.Raw()) {
	case "", "null", `""`:
		return true
	}
	return false
}

// Remove takes the field out of the object.
func (f field) Remove() {
	f.object.Remove(f.key)
}

// text is the text that is there.
func (f field) text() (string, bool) {
	raw := f.Raw()
	if len(raw) < 2 || raw[0] != '"' {
		return "", false
	}
	var text string
	err := json.Unmarshal(raw, &text)
	return text, err == nil
}

// number is the integer that is there.
func (f field) number() (int64, bool) {
	number, err := strconv.ParseInt(string(f.Raw()), 10, 64)
	return number, err == nil
}

// TextField is a field with a text.
type TextField struct{ field }

// Get gives the text, and whether there is one.
func (f TextField) Get() (string, bool) { return f.text() }

// Or gives the text, or another if there is none.
func (f TextField) Or(other string) string {
	if text, ok := f.text(); ok {
		return text
	}
	return other
}

// Set sets the field.
func (f TextField) Set(text string) { f.object.Set(f.key, text) }

// IntegerField is a field with an integer, or with a text that is one: forms send "20", and servers take it.
type IntegerField struct{ field }

// Get gives the integer, and whether there is one.
func (f IntegerField) Get() (int64, bool) {
	if number, ok := f.number(); ok {
		return number, true
	}
	text, ok := f.text()
	if !ok {
		return 0, false
	}
	number, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	return number, err == nil
}

// Set sets the field.
func (f IntegerField) Set(number int64) { f.object.Set(f.key, number) }

// BoolField is a field with true or false, or with a text that is one of them.
type BoolField struct{ field }

// Get gives it, and whether there is one.
func (f BoolField) Get() (value, ok bool) {
	switch text, _ := f.text(); {
	case string(f.Raw()) == "true" || text == "true":
		return true, true
	case string(f.Raw()) == "false" || text == "false":
		return false, true
	}
	return false, false
}

// Set sets the field.
func (f BoolField) Set(value bool) { f.object.Set(f.key, value) }

// ObjectField is a field with a JSON object.
type ObjectField struct{ field }

// Get gives a copy of the object, and whether there is one. Set puts it back.
func (f ObjectField) Get() (*Object, bool) {
	raw := f.Raw()
	if len(raw) == 0 || raw[0] != '{' {
		return nil, false
	}
	return f.object.object(f.key), true
}

// Set sets the field.
func (f ObjectField) Set(object *Object) { f.object.Set(f.key, object) }

// IDsField is a field with a list of ids, each a number or a text that is one.
type IDsField struct{ field }

// Get gives the ids, and whether there are any; not if one of the elements is no id.
func (f IDsField) Get() ([]int64, bool) {
	elements, ok := ListField(f).Get()
	if !ok {
		return nil, false
	}
	ids := make([]int64, len(elements))
	for index, element := range elements {
		id, ok := IntegerField{NewObject().setRaw("", element).at("")}.Get()
		if !ok {
			return nil, false
		}
		ids[index] = id
	}
	return ids, true
}

// Set sets the field.
func (f IDsField) Set(ids ...int64) { f.object.Set(f.key, append([]int64{}, ids...)) }

// ListField is a field with a list of anything.
type ListField struct{ field }

// Get gives the elements, and whether there is a list.
func (f ListField) Get() ([]json.RawMessage, bool) {
	raw := f.Raw()
	if len(raw) == 0 || raw[0] != '[' {
		return nil, false
	}
	var elements []json.RawMessage
	err := json.Unmarshal(raw, &elements)
	return elements, err == nil
}

// Set sets the field to whatever encoding/json makes of the elements.
func (f ListField) Set(elements ...any) { f.object.Set(f.key, append([]any{}, elements...)) }

// AnyField is a field with any JSON.
type AnyField struct{ field }

// Get reads the value as encoding/json does, and says whether that went well. Null and an absent field do not.
func (f AnyField) Get(value any) bool {
	raw := f.Raw()
	return raw != nil && string(raw) != "null" && json.Unmarshal(raw, value) == nil
}

// Set sets the field to whatever encoding/json makes of the value.
func (f AnyField) Set(value any) { f.object.Set(f.key, value) }

// TLPField is a field with the id of a TLP label.
type TLPField struct{ field }

// Get gives the label, and whether there is one.
func (f TLPField) Get() (TLP, bool) {
	id, ok := IntegerField(f).Get()
	if !ok {
		return 0, false
	}
	return TLPByID(id)
}

// Set sets the field.
func (f TLPField) Set(label TLP) { f.object.Set(f.key, label.ID()) }
