#include "sclera/ioc_type.h"

#include <string.h>

#include "generated.h"

const char *sclera_ioc_type_name(sclera_ioc_type type)
{
    for (size_t i = 0; i < sclera__ioc_type_count; i++) {
        if (sclera__ioc_types[i].id == (int64_t)type) {
            return sclera__ioc_types[i].name;
        }
    }
    return "";
}

bool sclera_ioc_type_from_id(int64_t id, sclera_ioc_type *type)
{
    for (size_t i = 0; i < sclera__ioc_type_count; i++) {
        if (sclera__ioc_types[i].id == id) {
            *type = (sclera_ioc_type)id;
            return true;
        }
    }
    return false;
}

bool sclera_ioc_type_from_name(const char *name, sclera_ioc_type *type)
{
    for (size_t i = 0; i < sclera__ioc_type_count; i++) {
        if (strcmp(sclera__ioc_types[i].name, name) == 0) {
            *type = (sclera_ioc_type)sclera__ioc_types[i].id;
            return true;
        }
    }
    return false;
}

bool sclera_ioc_type_of(sclera_ioc ioc, sclera_ioc_type *type)
{
    int64_t id = 0;
    if (sclera_ioc_get_ioc_type_id(ioc, &id) && sclera_ioc_type_from_id(id, type)) {
        return true;
    }
    const char *name = sclera_as_text(sclera_get(sclera_ioc_get_ioc_type(ioc), "type_name"));
    return name != NULL && sclera_ioc_type_from_name(name, type);
}
