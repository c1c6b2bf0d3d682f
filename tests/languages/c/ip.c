/* IP addresses, and networks of them. */

#include <string.h>

#include "guard.h"

/* ---- Reading: a place in a text, which stays where it was if something is not there ---- */

static bool take(sclera_string text, size_t *place, char byte)
{
    if (*place < text.length && text.bytes[*place] == byte) {
        (*place)++;
        return true;
    }
    return false;
}

/* A decimal number of one to three digits without leading zeros, up to 255. */
static bool take_octet(sclera_string text, size_t *place, unsigned *octet)
{
    size_t at = *place;
    unsigned value = 0;
    while (at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9' && at - *place < 3) {
        value = value * 10 + (unsigned)(text.bytes[at++] - '0');
    }
    size_t digits = at - *place;
    bool more = at < text.length && text.bytes[at] >= '0' && text.bytes[at] <= '9';
    if (digits == 0 || more || value > 255 || (digits > 1 && text.bytes[*place] == '0')) {
        return false;
    }
    *place = at;
    *octet = value;
    return true;
}

static bool take_v4(sclera_string text, size_t *place, uint16_t groups[2])
{
    size_t at = *place;
    unsigned octets[4];
    for (int i = 0; i < 4; i++) {
        if ((i > 0 && !take(text, &at, '.')) || !take_octet(text, &at, &octets[i])) {
            return false;
        }
    }
    *place = at;
    groups[0] = (uint16_t)(octets[0] << 8 | octets[1]);
    groups[1] = (uint16_t)(octets[2] << 8 | octets[3]);
    return true;
}

static bool take_group(sclera_string text, size_t *place, uint16_t *group)
{
    size_t at = *place;
    unsigned value = 0;
    for (; at < text.length && at - *place <= 4; at++) {
        char byte = lower(text.bytes[at]);
        if (byte >= '0' && byte <= '9') {
            value = value << 4 | (unsigned)(byte - '0');
        } else if (byte >= 'a' && byte <= 'f') {
            value = value << 4 | (unsigned)(byte - 'a' + 10);
        } else {
            break;
        }
    }
    if (at == *place || at - *place > 4) {
        return false;
    }
    *place = at;
    *group = (uint16_t)value;
    return true;
}

/* As many groups as there are, up to a limit; the last two may be an IPv4 address. */
static size_t take_groups(sclera_string text, size_t *place, uint16_t *groups, size_t limit, bool *has_v4)
{
    *has_v4 = false;
    for (size_t i = 0; i < limit; i++) {
        size_t at = *place;
        bool separated = i == 0 || take(text, &at, ':');
        size_t v4_at = at;
        if (separated && i + 1 < limit && take_v4(text, &v4_at, groups + i)) {
            *place = v4_at;
            *has_v4 = true;
            return i + 2;
        }
        if (!separated || !take_group(text, &at, &groups[i])) {
            return i;
        }
        *place = at;
    }
    return limit;
}

bool read_v4(sclera_string text, address *address)
{
    size_t place = 0;
    memset(address, 0, sizeof(*address));
    address->is_v4 = true;
    return take_v4(text, &place, address->groups + 6) && place == text.length;
}

bool read_v6(sclera_string text, address *address)
{
    size_t place = 0;
    bool has_v4 = false;
    memset(address, 0, sizeof(*address));
    size_t head = take_groups(text, &place, address->groups, 8, &has_v4);
    if (head < 8) {
        uint16_t tail[8] = {0};
        if (has_v4 || !take(text, &place, ':') || !take(text, &place, ':')) {
            return false;
        }
        /* `::` is one group or more. */
        size_t count = take_groups(text, &place, tail, 7 - head, &has_v4);
        memset(address->groups + head, 0, (8 - head) * sizeof(uint16_t));
        memcpy(address->groups + 8 - count, tail, count * sizeof(uint16_t));
    }
    return place == text.length;
}

bool read_address(sclera_string text, address *address)
{
    return read_v4(text, address) || read_v6(text, address);
}

/* ---- Writing ---- */

static const char *write_v4(const uint16_t groups[2])
{
    return sclera_format("%u.%u.%u.%u", groups[0] >> 8, groups[0] & 255u, groups[1] >> 8, groups[1] & 255u);
}

static bool is_mapped(const address *address)
{
    static const uint16_t PREFIX[6] = {0, 0, 0, 0, 0, 0xffff};
    return !address->is_v4 && memcmp(address->groups, PREFIX, sizeof(PREFIX)) == 0;
}

