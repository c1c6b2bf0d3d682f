/* Why something did not work. */
#ifndef SCLERA_ERROR_H
#define SCLERA_ERROR_H

#include <stdbool.h>

#include "sclera/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

/* What a function that answers false leaves behind. Where an `error` is an argument it may be NULL, if nobody wants to
   know why. */
typedef struct sclera_error {
    const char *code;    /* a short, stable, machine-readable word, such as "upstream-unavailable"; the set is open */
    const char *message; /* one sentence for a person: what failed, and what to do now */
    bool retryable;      /* whether the same call may work if it is made again later */
} sclera_error;

/* The code of an error that has no better one. */
#define SCLERA_MODULE_ERROR "module-error"
/* A configuration value that cannot be read as what the module wants. */
#define SCLERA_INVALID_CONFIGURATION "invalid-configuration"
/* An event whose payload or metadata cannot be read. */
#define SCLERA_BAD_EVENT "bad-event"
/* A text that is not JSON. */
#define SCLERA_NOT_JSON "not-json"

/* Sets an error that will be the same however often the call is made. Answers false, so that one can write
   `return sclera_fail(error, "no-such-list", "there is no list `%s`", name);` */
bool sclera_fail(sclera_error *error, const char *code, const char *format, ...) SCLERA_PRINTF(3, 4);

/* Sets an error that may be gone if the call is made again later. */
bool sclera_fail_for_now(sclera_error *error, const char *code, const char *format, ...) SCLERA_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif

#endif
