package main

import (
	"fmt"
	"strings"

	"sclera"
)

// indicator is a value that can be right.
type indicator struct {
	value string
	// Whether it was sent defanged.
	refanged bool
	// Whether it was sent in another way than the one way to write it, apart from that.
	normalised bool
}

// readIndicator reads a value of a type. The error is a sentence for the user who sent it.
func readIndicator(kind sclera.IOCType, sent string, config Config) (indicator, error) {
	var check func(string) (string, error)
	isHash := false
	switch kind {
	case sclera.IOCTypeIPAny, sclera.IOCTypeIPSrc, sclera.IOCTypeIPDst:
		check = func(value string) (string, error) { return checkIP(value, config.RejectPrivateIPs) }
	case sclera.IOCTypeDomain:
		check = checkDomain
	case sclera.IOCTypeHostname:
		check = checkHostname
	case sclera.IOCTypeEmail, sclera.IOCTypeEmailSrc, sclera.IOCTypeEmailDst:
		check = checkEmail
	case sclera.IOCTypeURL:
		check = checkURL
	default:
		var hash hash
		if hash, isHash = hashes[kind]; !isHash {
			return indicator{value: sent}, nil
		}
		check = hash.check
	}
	cleaned := clean(sent)
	refanged := cleaned
	if !isHash {
		var err error
		if refanged, err = refang(cleaned, kind == sclera.IOCTypeURL); err != nil {
			return indicator{}, err
		}
	}
	if refanged == "" {
		return indicator{}, fmt.Errorf("the value of an IOC of the type %s is empty", kind)
	}
	value, err := check(refanged)
	return indicator{value, refanged != cleaned, cleaned != sent || value != refanged}, err
}

// excerpt is the beginning of a value, for a sentence, with everything that has no ink made visible.
func excerpt(value string) string {
	var text strings.Builder
	text.WriteByte('`')
	length := 0
	for _, character := range value {
		if length == 60 {
			text.WriteRune('…')
			break
		}
		length++
		switch {
		case character == '\\' || character == '\'' || character == '"':
			text.WriteByte('\\')
			text.WriteRune(character)
		case character != ' ' && isSpace(character) || 0x300 <= character && character <= 0x36f:
			fmt.Fprintf(&text, "\\u{%x}", character)
		default:
			text.WriteRune(character)
		}
	}
	text.WriteByte('`')
	return text.String()
}
