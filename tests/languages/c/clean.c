/* What nobody sees and nobody meant. */

#include "guard.h"

static bool is_invisible(uint32_t c)
{
    return c <= 0x1f || (c >= 0x7f && c <= 0x9f) || c == 0xad || c == 0x34f || c == 0x61c || c == 0x115f || c == 0x1160
           || c == 0x17b4 || c == 0x17b5 || (c >= 0x180b && c <= 0x180f) || (c >= 0x200b && c <= 0x200f)
           || (c >= 0x202a && c <= 0x202e) || (c >= 0x2060 && c <= 0x206f) || c == 0x3164 || (c >= 0xfe00 && c <= 0xfe0f)
           || c == 0xfeff || c == 0xffa0 || (c >= 0xfff9 && c <= 0xfffb) || (c >= 0xe0000 && c <= 0xe0fff);
}

sclera_string clean(sclera_string sent)
{
    growing kept = {0};
    for (size_t place = 0; place < sent.length;) {
        size_t start = place;
        if (!is_invisible(sclera_next_character(sent, &place))) {
            grow(&kept, sent.bytes + start, place - start);
        }
    }
    return sclera_trim(grown(&kept));
}
