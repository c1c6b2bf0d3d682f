#include "sclera/memory.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"

/* One allocation, in the list of all of them. Each is its own, so that the sanitizers of a native test see where it
   ends. */
typedef struct block {
    struct block *older;
    union {
        size_t size;
        long double aligned;
    } head;
} block;

static block *newest;

void *sclera_alloc(size_t size)
{
    block *made = size <= SIZE_MAX - sizeof(block) ? calloc(1, sizeof(block) + size) : NULL;
    if (made == NULL) {
        abort();
    }
    made->older = newest;
    made->head.size = size;
    newest = made;
    return made + 1;
}

void *sclera__grow(void *bytes, size_t length, size_t size)
{
    void *grown = sclera_alloc(size);
    if (length > 0) {
        memcpy(grown, bytes, length < size ? length : size);
    }
    return grown;
}

void sclera__free_all(void)
{
    while (newest != NULL) {
        block *older = newest->older;
        free(newest);
        newest = older;
    }
}

char *sclera_copy(const char *bytes, size_t length)
{
    char *copy = sclera_alloc(length + 1);
    if (length > 0) {
        memcpy(copy, bytes, length);
    }
    return copy;
}

char *sclera__format(const char *format, va_list arguments)
{
    va_list again;
    va_copy(again, arguments);
    int length = vsnprintf(NULL, 0, format, again);
    va_end(again);
    if (length < 0) {
        return sclera_copy("", 0);
    }
    char *text = sclera_alloc((size_t)length + 1);
    vsnprintf(text, (size_t)length + 1, format, arguments);
    return text;
}

char *sclera_format(const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *text = sclera__format(format, arguments);
    va_end(arguments);
    return text;
}
