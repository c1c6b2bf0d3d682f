/* What the files of this module share. */
#ifndef GUARD_H
#define GUARD_H

#include "sclera.h"

/* What an operator can set. */
typedef struct config {
    bool tag_changes;
    const char *tag_prefix;
    bool reject_invalid;
    bool reject_private_ips;
} config;

/* A value that can be right, in the one way to write it; or a reason why it cannot be. */
typedef struct checked {
    sclera_string value;
    const char *reason;
} checked;

checked right(sclera_string value);
checked wrong(const char *format, ...) SCLERA_PRINTF(1, 2);

/* A text that grows. */
typedef struct growing {
    char *bytes;
    size_t length;
    size_t room;
} growing;

void grow(growing *text, const char *bytes, size_t length);
void grow_text(growing *text, const char *more);
sclera_string grown(growing *text);

/* A part of a string: from one place to before another. */
sclera_string part(sclera_string string, size_t from, size_t to);
/* Where a byte is first or last; the string's length if it is not there. */
size_t place_of(sclera_string string, char byte);
size_t last_place_of(sclera_string string, char byte);
bool begins_with(sclera_string string, const char *beginning);
bool equals_in_any_case(sclera_string string, const char *lower);
bool is_digits(sclera_string string);
char lower(char byte);

/* The beginning of a value, for a sentence. */
const char *excerpt(sclera_string value);
/* The character at a place, for a sentence. */
const char *excerpt_at(sclera_string value, size_t place);

sclera_string clean(sclera_string sent);

/* In how much of a value every way of defanging is undone: all of it, or a URL up to the first slash behind its scheme. */
typedef enum extent { ALL, AUTHORITY } extent;
checked refang(sclera_string value, extent extent);

/* An IP address that was read. */
typedef struct address {
    bool is_v4;
    uint16_t groups[8]; /* of an IPv4 address, the last two */
} address;
bool read_address(sclera_string text, address *address);
bool read_v4(sclera_string text, address *address);
bool read_v6(sclera_string text, address *address);
const char *write_address(const address *address);

checked check_ip(sclera_string value, bool reject_private);
checked check_hostname(sclera_string value);
checked check_domain(sclera_string value);
checked check_email(sclera_string value);
checked check_url(sclera_string value);
checked check_hash(sclera_ioc_type type, sclera_string value);

/* A name in lower case, its international parts in Punycode. */
sclera_string to_ascii(sclera_string name);

/* A value that was read. */
typedef struct indicator {
    const char *reason; /* why it cannot be right, or NULL */
    sclera_string value;
    bool refanged;
    bool normalised;
} indicator;
indicator read_indicator(sclera_ioc_type type, sclera_string sent, const config *config);

#endif
