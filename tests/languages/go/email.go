package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// checkEmail checks an e-mail address, and gives it with its domain in lower case.
func checkEmail(value string) (string, error) {
	fault := func(why string) (string, error) {
		return "", fmt.Errorf("%s is not an e-mail address: %s", excerpt(value), why)
	}
	address := value
	if len(address) >= 7 && strings.EqualFold(address[:7], "mailto:") {
		address = address[7:]
	}
	if len(address) > 1 && strings.HasPrefix(address, "<") && strings.HasSuffix(address, ">") {
		address = address[1 : len(address)-1]
	}
	at := strings.LastIndexByte(address, '@')
	if at < 0 {
		return fault("it has no `@`")
	}
	local, domain := address[:at], address[at+1:]
	switch {
	case local == "":
		return fault("there is nothing before the `@`")
	case len(local) > 64:
		return fault("the part before the `@` is longer than 64 characters")
	}
	isQuoted := len(local) > 2 && strings.HasPrefix(local, `"`) && strings.HasSuffix(local, `"`)
	if odd := strings.IndexFunc(local, isOddInLocal); odd >= 0 && !isQuoted {
		_, width := utf8.DecodeRuneInString(local[odd:])
		return fault("the part before the `@` cannot have the character " + excerpt(local[odd:odd+width]))
	}
	domain, err := checkDomain(domain)
	if err != nil {
		return fault(err.Error())
	}
	return local + "@" + domain, nil
}

func isOddInLocal(character rune) bool {
	if character > 0x7f {
		return isSpace(character)
	}
	return !isASCIIAlphanumeric(character) && !strings.ContainsRune(".!#$%&'*+-/=?^_`{|}~", character)
}
