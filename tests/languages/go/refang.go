package main

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// passes are how deep brackets may be put inside brackets: each level is one more.
const passes = 4

// refang undoes what people do to a value so that nobody clicks on it. Of a URL, only square brackets are undone behind
// the authority: anything else may be what the URL says.
func refang(value string, isURL bool) (string, error) {
	refanged := value
	for range passes {
		again := refangOnce(refanged, isURL)
		if again == refanged {
			return refanged, nil
		}
		refanged = again
	}
	return "", fmt.Errorf("%s has too many brackets inside brackets", excerpt(value))
}

func refangOnce(value string, isURL bool) string {
	done := make([]byte, 0, len(value))
	everywhere, behindScheme := true, false
	for at := 0; at < len(value); {
		if text, length := token(value[at:], everywhere); length > 0 {
			// People write `evil [.] example`, too.
			for len(done) > 0 && done[len(done)-1] == ' ' {
				done = done[:len(done)-1]
			}
			done = append(done, text...)
			at += length
			for at < len(value) && value[at] == ' ' {
				at++
			}
			behindScheme = text[0] == ':'
			continue
		}
		switch character := value[at]; {
		case character == ':':
			behindScheme = true
		case (character == '/' || character == '\\') && behindScheme:
		case strings.IndexByte("/\\?#", character) >= 0 && isURL:
			everywhere = false
		default:
			behindScheme = false
		}
		_, width := utf8.DecodeRuneInString(value[at:])
		done = append(done, value[at:at+width]...)
		at += width
	}
	return withScheme(string(done))
}

var words = [...]struct{ word, text string }{
	{"://", "://"}, {".", "."}, {":", ":"}, {"/", "/"}, {"@", "@"}, {"dot", "."}, {"at", "@"},
}

// token gives what the beginning of a text stands for if it is defanged, and its length; 0 if it is not.
func token(rest string, everywhere bool) (text string, length int) {
	if everywhere && strings.HasPrefix(rest, `\.`) {
		return ".", 2
	}
	if everywhere && strings.HasPrefix(rest, "[.") && !strings.HasPrefix(rest, "[.]") {
		return ".", 2
	}
	var closing byte
	switch rest[0] {
	case '[':
		closing = ']'
	case '(':
		closing = ')'
	case '{':
		closing = '}'
	}
	if closing == 0 || closing != ']' && !everywhere {
		return "", 0
	}
	inside := strings.TrimLeft(rest[1:], " ")
	for _, known := range words {
		isWord := known.word == "dot" || known.word == "at"
		if isWord && !everywhere || len(inside) < len(known.word) ||
			!strings.EqualFold(inside[:len(known.word)], known.word) {
			continue
		}
		behind := strings.TrimLeft(inside[len(known.word):], " ")
		if behind != "" && behind[0] == closing {
			return known.text, len(rest) - len(behind) + 1
		}
	}
	return "", 0
}

var schemes = map[string]string{
	"hxxp": "http", "hxtp": "http", "htxp": "http", "h**p": "http",
	"hxxps": "https", "hxtps": "https", "htxps": "https", "h**ps": "https",
	"fxp": "ftp",
}

func withScheme(value string) string {
	scheme, rest, ok := strings.Cut(value, ":")
	if real := schemes[asciiLower(scheme)]; ok && real != "" {
		return real + ":" + rest
	}
	return value
}

func asciiLower(text string) string {
	return strings.Map(func(character rune) rune {
		if 'A' <= character && character <= 'Z' {
			return character + 'a' - 'A'
		}
		return character
	}, text)
}
