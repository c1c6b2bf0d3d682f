/* Texts, and how they appear in a sentence. */

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "guard.h"

checked right(sclera_string value)
{
    checked found = {value, NULL};
    return found;
}

checked wrong(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    char *reason = sclera_alloc((size_t)length + 1);
    vsnprintf(reason, (size_t)length + 1, format, arguments);
    va_end(arguments);
    checked found = {{NULL, 0}, reason};
    return found;
}

void grow(growing *text, const char *bytes, size_t length)
{
    if (text->room - text->length < length) {
        size_t room = 2 * (text->length + length) + 64;
        char *more = sclera_alloc(room + 1);
        if (text->length > 0) {
            memcpy(more, text->bytes, text->length);
        }
        text->bytes = more;
        text->room = room;
    }
    if (length > 0) {
        memcpy(text->bytes + text->length, bytes, length);
        text->length += length;
    }
}

void grow_text(growing *text, const char *more)
{
    grow(text, more, strlen(more));
}

sclera_string grown(growing *text)
{
    grow(text, "", 0);
    sclera_string string = {text->bytes == NULL ? "" : text->bytes, text->length};
    return string;
}

sclera_string part(sclera_string string, size_t from, size_t to)
{
    sclera_string taken = {sclera_copy(string.bytes + from, to - from), to - from};
    return taken;
}

size_t place_of(sclera_string string, char byte)
{
    const char *found = string.length == 0 ? NULL : memchr(string.bytes, byte, string.length);
    return found == NULL ? string.length : (size_t)(found - string.bytes);
}

size_t last_place_of(sclera_string string, char byte)
{
    for (size_t place = string.length; place > 0; place--) {
        if (string.bytes[place - 1] == byte) {
            return place - 1;
        }
    }
    return string.length;
}

bool begins_with(sclera_string string, const char *beginning)
{
    size_t length = strlen(beginning);
    return string.length >= length && memcmp(string.bytes, beginning, length) == 0;
}

char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

bool equals_in_any_case(sclera_string string, const char *text)
{
    if (string.length != strlen(text)) {
        return false;
    }
    for (size_t i = 0; i < string.length; i++) {
        if (lower(string.bytes[i]) != text[i]) {
            return false;
        }
    }
    return true;
}

bool is_digits(sclera_string string)
{
    for (size_t i = 0; i < string.length; i++) {
        if (string.bytes[i] < '0' || string.bytes[i] > '9') {
            return false;
        }
    }
    return string.length > 0;
}

static void show(growing *shown, uint32_t character)
{
    char bytes[4];
    if (character == '\\' || character == '\'' || character == '"') {
        grow(shown, "\\", 1);
    }
    bool no_ink = (character != ' ' && sclera_is_space(character)) || (character >= 0x300 && character <= 0x36f);
    if (no_ink) {
        grow_text(shown, sclera_format("\\u{%x}", (unsigned)character));
    } else {
        grow(shown, bytes, sclera_put_character(bytes, character));
    }
}

/* At most so many characters, from a place on. */
static const char *shown(sclera_string value, size_t place, size_t most)
{
    growing text = {0};
    grow(&text, "`", 1);
    for (size_t i = 0; i < most && place < value.length; i++) {
        show(&text, sclera_next_character(value, &place));
    }
    if (most > 1 && place < value.length) {
        grow_text(&text, "\xe2\x80\xa6");
    }
    grow(&text, "`", 1);
    return grown(&text).bytes;
}

const char *excerpt(sclera_string value)
{
    return shown(value, 0, 60);
}

const char *excerpt_at(sclera_string value, size_t place)
{
    return shown(value, place, 1);
}
