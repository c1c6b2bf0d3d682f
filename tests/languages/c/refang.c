/* Undoing what people do to indicators so that nobody clicks on them. */

#include <string.h>

#include "guard.h"

/* How deep brackets may be put inside brackets. Each level is one more walk through the value. */
enum { DEPTH = 4 };

static const struct {
    const char *fanged;
    const char *scheme;
} SCHEMES[] = {
    {"hxxp", "http"},   {"hxtp", "http"},   {"htxp", "http"},   {"h**p", "http"}, {"hxxps", "https"},
    {"hxtps", "https"}, {"htxps", "https"}, {"h**ps", "https"}, {"fxp", "ftp"},
};

/* What is put into brackets. */
static const struct {
    const char *word;
    const char *text;
    bool everywhere_only;
} WORDS[] = {
    {"://", "://", false}, {".", ".", false},   {":", ":", false}, {"/", "/", false},
    {"@", "@", false},     {"dot", ".", true}, {"at", "@", true},
};

static size_t skip_spaces(sclera_string value, size_t place)
{
    while (place < value.length && value.bytes[place] == ' ') {
        place++;
    }
    return place;
}

static char byte_at(sclera_string value, size_t place)
{
    return place < value.length ? value.bytes[place] : '\0';
}

/* What the place stands for if something is defanged there, and where that ends; NULL if nothing is. */
static const char *token(sclera_string value, size_t place, bool everywhere, size_t *end)
{
    char first = byte_at(value, place);
    char second = byte_at(value, place + 1);
    /* A dot that is escaped for a regular expression, and half a bracket. */
    bool half = first == '[' && second == '.' && byte_at(value, place + 2) != ']';
    if (everywhere && ((first == '\\' && second == '.') || half)) {
        *end = place + 2;
        return ".";
    }
    char close = first == '[' ? ']' : first == '(' ? ')' : first == '{' ? '}' : '\0';
    if (close == '\0' || (close != ']' && !everywhere)) {
        return NULL;
    }
    size_t inside = skip_spaces(value, place + 1);
    for (size_t i = 0; i < sizeof(WORDS) / sizeof(WORDS[0]); i++) {
        size_t length = strlen(WORDS[i].word);
        if ((WORDS[i].everywhere_only && !everywhere) || length > value.length - inside) {
            continue;
        }
        sclera_string head = {value.bytes + inside, length};
        size_t behind = skip_spaces(value, inside + length);
        if (equals_in_any_case(head, WORDS[i].word) && byte_at(value, behind) == close) {
            *end = behind + 1;
            return WORDS[i].text;
        }
    }
    return NULL;
}

static sclera_string with_scheme(sclera_string value)
{
    size_t colon = place_of(value, ':');
    sclera_string scheme = {value.bytes, colon};
    for (size_t i = 0; colon < value.length && i < sizeof(SCHEMES) / sizeof(SCHEMES[0]); i++) {
        if (equals_in_any_case(scheme, SCHEMES[i].fanged)) {
            growing text = {0};
            grow_text(&text, SCHEMES[i].scheme);
            grow(&text, value.bytes + colon, value.length - colon);
            return grown(&text);
        }
    }
    return value;
}

static sclera_string once(sclera_string value, extent extent)
{
    growing done = {0};
    bool everywhere = true;
    bool behind_scheme = false;
    for (size_t place = 0; place < value.length;) {
        size_t end = 0;
        const char *text = token(value, place, everywhere, &end);
        if (text != NULL) {
            /* People write `evil [.] example`, too. */
            while (done.length > 0 && done.bytes[done.length - 1] == ' ') {
                done.length--;
            }
            grow_text(&done, text);
            place = skip_spaces(value, end);
            behind_scheme = text[0] == ':';
            continue;
        }
        char byte = value.bytes[place++];
        bool slash = byte == '/' || byte == '\\';
        if (byte == ':') {
            behind_scheme = true;
        } else if (slash && behind_scheme) {
            /* The slashes behind a scheme. */
        } else if (extent == AUTHORITY && (slash || byte == '?' || byte == '#')) {
            everywhere = false;
        } else {
            behind_scheme = false;
        }
        grow(&done, &byte, 1);
    }
    sclera_string text = grown(&done);
    sclera_string copy = {sclera_copy(text.bytes, text.length), text.length};
    return with_scheme(copy);
}

checked refang(sclera_string value, extent extent)
{
    sclera_string refanged = value;
    for (int i = 0; i < DEPTH; i++) {
        sclera_string again = once(refanged, extent);
        if (sclera_string_equal(again, refanged)) {
            return right(refanged);
        }
        refanged = again;
    }
    return wrong("%s has too many brackets inside brackets", excerpt(value));
}
