/* URLs, as far as browsers agree with everybody. */

#include <string.h>

#include "guard.h"

static checked fault(sclera_string value, const char *why)
{
    return wrong("%s is not a URL: %s", excerpt(value), why);
}

static checked no_scheme(sclera_string value)
{
    bool is_domain = check_domain(value).reason == NULL;
    return fault(value, is_domain ? "it has no scheme; choose the type `domain`" : "it has no scheme, such as `https://`");
}

static bool ends_in_number(sclera_string host)
{
    size_t dot = last_place_of(host, '.');
    return is_digits(part(host, dot == host.length ? 0 : dot + 1, host.length));
}

/* The host in the one way to write it; or why it is none. */
static checked check_host(sclera_string value, sclera_string host)
{
    address address;
    if (host.bytes[0] == '[') {
        bool closed = host.bytes[host.length - 1] == ']';
        if (!closed || !read_v6(part(host, 1, host.length - 1), &address)) {
            return fault(value, "its IP address is not one");
        }
        return right(sclera_string_of(sclera_format("[%s]", write_address(&address))));
    }
    if (ends_in_number(host)) {
        bool is_one = read_v4(host, &address);
        return is_one ? right(host) : fault(value, "its IP address is not one");
    }
    for (size_t i = 0; i < host.length; i++) {
        if (strchr(" %^|<>\\]", host.bytes[i]) != NULL) {
            return fault(value, "its host is not a domain name");
        }
    }
    return right(to_ascii(host));
}

/* The port with its colon, or nothing if it is the scheme's own; or why it is none. */
static checked check_port(sclera_string value, sclera_string port, unsigned usual)
{
    unsigned number = 0;
    for (size_t i = 0; is_digits(port) && i < port.length && number <= 65535; i++) {
        number = number * 10 + (unsigned)(port.bytes[i] - '0');
    }
    if (port.length > 0 && (!is_digits(port) || number > 65535)) {
        return fault(value, "its port has to be a number from 0 to 65535");
    }
    bool left_out = port.length == 0 || number == usual;
    return right(sclera_string_of(left_out ? "" : sclera_format(":%u", number)));
}

static void put_rest(growing *text, sclera_string rest)
{
    if (rest.length == 0 || rest.bytes[0] != '/') {
        grow(text, "/", 1);
    }
    for (size_t i = 0; i < rest.length; i++) {
        unsigned char byte = (unsigned char)rest.bytes[i];
        if (byte < 0x80) {
            grow(text, rest.bytes + i, 1);
        } else {
            grow_text(text, sclera_format("%%%02X", (unsigned)byte));
        }
    }
}

checked check_url(sclera_string value)
{
    static const struct {
        const char *scheme;
        unsigned port;
    } SCHEMES[] = {{"http", 80}, {"https", 443}, {"ftp", 21}};
    size_t colon = place_of(value, ':');
    if (colon + 1 >= value.length || (value.bytes[colon + 1] != '/' && value.bytes[colon + 1] != '\\')) {
        return no_scheme(value);
    }
    size_t known = 0;
    while (known < 3 && !equals_in_any_case(part(value, 0, colon), SCHEMES[known].scheme)) {
        known++;
    }
    if (known == 3 || !begins_with(part(value, colon, value.length), "://")) {
        return right(value);
    }
    size_t start = colon + 3;
    size_t end = start;
    while (end < value.length && strchr("/?#", value.bytes[end]) == NULL) {
        end++;
    }
    sclera_string authority = part(value, start, end);
    size_t at = last_place_of(authority, '@');
    size_t user_end = at == authority.length ? 0 : at + 1;
    sclera_string place = part(authority, user_end, authority.length);
    size_t host_end = place_of(place, ':');
    if (place.length > 0 && place.bytes[0] == '[') {
        size_t close = place_of(place, ']');
        host_end = close == place.length ? close : close + 1;
    }
    sclera_string host = part(place, 0, host_end);
    if (host.length == 0) {
        return fault(value, "it has no host");
    }
    size_t port_start = host_end < place.length && place.bytes[host_end] == ':' ? host_end + 1 : host_end;
    checked port = check_port(value, part(place, port_start, place.length), SCHEMES[known].port);
    if (port.reason != NULL) {
        return port;
    }
    checked written = check_host(value, host);
    if (written.reason != NULL) {
        return written;
    }
    growing text = {0};
    grow_text(&text, SCHEMES[known].scheme);
    grow_text(&text, "://");
    grow(&text, authority.bytes, user_end);
    grow(&text, written.value.bytes, written.value.length);
    grow(&text, port.value.bytes, port.value.length);
    put_rest(&text, part(value, end, value.length));
    return right(grown(&text));
}
