/* What time it is. */
#ifndef SCLERA_CLOCK_H
#define SCLERA_CLOCK_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* Milliseconds since 1970-01-01T00:00:00Z. `time` and `clock_gettime` work as well. */
uint64_t sclera_now_ms(void);

#ifdef __cplusplus
}
#endif

#endif
