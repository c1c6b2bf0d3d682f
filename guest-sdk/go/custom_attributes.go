package sclera

import "encoding/json"

// CustomAttributesField is a field with the server's own fields of an object:
// {tab: {field: {type, value, mandatory, options}}}.
type CustomAttributesField struct{ field }

// Get gives the value of a field in a tab, as it came, and whether it is there.
func (f CustomAttributesField) Get(tab, field string) (json.RawMessage, bool) {
	return f.object.object(f.key).object(tab).object(field).Get("value")
}

// Text gives the value of a field in a tab if it is a text.
func (f CustomAttributesField) Text(tab, field string) (string, bool) {
	return f.object.object(f.key).object(tab).object(field).at("value").text()
}

// Set sets the value of a field in a tab. A field that is there keeps its type, a new one is a plain text (input_string);
// other fields and tabs stay.
func (f CustomAttributesField) Set(tab, field string, value any) {
	tabs := f.object.object(f.key)
	fields := tabs.object(tab)
	attribute := fields.object(field)
	if _, ok := attribute.Get("type"); !ok {
		attribute.Set("type", "input_string")
	}
	f.object.Set(f.key, tabs.Set(tab, fields.Set(field, attribute.Set("value", value))))
}

// Tabs gives a copy of all of it, and whether it is there.
func (f CustomAttributesField) Tabs() (*Object, bool) {
	return ObjectField(f).Get()
}
