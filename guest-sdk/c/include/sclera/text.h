/* UTF-8, as far as a module needs to know of it. */
#ifndef SCLERA_TEXT_H
#define SCLERA_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A text that may have zeros in it, as JSON's may: `length` bytes, and always one zero behind them. */
typedef struct sclera_string {
    const char *bytes;
    size_t length;
} sclera_string;

/* The string of a C text; no bytes for NULL. */
sclera_string sclera_string_of(const char *text);

bool sclera_string_equal(sclera_string one, sclera_string other);

/* The string without the white space of Unicode around it. */
sclera_string sclera_trim(sclera_string string);

/* Decodes the character at `*place`, and moves `*place` behind it. A byte that is not UTF-8 gives U+FFFD, alone. Call it
   only while `*place` is less than `string.length`. */
uint32_t sclera_next_character(sclera_string string, size_t *place);

/* Writes a character as UTF-8 into `bytes`, and says how many bytes it took. */
size_t sclera_put_character(char bytes[4], uint32_t character);

/* Whether a character is white space in Unicode. */
bool sclera_is_space(uint32_t character);

/* The string itself if it is UTF-8, and else a copy with U+FFFD in place of each byte that is not. The host takes nothing
   but UTF-8, so the SDK puts everything that it hands over through this. */
sclera_string sclera_utf8(sclera_string string);

#ifdef __cplusplus
}
#endif

#endif
