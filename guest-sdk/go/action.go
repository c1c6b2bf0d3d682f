package sclera

import "fmt"

// Action is a change that a module asks the server to make to one of the server's objects.
//
//	sclera.Update("ioc", 12).Set("ioc_description", "a sinkhole since 2021").AddTag("sinkhole").Comment("Nothing to do.")
//	sclera.Create("task").Set("task_title", "Call the hoster").InCase(4)
type Action struct {
	// Operation is what to do.
	Operation Operation
	// Object is the kind of object, as in the names of the hooks: ioc, global_task…
	Object string
	// Target is the id of the object; empty for a create.
	Target string

	fields, attributes    *Object
	add, remove, comments []string
	caseID                int64
	inCase                bool
}

// Operation is what an action does to its object.
type Operation uint8

const (
	// OperationCreate makes a new object.
	OperationCreate Operation = iota
	// OperationUpdate changes an object that is there.
	OperationUpdate
	// OperationDelete removes an object.
	OperationDelete
)

// Create makes a new object of a kind.
func Create(object string) *Action {
	return &Action{Operation: OperationCreate, Object: object}
}

// Update changes the object of a kind with an id: a number or a text.
func Update(object string, target any) *Action {
	return &Action{Operation: OperationUpdate, Object: object, Target: fmt.Sprint(target)}
}

// Delete removes the object of a kind with an id: a number or a text.
func Delete(object string, target any) *Action {
	return &Action{Operation: OperationDelete, Object: object, Target: fmt.Sprint(target)}
}

// Set sets a field of the object, by the name that the payload uses, to whatever encoding/json makes of the value.
func (a *Action) Set(field string, value any) *Action {
	if a.fields == nil {
		a.fields = NewObject()
	}
	a.fields.Set(field, value)
	return a
}

// AddTag adds a tag. Adding one that is there changes nothing.
func (a *Action) AddTag(tag string) *Action {
	a.add = append(a.add, tag)
	return a
}

// RemoveTag removes a tag. Removing one that is not there changes nothing.
func (a *Action) RemoveTag(tag string) *Action {
	a.remove = append(a.remove, tag)
	return a
}

// CustomAttribute sets a custom attribute of the type input_string, the plain one. Other tabs and fields stay.
func (a *Action) CustomAttribute(tab, field string, value any) *Action {
	return a.TypedAttribute(tab, field, "input_string", value)
}

// HTMLAttribute sets a custom attribute that the server shows as HTML, without escaping anything. Escape whatever comes
// from somewhere else, such as the value of an IOC, with html.EscapeString.
func (a *Action) HTMLAttribute(tab, field, html string) *Action {
	return a.TypedAttribute(tab, field, "html", html)
}

// TypedAttribute sets a custom attribute of any type that the server knows, such as input_checkbox.
func (a *Action) TypedAttribute(tab, field, kind string, value any) *Action {
	if a.attributes == nil {
		a.attributes = NewObject()
	}
	fields := a.attributes.object(tab)
	fields.Set(field, NewObject().Set("type", kind).Set("value", value))
	a.attributes.Set(tab, fields)
	return a
}

// Comment adds a comment to the object.
func (a *Action) Comment(text string) *Action {
	a.comments = append(a.comments, text)
	return a
}

// InCase is, for a create, the case in which to make the object. Default: the event's case.
func (a *Action) InCase(id int64) *Action {
	a.caseID, a.inCase = id, true
	return a
}

// Change is the change as the JSON that the host gets.
func (a *Action) Change() string {
	change := NewObject()
	if a.fields != nil {
		change.Set("fields", a.fields)
	}
	if a.add != nil || a.remove != nil {
		tags := NewObject()
		if a.add != nil {
			tags.Set("add", a.add)
		}
		if a.remove != nil {
			tags.Set("remove", a.remove)
		}
		change.Set("tags", tags)
	}
	if a.attributes != nil {
		change.Set("custom_attributes", a.attributes)
	}
	if a.comments != nil {
		change.Set("comments", a.comments)
	}
	if a.inCase {
		change.Set("case_id", a.caseID)
	}
	return change.String()
}
