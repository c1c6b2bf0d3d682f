/* Log lines, kept with the delivery that wrote them. What is printed to stdout and stderr becomes log lines, too. */
#ifndef SCLERA_LOG_H
#define SCLERA_LOG_H

#include "sclera/memory.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sclera_level {
    SCLERA_TRACE,
    SCLERA_DEBUG,
    SCLERA_INFO,
    SCLERA_WARN,
    SCLERA_ERROR,
    SCLERA_CRITICAL
} sclera_level;

/* `sclera_log(SCLERA_INFO, "%zu IOCs", count);` The line's context is the function that logs it. Which lines to keep is
   the host's choice. */
#define sclera_log(level, ...) sclera_log_in(level, __func__, __VA_ARGS__)

/* The same, with a context of your own. */
void sclera_log_in(sclera_level level, const char *context, const char *format, ...) SCLERA_PRINTF(3, 4);

#ifdef __cplusplus
}
#endif

#endif
