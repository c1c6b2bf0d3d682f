#include "sclera/answer.h"

#include <stdarg.h>

#include "internal.h"

void sclera_replace_edited(sclera_answer *answer, const sclera_event *event)
{
    /* What was there before, written as what is there now will be. */
    sclera_json *before = sclera_parse_string(event->payload, NULL);
    if (sclera_json_equal(before, event->list)) {
        answer->outcome = SCLERA_UNCHANGED;
    } else {
        sclera_replace(answer, event->list);
    }
}

void sclera_replace(sclera_answer *answer, sclera_json *objects)
{
    answer->outcome = SCLERA_REPLACE;
    answer->replacement = objects;
}

void sclera_reject(sclera_answer *answer, const char *pointer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    answer->outcome = SCLERA_REJECT;
    answer->reason = sclera__format(format, arguments);
    answer->pointer = pointer;
    va_end(arguments);
}

const char *sclera_pointer(size_t index, const char *field)
{
    /* RFC 6901: `~` is written `~0`, and `/` is written `~1`. */
    sclera_string name = sclera_string_of(field);
    char *escaped = sclera_alloc(2 * name.length + 1);
    size_t length = 0;
    for (size_t i = 0; i < name.length; i++) {
        char byte = name.bytes[i];
        if (byte == '~' || byte == '/') {
            escaped[length++] = '~';
            byte = byte == '~' ? '0' : '1';
        }
        escaped[length++] = byte;
    }
    return sclera_format("/%zu/%s", index, escaped);
}

void sclera_message(sclera_answer *answer, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    answer->message = sclera__format(format, arguments);
    va_end(arguments);
}
