#include "sclera/tlp.h"

#include <string.h>

#include "generated.h"

int64_t sclera_tlp_id(sclera_tlp tlp)
{
    return (size_t)tlp < sclera__tlp_count ? sclera__tlps[tlp].id : 0;
}

const char *sclera_tlp_name(sclera_tlp tlp)
{
    return (size_t)tlp < sclera__tlp_count ? sclera__tlps[tlp].name : "";
}

bool sclera_tlp_from_id(int64_t id, sclera_tlp *tlp)
{
    for (size_t i = 0; i < sclera__tlp_count; i++) {
        if (sclera__tlps[i].id == id) {
            *tlp = (sclera_tlp)i;
            return true;
        }
    }
    return false;
}

static bool same(const char *one, const char *other)
{
    for (; *one != '\0' && *other != '\0'; one++, other++) {
        char byte = *one >= 'A' && *one <= 'Z' ? (char)(*one + ('a' - 'A')) : *one;
        if (byte != *other) {
            return false;
        }
    }
    return *one == *other;
}

bool sclera_tlp_from_name(const char *name, sclera_tlp *tlp)
{
    for (size_t i = 0; i < sclera__tlp_count; i++) {
        if (same(name, sclera__tlps[i].name)) {
            *tlp = (sclera_tlp)i;
            return true;
        }
    }
    return false;
}

bool sclera_as_tlp(const sclera_json *value, sclera_tlp *tlp)
{
    int64_t id = 0;
    return sclera_as_integer(value, &id) && sclera_tlp_from_id(id, tlp);
}

sclera_json *sclera_tlp_json(sclera_tlp tlp)
{
    return sclera_integer(sclera_tlp_id(tlp));
}
