/* What the SDK's files share, and nobody else needs. */
#ifndef SCLERA_INTERNAL_H
#define SCLERA_INTERNAL_H

#include <stdarg.h>
#include <stddef.h>

#include "sclera.h"

char *sclera__format(const char *format, va_list arguments);

/* More room for bytes of which `length` are in use. The old place stays as it is. */
void *sclera__grow(void *bytes, size_t length, size_t size);

/* Ends an instance: everything that was allocated is gone. */
void sclera__free_all(void);
void sclera__forget_json(void);

/* Reads an event's payload and metadata, which are texts so far. */
bool sclera__read_event(sclera_event *event, sclera_string metadata, sclera_error *error);

/* ---- The host: guest/ in a component, mock/ in a native test ---- */

void sclera__host_log(sclera_level level, sclera_string context, sclera_string message);

/* The text of a configuration key; no bytes if it is not there. */
bool sclera__host_config(const char *key, sclera_string *text, sclera_error *error);

#endif
