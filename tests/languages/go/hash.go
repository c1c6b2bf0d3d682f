package main

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"sclera"
)

// hash is a kind of hash: what people call it, and its length in hexadecimal digits.
type hash struct {
	name   string
	digits int
}

var hashes = map[sclera.IOCType]hash{
	sclera.IOCTypeMD5:    {"an MD5", 32},
	sclera.IOCTypeSHA1:   {"a SHA-1", 40},
	sclera.IOCTypeSHA224: {"a SHA-224", 56},
	sclera.IOCTypeSHA256: {"a SHA-256", 64},
	sclera.IOCTypeSHA384: {"a SHA-384", 96},
	sclera.IOCTypeSHA512: {"a SHA-512", 128},
}

// check checks a hash, and gives it in lower case.
func (h hash) check(value string) (string, error) {
	odd := strings.IndexFunc(value, func(character rune) bool {
		return !strings.ContainsRune("0123456789abcdefABCDEF", character)
	})
	if odd >= 0 {
		_, width := utf8.DecodeRuneInString(value[odd:])
		return "", fmt.Errorf("%s is not %s: %s is not a hexadecimal digit", excerpt(value), h.name, excerpt(value[odd:odd+width]))
	}
	if len(value) == h.digits {
		return asciiLower(value), nil
	}
	other := ""
	for kind, hash := range hashes {
		if hash.digits == len(value) {
			other = fmt.Sprintf("; %s would have as many, which is the type `%s`", hash.name, kind)
		}
	}
	return "", fmt.Errorf("%s is not %s: it has %d characters, %s has %d hexadecimal digits%s",
		excerpt(value), h.name, len(value), h.name, h.digits, other)
}
