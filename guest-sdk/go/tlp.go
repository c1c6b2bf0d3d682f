package sclera

import (
	"fmt"
	"strings"
)

// TLP is how far information may be shared: the Traffic Light Protocol 2.0 (https://www.first.org/tlp/), from the least to
// the most restrictive, which is also how the values compare. 0 is no label.
type TLP int

// TLPByID gives the label with an id of IRIS, and whether there is one.
func TLPByID(id int64) (TLP, bool) {
	for _, known := range tlps {
		if known.id == id {
			return known.label, true
		}
	}
	return 0, false
}

// TLPByName gives the label with a name, such as amber+strict, in upper or lower case, and whether there is one.
func TLPByName(name string) (TLP, bool) {
	for _, known := range tlps {
		if strings.EqualFold(known.name, name) {
			return known.label, true
		}
	}
	return 0, false
}

// ID is its id in IRIS, which has a numbering of its own; 0 for no label.
func (t TLP) ID() int64 {
	for _, known := range tlps {
		if known.label == t {
			return known.id
		}
	}
	return 0
}

// String is its name: red, amber+strict, amber, green or clear; empty for no label.
func (t TLP) String() string {
	for _, known := range tlps {
		if known.label == t {
			return known.name
		}
	}
	return ""
}

// UnmarshalText reads its name, as a module's configuration has it.
func (t *TLP) UnmarshalText(text []byte) error {
	label, ok := TLPByName(string(text))
	if !ok {
		return fmt.Errorf("expected one of `clear`, `green`, `amber`, `amber+strict` and `red`")
	}
	*t = label
	return nil
}

// MarshalText writes its name.
func (t TLP) MarshalText() ([]byte, error) {
	return []byte(t.String()), nil
}
