/* The tables that are generated from the catalog of hooks. */
#ifndef SCLERA_GENERATED_H
#define SCLERA_GENERATED_H

#include <stddef.h>
#include <stdint.h>

typedef struct sclera__named {
    int64_t id;
    const char *name;
} sclera__named;

extern const sclera__named sclera__ioc_types[];
extern const size_t sclera__ioc_type_count;

extern const sclera__named sclera__tlps[];
extern const size_t sclera__tlp_count;

#endif