/* RFC 5952: the first of the longest runs of zeros, of two or more, is `::`. */
const char *write_address(const address *address)
{
    if (address->is_v4) {
        return write_v4(address->groups + 6);
    }
    if (is_mapped(address)) {
        return sclera_format("::ffff:%s", write_v4(address->groups + 6));
    }
    size_t longest = 1;
    size_t start = 8;
    for (size_t i = 0; i < 8; i++) {
        size_t length = 0;
        while (i + length < 8 && address->groups[i + length] == 0) {
            length++;
        }
        if (length > longest) {
            longest = length;
            start = i;
        }
    }
    growing text = {0};
    for (size_t i = 0; i < 8; i++) {
        if (i == start) {
            grow_text(&text, "::");
            i += longest - 1;
        } else {
            bool first = i == 0 || i == start + longest;
            grow_text(&text, sclera_format(first ? "%x" : ":%x", (unsigned)address->groups[i]));
        }
    }
    return grown(&text).bytes;
}

/* ---- Checking ---- */

static bool is_private_v4(const uint16_t groups[2])
{
    unsigned one = groups[0] >> 8;
    unsigned two = groups[0] & 255u;
    return one == 10 || (one == 172 && two >= 16 && two <= 31) || (one == 192 && two == 168) || one == 127
           || (one == 169 && two == 254) || (groups[0] == 0 && groups[1] == 0);
}

static bool is_private(const address *address)
{
    const uint16_t *groups = address->groups;
    if (address->is_v4 || is_mapped(address)) {
        return is_private_v4(groups + 6);
    }
    bool zeros = true;
    for (size_t i = 0; i < 7; i++) {
        zeros = zeros && groups[i] == 0;
    }
    return (zeros && groups[7] <= 1) || (groups[0] & 0xfe00) == 0xfc00 || (groups[0] & 0xffc0) == 0xfe80;
}

static bool is_port(sclera_string text)
{
    unsigned long port = 0;
    for (size_t i = 0; i < text.length && port <= 65535; i++) {
        port = port * 10 + (unsigned long)(text.bytes[i] - '0');
    }
    return is_digits(text) && port <= 65535;
}

static bool is_with_port(sclera_string text)
{
    address address;
    size_t colon = last_place_of(text, ':');
    if (colon == text.length || !is_port(part(text, colon + 1, text.length))) {
        return false;
    }
    bool bracketed = colon >= 2 && text.bytes[0] == '[' && text.bytes[colon - 1] == ']';
    return bracketed ? read_v6(part(text, 1, colon - 1), &address) : read_v4(part(text, 0, colon), &address);
}

/* Why it is no address. */
static checked why_not(sclera_string value, sclera_string bare)
{
    const char *shown = excerpt(value);
    size_t runs = 0;
    bool numbers = true;
    bool leading_zero = false;
    for (size_t from = 0; from <= bare.length && runs < 7; runs++) {
        size_t to = from;
        while (to < bare.length && bare.bytes[to] != '.') {
            to++;
        }
        sclera_string run = part(bare, from, to);
        numbers = numbers && is_digits(run);
        leading_zero = leading_zero || (run.length > 1 && run.bytes[0] == '0');
        from = to + 1;
    }
    numbers = numbers && runs <= 6;
    if (place_of(bare, '%') < bare.length) {
        return wrong("%s has a zone (`%%\xe2\x80\xa6`), which means something on one machine only: leave it out", shown);
    }
    if (is_with_port(bare) || is_with_port(value)) {
        return wrong("%s is an IP address with a port: leave the port out, or choose the type `ip-dst|port`", shown);
    }
    if (numbers && runs != 4) {
        return wrong("%s is not an IP address: an IPv4 address has four numbers", shown);
    }
    if (numbers && leading_zero) {
        return wrong("%s is not an IP address: a number with a leading zero can be read in two ways", shown);
    }
    if (numbers) {
        return wrong("%s is not an IP address: each number of an IPv4 address is at most 255", shown);
    }
    return wrong("%s is not an IP address", shown);
}

checked check_ip(sclera_string value, bool reject_private)
{
    size_t slash = place_of(value, '/');
    sclera_string bare = part(value, 0, slash);
    if (bare.length >= 2 && bare.bytes[0] == '[' && bare.bytes[bare.length - 1] == ']') {
        bare = part(bare, 1, bare.length - 1);
    }
    address address;
    if (!read_address(bare, &address)) {
        return why_not(value, bare);
    }
    if (reject_private && is_private(&address)) {
        return wrong("%s is a private address, which this server does not take as an IOC", excerpt(value));
    }
    const char *written = write_address(&address);
    if (slash == value.length) {
        return right(sclera_string_of(written));
    }
    unsigned longest = address.is_v4 ? 32 : 128;
    sclera_string prefix = part(value, slash + 1, value.length);
    unsigned length = 0;
    for (size_t i = 0; is_digits(prefix) && i < prefix.length && length <= longest; i++) {
        length = length * 10 + (unsigned)(prefix.bytes[i] - '0');
    }
    if (!is_digits(prefix) || length > longest) {
        return wrong("%s is not a network: its prefix length has to be a number from 0 to %u", excerpt(value), longest);
    }
    return right(sclera_string_of(sclera_format("%s/%u", written, length)));
}
