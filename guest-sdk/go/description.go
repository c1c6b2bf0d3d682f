package sclera

import "encoding/json"

// Description is what a module says about itself.
type Description struct {
	// Name is unique within a host: 1 to 64 letters, digits, _, - and ., beginning with a letter or a digit.
	Name string
	// Version is as in https://semver.org: 1.4.0.
	Version string
	// Description is what the module does, in a sentence or two for an operator.
	Description string
	// ConfigSchema is the JSON Schema (2020-12) of the configuration; empty if the module has none.
	ConfigSchema string
	// Capabilities are what the module would like to be allowed to do. An operator grants it, or not.
	Capabilities []Capability
}

// Capability is something that a module would like to be allowed to do.
type Capability struct {
	// Name is such as http, keyvalue or actions.
	Name string
	// Parameters is what is asked for in detail: whatever encoding/json makes a JSON object of.
	Parameters any
	// Reason is why, in one sentence for the operator who decides.
	Reason string
}

// HTTP asks for requests to origins such as https://www.virustotal.com, with the methods GET and HEAD, or those named.
func HTTP(reason string, origins []string, methods ...string) Capability {
	parameters := map[string]any{"origins": origins}
	if len(methods) > 0 {
		parameters["methods"] = methods
	}
	return Capability{Name: "http", Parameters: parameters, Reason: reason}
}

// Actions asks for changes of the server's objects: by operation (create, update, delete), which kinds of objects.
func Actions(reason string, objects map[string][]string) Capability {
	return Capability{Name: "actions", Parameters: objects, Reason: reason}
}

// Keyvalue asks for the key-value store.
func Keyvalue(reason string) Capability {
	return Capability{Name: "keyvalue", Reason: reason}
}

// ParametersJSON is the parameters as the host gets them.
func (c Capability) ParametersJSON() string {
	if c.Parameters == nil {
		return "{}"
	}
	text, err := json.Marshal(c.Parameters)
	if err != nil {
		panic("the parameters of the capability " + c.Name + " cannot be JSON: " + err.Error())
	}
	return string(text)
}
