/* Memory that nobody frees: each call gets a fresh instance of the module, and all of its memory goes when it is done. */
#ifndef SCLERA_MEMORY_H
#define SCLERA_MEMORY_H

#include <stddef.h>

#ifdef __GNUC__
#define SCLERA_PRINTF(text, rest) __attribute__((format(printf, text, rest)))
#else
#define SCLERA_PRINTF(text, rest)
#endif

#ifdef __cplusplus
extern "C" {
#endif

/* `size` bytes of zeros. Never NULL: a module that asks for more than it may have ends with the fault out-of-memory or a
   trap. Do not free it. In a native test, `sclera_mock_reset` does. */
void *sclera_alloc(size_t size);

/* A text as printf writes it. */
char *sclera_format(const char *format, ...) SCLERA_PRINTF(1, 2);

/* A copy of `length` bytes, with a zero behind them. */
char *sclera_copy(const char *bytes, size_t length);

#ifdef __cplusplus
}
#endif

#endif
