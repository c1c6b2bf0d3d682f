package sclera

import (
	"encoding/json"
	"fmt"
)

// scanner takes JSON apart into objects and their values, without looking into the values. The host has made sure that
// it is JSON; encoding/json would look at every byte of it several times.
type scanner struct {
	text string
	at   int
}

// splitArray takes an array of objects apart.
func splitArray(text string) ([]*Object, error) {
	s := scanner{text: text}
	var objects []*Object
	if err := s.expect('['); err != nil {
		return nil, err
	}
	if s.next() == ']' {
		s.at++
	} else {
		for {
			object, err := s.object()
			if err != nil {
				return nil, err
			}
			objects = append(objects, object)
			if s.next() != ',' {
				break
			}
			s.at++
		}
		if err := s.expect(']'); err != nil {
			return nil, err
		}
	}
	if s.next() != 0 {
		return nil, fmt.Errorf("there is something behind the list, at byte %d", s.at)
	}
	return objects, nil
}

func (s *scanner) object() (*Object, error) {
	object := &Object{}
	if err := s.expect('{'); err != nil {
		return nil, err
	}
	if s.next() == '}' {
		s.at++
		return object, nil
	}
	for {
		key, err := s.key()
		if err != nil {
			return nil, err
		}
		if err := s.expect(':'); err != nil {
			return nil, err
		}
		value, err := s.value()
		if err != nil {
			return nil, err
		}
		object.setRaw(key, value)
		if s.next() != ',' {
			break
		}
		s.at++
	}
	return object, s.expect('}')
}

func (s *scanner) key() (string, error) {
	if s.next() != '"' {
		return "", s.unexpected("a key")
	}
	start := s.at
	plain, err := s.skipString()
	if err != nil {
		return "", err
	}
	if plain {
		return s.text[start+1 : s.at-1], nil
	}
	var key string
	return key, json.Unmarshal([]byte(s.text[start:s.at]), &key)
}

// value gives the next value as it is.
func (s *scanner) value() (json.RawMessage, error) {
	first := s.next()
	start := s.at
	switch first {
	case '"':
		if _, err := s.skipString(); err != nil {
			return nil, err
		}
	case '{', '[':
		for depth := 0; ; {
			if s.at >= len(s.text) {
				return nil, s.unexpected("the end of a value")
			}
			switch s.text[s.at] {
			case '"':
				if _, err := s.skipString(); err != nil {
					return nil, err
				}
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			s.at++
			if depth == 0 {
				return json.RawMessage(s.text[start:s.at]), nil
			}
		}
	default:
		for s.at < len(s.text) && !isEnd(s.text[s.at]) {
			s.at++
		}
		if s.at == start {
			return nil, s.unexpected("a value")
		}
	}
	return json.RawMessage(s.text[start:s.at]), nil
}

func isEnd(byte byte) bool {
	switch byte {
	case ',', '}', ']', ' ', '\t', '\n', '\r':
		return true
	}
	return false
}

// skipString goes behind the text that begins here, and says whether it has no escapes.
func (s *scanner) skipString() (plain bool, err error) {
	plain = true
	for s.at++; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case '\\':
			plain = false
			s.at++
		case '"':
			s.at++
			return plain, nil
		}
	}
	return plain, s.unexpected("the end of a text")
}

// next is the next byte that is not white space; 0 at the end.
func (s *scanner) next() byte {
	for ; s.at < len(s.text); s.at++ {
		switch s.text[s.at] {
		case ' ', '\t', '\n', '\r':
		default:
			return s.text[s.at]
		}
	}
	return 0
}

func (s *scanner) expect(wanted byte) error {
	if s.next() != wanted {
		return s.unexpected("`" + string(rune(wanted)) + "`")
	}
	s.at++
	return nil
}

func (s *scanner) unexpected(wanted string) error {
	return fmt.Errorf("there should be %s at byte %d", wanted, s.at)
}
