/* Hashes. */

#include "guard.h"

/* Each kind of hash: what people call it, and its length in hexadecimal digits. */
static const struct {
    sclera_ioc_type type;
    const char *name;
    size_t digits;
} HASHES[] = {
    {SCLERA_IOC_TYPE_MD5, "an MD5", 32},        {SCLERA_IOC_TYPE_SHA1, "a SHA-1", 40},
    {SCLERA_IOC_TYPE_SHA224, "a SHA-224", 56},  {SCLERA_IOC_TYPE_SHA256, "a SHA-256", 64},
    {SCLERA_IOC_TYPE_SHA384, "a SHA-384", 96},  {SCLERA_IOC_TYPE_SHA512, "a SHA-512", 128},
};

enum { COUNT = sizeof(HASHES) / sizeof(HASHES[0]) };

static bool is_hexadecimal(char byte)
{
    char low = lower(byte);
    return (low >= '0' && low <= '9') || (low >= 'a' && low <= 'f');
}

checked check_hash(sclera_ioc_type type, sclera_string value)
{
    size_t kind = 0;
    while (kind < COUNT - 1 && HASHES[kind].type != type) {
        kind++;
    }
    const char *name = HASHES[kind].name;
    char *lowered = sclera_copy(value.bytes, value.length);
    for (size_t i = 0; i < value.length; i++) {
        if (!is_hexadecimal(value.bytes[i])) {
            return wrong("%s is not %s: %s is not a hexadecimal digit", excerpt(value), name, excerpt_at(value, i));
        }
        lowered[i] = lower(lowered[i]);
    }
    if (value.length != HASHES[kind].digits) {
        const char *other = "";
        for (size_t i = 0; i < COUNT; i++) {
            if (HASHES[i].digits == value.length) {
                other = sclera_format("; %s would have as many, which is the type `%s`", HASHES[i].name,
                                      sclera_ioc_type_name(HASHES[i].type));
            }
        }
        return wrong("%s is not %s: it has %zu characters, %s has %zu hexadecimal digits%s", excerpt(value), name,
                     value.length, name, HASHES[kind].digits, other);
    }
    sclera_string found = {lowered, value.length};
    return right(found);
}
