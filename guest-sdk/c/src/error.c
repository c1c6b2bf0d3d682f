#include "sclera/error.h"

#include <stdarg.h>

#include "internal.h"

static void set(sclera_error *error, const char *code, bool retryable, const char *format, va_list arguments)
{
    if (error != NULL) {
        error->code = code;
        error->message = sclera__format(format, arguments);
        error->retryable = retryable;
    }
}

bool sclera_fail(sclera_error *error, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(error, code, false, format, arguments);
    va_end(arguments);
    return false;
}

bool sclera_fail_for_now(sclera_error *error, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    set(error, code, true, format, arguments);
    va_end(arguments);
    return false;
}
