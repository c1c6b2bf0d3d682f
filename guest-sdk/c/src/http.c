#include "sclera/http.h"

#include <string.h>

#include "internal.h"

bool sclera_response_ok(const sclera_response *response)
{
    return response->status >= 200 && response->status <= 299;
}

/* The beginning of a body, in a line. */
static const char *shown(sclera_string body)
{
    enum { SHOWN = 120 };
    char *line = sclera_alloc(4 * SHOWN + 1);
    size_t length = 0;
    size_t place = 0;
    for (size_t i = 0; i < SHOWN && place < body.length; i++) {
        uint32_t character = sclera_next_character(body, &place);
        length += sclera_put_character(line + length, character < ' ' || character == 0x7f ? ' ' : character);
    }
    return line;
}

bool sclera_response_success(const sclera_response *response, sclera_error *error)
{
    uint16_t status = response->status;
    if (sclera_response_ok(response)) {
        return true;
    }
    bool later = status == 408 || status == 425 || status == 429 || status >= 500;
    return (later ? sclera_fail_for_now : sclera_fail)(error, SCLERA_HTTP_STATUS, "the server answered %u: `%s`",
                                                       (unsigned)status, shown(response->body));
}

static char lower(char byte)
{
    return byte >= 'A' && byte <= 'Z' ? (char)(byte + ('a' - 'A')) : byte;
}

static bool same_name(const char *one, const char *other)
{
    while (*one != '\0' && lower(*one) == lower(*other)) {
        one++;
        other++;
    }
    return lower(*one) == lower(*other);
}

const char *sclera_response_header(const sclera_response *response, const char *name)
{
    for (size_t i = 0; i < response->header_count; i++) {
        if (same_name(response->headers[i].name, name)) {
            return response->headers[i].value;
        }
    }
    return NULL;
}

sclera_json *sclera_response_json(const sclera_response *response, sclera_error *error)
{
    sclera_error why = {0};
    sclera_json *read = sclera_parse_string(response->body, &why);
    if (read == NULL) {
        sclera_fail(error, SCLERA_HTTP_BAD_ANSWER, "the server's answer is not JSON: %s: `%s`", why.message,
                    shown(response->body));
    }
    return read;
}

const char *sclera_escape_url(const char *text)
{
    static const char DIGITS[] = "0123456789ABCDEF";
    char *escaped = sclera_alloc(3 * strlen(text) + 1);
    size_t length = 0;
    for (; *text != '\0'; text++) {
        unsigned char byte = (unsigned char)*text;
        bool plain = (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z') || (byte >= '0' && byte <= '9')
                     || strchr("-._~", byte) != NULL;
        if (plain) {
            escaped[length++] = (char)byte;
        } else {
            escaped[length++] = '%';
            escaped[length++] = DIGITS[byte >> 4];
            escaped[length++] = DIGITS[byte & 15];
        }
    }
    return escaped;
}
