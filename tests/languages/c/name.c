/* Domain names and the names of machines. */

#include <string.h>

#include "guard.h"

/* More than any name can have in Unicode before it is turned into at most 253 characters of ASCII. */
enum { LONGEST_SENT = 4 * 253, LONGEST = 253, LONGEST_LABEL = 63 };

/* ---- Punycode: RFC 3492, section 6.3 ---- */

static uint32_t adapt(uint32_t delta, uint32_t points, bool first)
{
    uint32_t k = 0;
    delta = first ? delta / 700 : delta / 2;
    delta += delta / points;
    for (; delta > 455; k += 36) {
        delta /= 35;
    }
    return k + 36 * delta / (delta + 38);
}

static void put_digit(growing *text, uint32_t digit)
{
    char byte = (char)(digit < 26 ? 'a' + digit : '0' + (digit - 26));
    grow(text, &byte, 1);
}

static void put_delta(growing *text, uint32_t delta, uint32_t bias)
{
    for (uint32_t k = 36;; k += 36) {
        uint32_t threshold = k <= bias ? 1 : k >= bias + 26 ? 26 : k - bias;
        if (delta < threshold) {
            break;
        }
        put_digit(text, threshold + (delta - threshold) % (36 - threshold));
        delta = (delta - threshold) / (36 - threshold);
    }
    put_digit(text, delta);
}

static void punycode(growing *text, sclera_string label)
{
    uint32_t *characters = sclera_alloc((label.length + 1) * sizeof(uint32_t));
    uint32_t count = 0;
    uint32_t done = 0;
    for (size_t place = 0; place < label.length; count++) {
        characters[count] = sclera_next_character(label, &place);
        if (characters[count] < 0x80) {
            char byte = (char)characters[count];
            grow(text, &byte, 1);
            done++;
        }
    }
    if (done > 0) {
        grow(text, "-", 1);
    }
    uint32_t basic = done;
    uint32_t delta = 0;
    uint32_t bias = 72;
    for (uint32_t next = 0x80; done < count; next++, delta++) {
        uint32_t least = UINT32_MAX;
        for (uint32_t i = 0; i < count; i++) {
            if (characters[i] >= next && characters[i] < least) {
                least = characters[i];
            }
        }
        delta += (least - next) * (done + 1);
        next = least;
        for (uint32_t i = 0; i < count; i++) {
            delta += characters[i] < next;
            if (characters[i] == next) {
                put_delta(text, delta, bias);
                bias = adapt(delta, done + 1, done == basic);
                delta = 0;
                done++;
            }
        }
    }
}

/* ---- Names ---- */

/* The next part between dots, from `*from` on; false if there is none left. */
static bool next_label(sclera_string name, size_t *from, sclera_string *label)
{
    if (*from > name.length) {
        return false;
    }
    size_t to = *from;
    while (to < name.length && name.bytes[to] != '.') {
        to++;
    }
    *label = part(name, *from, to);
    *from = to + 1;
    return true;
}

sclera_string to_ascii(sclera_string name)
{
    growing text = {0};
    sclera_string label;
    for (size_t from = 0; next_label(name, &from, &label);) {
        if (text.length > 0 || from > label.length + 1) {
            grow(&text, ".", 1);
        }
        char *lowered = sclera_copy(label.bytes, label.length);
        bool ascii = true;
        for (size_t i = 0; i < label.length; i++) {
            lowered[i] = lower(lowered[i]);
            ascii = ascii && (unsigned char)lowered[i] < 0x80;
        }
        label.bytes = lowered;
        if (ascii) {
            grow(&text, label.bytes, label.length);
        } else {
            grow_text(&text, "xn--");
            punycode(&text, label);
        }
    }
    return grown(&text);
}

static checked fault(sclera_string value, const char *why)
{
    return wrong("%s is not a domain name: %s", excerpt(value), why);
}

static bool has(sclera_string value, char byte)
{
    return place_of(value, byte) < value.length;
}

checked check_hostname(sclera_string value)
{
    address address;
    if (value.length > LONGEST_SENT) {
        return fault(value, "it is longer than 253 characters");
    }
    if (has(value, '/') || has(value, '\\')) {
        return fault(value, "it has a path; choose the type `url`");
    }
    if (has(value, '@')) {
        return fault(value, "it has an `@`; choose the type `email`");
    }
    if (read_address(value, &address)) {
        return fault(value, "it is an IP address; choose the type `ip-any`");
    }
    sclera_string name = to_ascii(value);
    if (name.length > 0 && name.bytes[name.length - 1] == '.') {
        name = part(name, 0, name.length - 1);
    }
    if (name.length > LONGEST) {
        return fault(value, "it is longer than 253 characters");
    }
    sclera_string label = {"", 0};
    for (size_t from = 0; next_label(name, &from, &label);) {
        if (label.length == 0) {
            return fault(value, "it has an empty part");
        }
        if (label.length > LONGEST_LABEL) {
            return fault(value, "one of its parts is longer than 63 characters");
        }
        for (size_t i = 0; i < label.length; i++) {
            char byte = label.bytes[i];
            bool usual = (byte >= 'a' && byte <= 'z') || (byte >= '0' && byte <= '9') || byte == '-' || byte == '_';
            if (!usual) {
                return fault(value, sclera_format("it cannot have the character %s", excerpt_at(label, i)));
            }
        }
    }
    if (is_digits(label)) {
        return fault(value, "its last part is a number");
    }
    return right(name);
}

checked check_domain(sclera_string value)
{
    checked name = check_hostname(value);
    if (name.reason == NULL && !has(name.value, '.')) {
        return fault(value, "it has one part only; choose the type `hostname` for the name of a machine");
    }
    return name;
}
