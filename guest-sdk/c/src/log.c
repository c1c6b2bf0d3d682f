#include "sclera/log.h"

#include <stdarg.h>

#include "internal.h"

void sclera_log_in(sclera_level level, const char *context, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sclera_string message = sclera_string_of(sclera__format(format, arguments));
    va_end(arguments);
    sclera__host_log(level, sclera_string_of(context), sclera_utf8(message));
}
