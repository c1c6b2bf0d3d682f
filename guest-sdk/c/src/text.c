#include "sclera/text.h"

#include <string.h>

#include "sclera/memory.h"

sclera_string sclera_string_of(const char *text)
{
    sclera_string string = {text, text == NULL ? 0 : strlen(text)};
    return string;
}

bool sclera_string_equal(sclera_string one, sclera_string other)
{
    return one.length == other.length && (one.length == 0 || memcmp(one.bytes, other.bytes, one.length) == 0);
}

/* How many bytes follow a first byte, and the least character that may be written with so many (0: not a first byte). */
static int following(unsigned char first, uint32_t *least)
{
    if (first < 0x80) {
        *least = 0;
        return 0;
    }
    if (first >= 0xc2 && first <= 0xdf) {
        *least = 0x80;
        return 1;
    }
    if (first >= 0xe0 && first <= 0xef) {
        *least = 0x800;
        return 2;
    }
    if (first >= 0xf0 && first <= 0xf4) {
        *least = 0x10000;
        return 3;
    }
    return -1;
}

/* Decodes a character; 0 bytes if there is none. */
static size_t decode(sclera_string string, size_t place, uint32_t *character)
{
    unsigned char first = (unsigned char)string.bytes[place];
    uint32_t least = 0;
    int more = following(first, &least);
    if (more < 0 || string.length - place <= (size_t)more) {
        return 0;
    }
    static const unsigned char MASKS[4] = {0x7f, 0x1f, 0x0f, 0x07};
    uint32_t decoded = first & MASKS[more];
    for (int i = 1; i <= more; i++) {
        unsigned char next = (unsigned char)string.bytes[place + (size_t)i];
        if ((next & 0xc0) != 0x80) {
            return 0;
        }
        decoded = decoded << 6 | (next & 0x3f);
    }
    if (decoded < least || decoded > 0x10ffff || (decoded >= 0xd800 && decoded <= 0xdfff)) {
        return 0;
    }
    *character = decoded;
    return (size_t)more + 1;
}

uint32_t sclera_next_character(sclera_string string, size_t *place)
{
    uint32_t character = 0xfffd;
    size_t length = decode(string, *place, &character);
    *place += length == 0 ? 1 : length;
    return character;
}

size_t sclera_put_character(char bytes[4], uint32_t character)
{
    if (character < 0x80) {
        bytes[0] = (char)character;
        return 1;
    }
    if (character < 0x800) {
        bytes[0] = (char)(0xc0 | character >> 6);
        bytes[1] = (char)(0x80 | (character & 0x3f));
        return 2;
    }
    if (character < 0x10000) {
        bytes[0] = (char)(0xe0 | character >> 12);
        bytes[1] = (char)(0x80 | (character >> 6 & 0x3f));
        bytes[2] = (char)(0x80 | (character & 0x3f));
        return 3;
    }
    bytes[0] = (char)(0xf0 | character >> 18);
    bytes[1] = (char)(0x80 | (character >> 12 & 0x3f));
    bytes[2] = (char)(0x80 | (character >> 6 & 0x3f));
    bytes[3] = (char)(0x80 | (character & 0x3f));
    return 4;
}

bool sclera_is_space(uint32_t character)
{
    return (character >= 0x09 && character <= 0x0d) || character == 0x20 || character == 0x85 || character == 0xa0
           || character == 0x1680 || (character >= 0x2000 && character <= 0x200a) || character == 0x2028
           || character == 0x2029 || character == 0x202f || character == 0x205f || character == 0x3000;
}

sclera_string sclera_trim(sclera_string string)
{
    size_t start = string.length;
    size_t end = string.length;
    for (size_t place = 0; place < string.length;) {
        size_t at = place;
        if (!sclera_is_space(sclera_next_character(string, &place))) {
            start = start == string.length ? at : start;
            end = place;
        }
    }
    if (start == 0 && end == string.length) {
        return string;
    }
    sclera_string trimmed = {sclera_copy(string.bytes + start, end - start), end - start};
    return trimmed;
}

sclera_string sclera_utf8(sclera_string string)
{
    size_t odd = 0;
    uint32_t character = 0;
    for (size_t place = 0; place < string.length;) {
        size_t length = decode(string, place, &character);
        odd += length == 0;
        place += length == 0 ? 1 : length;
    }
    if (odd == 0) {
        return string;
    }
    char *bytes = sclera_alloc(string.length + 2 * odd + 1);
    size_t written = 0;
    for (size_t place = 0; place < string.length;) {
        size_t at = place;
        size_t length = decode(string, at, &character);
        if (length == 0) {
            written += sclera_put_character(bytes + written, 0xfffd);
            place++;
        } else {
            memcpy(bytes + written, string.bytes + at, length);
            written += length;
            place += length;
        }
    }
    sclera_string mended = {bytes, written};
    return mended;
}
