/* E-mail addresses. */

#include <string.h>

#include "guard.h"

enum { LONGEST_LOCAL = 64 };

static checked fault(sclera_string value, const char *why)
{
    return wrong("%s is not an e-mail address: %s", excerpt(value), why);
}

/* RFC 5322's atext and the dot; and with RFC 6531, every letter of the world. */
static bool may_be_unquoted(uint32_t c)
{
    bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    bool sign = c != 0 && c < 0x80 && strchr(".!#$%&'*+-/=?^_`{|}~", (int)c) != NULL;
    return letter || sign || (c >= 0x80 && !sclera_is_space(c));
}

checked check_email(sclera_string value)
{
    sclera_string address = value;
    sclera_string scheme = {value.bytes, value.length < 7 ? value.length : 7};
    if (equals_in_any_case(scheme, "mailto:")) {
        address = part(value, 7, value.length);
    }
    if (address.length >= 2 && address.bytes[0] == '<' && address.bytes[address.length - 1] == '>') {
        address = part(address, 1, address.length - 1);
    }
    size_t at = last_place_of(address, '@');
    if (at == address.length) {
        return fault(value, "it has no `@`");
    }
    sclera_string local = part(address, 0, at);
    if (local.length == 0) {
        return fault(value, "there is nothing before the `@`");
    }
    if (local.length > LONGEST_LOCAL) {
        return fault(value, "the part before the `@` is longer than 64 characters");
    }
    bool quoted = local.length > 2 && local.bytes[0] == '"' && local.bytes[local.length - 1] == '"';
    for (size_t place = 0; !quoted && place < local.length;) {
        size_t start = place;
        if (!may_be_unquoted(sclera_next_character(local, &place))) {
            return fault(value, sclera_format("the part before the `@` cannot have the character %s",
                                              excerpt_at(local, start)));
        }
    }
    checked domain = check_domain(part(address, at + 1, address.length));
    if (domain.reason != NULL) {
        return fault(value, domain.reason);
    }
    growing text = {0};
    grow(&text, local.bytes, local.length);
    grow(&text, "@", 1);
    grow(&text, domain.value.bytes, domain.value.length);
    return right(grown(&text));
}
