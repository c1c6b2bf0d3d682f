package main

import "strings"

// clean takes away the space around a value, and the characters in it that have no ink.
func clean(sent string) string {
	kept := strings.Map(func(character rune) rune {
		if isInvisible(character) {
			return -1
		}
		return character
	}, sent)
	return strings.TrimFunc(kept, isSpace)
}

// invisible are control characters, and those of Unicode's format characters and fillers that appear in what people paste:
// ranges, with their ends.
var invisible = [...][2]rune{
	{0x0000, 0x001f}, {0x007f, 0x009f}, {0x00ad, 0x00ad}, {0x034f, 0x034f}, {0x061c, 0x061c}, {0x115f, 0x1160},
	{0x17b4, 0x17b5}, {0x180b, 0x180f}, {0x200b, 0x200f}, {0x202a, 0x202e}, {0x2060, 0x206f}, {0x3164, 0x3164},
	{0xfe00, 0xfe0f}, {0xfeff, 0xfeff}, {0xffa0, 0xffa0}, {0xfff9, 0xfffb}, {0xe0000, 0xe0fff},
}

func isInvisible(character rune) bool {
	for _, span := range invisible {
		if span[0] <= character && character <= span[1] {
			return true
		}
	}
	return false
}

func isSpace(character rune) bool {
	switch character {
	case 0x20, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000:
		return true
	}
	return 0x2000 <= character && character <= 0x200a
}
