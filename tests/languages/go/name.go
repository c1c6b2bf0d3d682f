package main

import (
	"fmt"
	"strings"
)

// checkDomain checks a domain name, and gives it in lower case, international ones in Punycode.
func checkDomain(value string) (string, error) {
	name, err := checkHostname(value)
	if err == nil && !strings.Contains(name, ".") {
		err = notAName(value, "it has one part only; choose the type `hostname` for the name of a machine")
	}
	return name, err
}

// checkHostname checks the name of a machine, in full or its first part only.
func checkHostname(value string) (string, error) {
	_, isIP := parseIP(value)
	switch {
	case len(value) > 4*253:
		return "", notAName(value, "it is longer than 253 characters")
	case strings.ContainsAny(value, `/\`):
		return "", notAName(value, "it has a path; choose the type `url`")
	case strings.Contains(value, "@"):
		return "", notAName(value, "it has an `@`; choose the type `email`")
	case isIP:
		return "", notAName(value, "it is an IP address; choose the type `ip-any`")
	}
	name := strings.TrimSuffix(toASCII(value), ".")
	if len(name) > 253 {
		return "", notAName(value, "it is longer than 253 characters")
	}
	labels := strings.Split(name, ".")
	for _, label := range labels {
		switch odd := strings.IndexFunc(label, isOddInName); {
		case label == "":
			return "", notAName(value, "it has an empty part")
		case len(label) > 63:
			return "", notAName(value, "one of its parts is longer than 63 characters")
		case odd >= 0:
			return "", notAName(value, "it cannot have the character "+excerpt(label[odd:odd+1]))
		}
	}
	if isDigits(labels[len(labels)-1]) {
		return "", notAName(value, "its last part is a number")
	}
	return name, nil
}

func notAName(value, why string) error {
	return fmt.Errorf("%s is not a domain name: %s", excerpt(value), why)
}

func isOddInName(character rune) bool {
	return !isASCIIAlphanumeric(character) && character != '-' && character != '_'
}

func isASCIIAlphanumeric(character rune) bool {
	return '0' <= character && character <= '9' || 'a' <= character && character <= 'z' || 'A' <= character && character <= 'Z'
}

// toASCII puts a name into lower case, and its parts that are not ASCII into Punycode.
func toASCII(name string) string {
	labels := strings.Split(asciiLower(name), ".")
	for index, label := range labels {
		if strings.ContainsFunc(label, func(character rune) bool { return character > 0x7f }) {
			labels[index] = "xn--" + punycode([]rune(label))
		}
	}
	return strings.Join(labels, ".")
}

// punycode is RFC 3492, section 6.3, with the parameters of section 5.
func punycode(label []rune) string {
	const (
		base, tMin, tMax, skew, damp = 36, 1, 26, 38, 700
		digits                       = "abcdefghijklmnopqrstuvwxyz0123456789"
	)
	var text []byte
	for _, character := range label {
		if character < 0x80 {
			text = append(text, byte(character))
		}
	}
	basic := len(text)
	if basic > 0 {
		text = append(text, '-')
	}
	n, delta, bias := rune(0x80), 0, 72
	for handled := basic; handled < len(label); {
		next := rune(0x7fffffff)
		for _, character := range label {
			if character >= n {
				next = min(next, character)
			}
		}
		delta += int(next-n) * (handled + 1)
		n = next
		for _, character := range label {
			if character < n {
				delta++
			}
			if character != n {
				continue
			}
			q := delta
			for k := base; ; k += base {
				t := min(max(k-bias, tMin), tMax)
				if q < t {
					break
				}
				text = append(text, digits[t+(q-t)%(base-t)])
				q = (q - t) / (base - t)
			}
			text = append(text, digits[q])
			first := handled == basic
			handled++
			if first {
				delta /= damp
			} else {
				delta /= 2
			}
			delta += delta / handled
			k := 0
			for ; delta > (base-tMin)*tMax/2; k += base {
				delta /= base - tMin
			}
			bias = k + (base-tMin+1)*delta/(delta+skew)
			delta = 0
		}
		delta++
		n++
	}
	return string(text)
}
