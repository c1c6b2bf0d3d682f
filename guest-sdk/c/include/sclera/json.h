/* JSON that stays what it was: the order of keys, every digit of a number, and everything that the module does not know.
 *
 * The values are yyjson's mutable ones; for more than is here, include "yyjson.h" (vendor/yyjson). Numbers that were read
 * are kept as text, so use the functions here to read them. */
#ifndef SCLERA_JSON_H
#define SCLERA_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera/error.h"
#include "sclera/text.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A JSON value. NULL stands for one that is not there, and every function here takes it. */
typedef struct yyjson_mut_val sclera_json;

typedef enum sclera_json_type {
    SCLERA_JSON_ABSENT, /* the value is NULL */
    SCLERA_JSON_NULL,
    SCLERA_JSON_BOOLEAN,
    SCLERA_JSON_NUMBER,
    SCLERA_JSON_TEXT,
    SCLERA_JSON_LIST,
    SCLERA_JSON_OBJECT
} sclera_json_type;

/* Reads a text. NULL if it is not JSON, with the code SCLERA_NOT_JSON. */
sclera_json *sclera_parse(const char *text, sclera_error *error);
sclera_json *sclera_parse_string(sclera_string text, sclera_error *error);

/* Writes a value: compact, in UTF-8, what was not changed as it came. */
sclera_string sclera_write(const sclera_json *value);

/* ---- Looking at a value ---- */

sclera_json_type sclera_type(const sclera_json *value);

/* A text; NULL if it is none. Use the string where the text may have a zero in it. */
const char *sclera_as_text(const sclera_json *value);
bool sclera_as_string(const sclera_json *value, sclera_string *string);
/* An integer, or a text that is one: forms send "20". Leaves `*integer` as it is if it is none. */
bool sclera_as_integer(const sclera_json *value, int64_t *integer);
/* Any number. */
bool sclera_as_number(const sclera_json *value, double *number);
/* A boolean, or the text "true" or "false". */
bool sclera_as_boolean(const sclera_json *value, bool *boolean);
/* Whether there is nothing in it: absent, null or an empty text, which is what a form sends for an empty box. */
bool sclera_is_blank(const sclera_json *value);
/* Whether two values would be written the same. */
bool sclera_json_equal(const sclera_json *one, const sclera_json *other);

/* ---- Making one ---- */

sclera_json *sclera_null(void);
sclera_json *sclera_boolean(bool boolean);
sclera_json *sclera_integer(int64_t integer);
sclera_json *sclera_number(double number);
/* The text is copied. NULL gives null. */
sclera_json *sclera_text(const char *text);
sclera_json *sclera_text_of(sclera_string string);
sclera_json *sclera_list(void);
sclera_json *sclera_object(void);
sclera_json *sclera_copy_of(const sclera_json *value);

/* ---- Objects ---- */

/* The value of a key; NULL if there is none, or if `object` is not an object. Of several of one key the last, as in the
   host. */
sclera_json *sclera_get(const sclera_json *object, const char *key);
/* Sets a key: in its place if it is there, and else at the end. A value that is already in a list or an object is copied.
   Does nothing if `object` is not an object. */
void sclera_set(sclera_json *object, const char *key, sclera_json *value);
/* Takes a key out, and says whether it was there. */
bool sclera_remove(sclera_json *object, const char *key);
/* The object that a key has; if it has something else, or is not there, it is made to have an empty one. */
sclera_json *sclera_object_in(sclera_json *object, const char *key);
/* The keys, in their order: `for (sclera_json *key = sclera_first_key(object); key; key = sclera_next_key(object, key))`.
   A key is a text; its value is `sclera_value_of(key)`. */
sclera_json *sclera_first_key(const sclera_json *object);
sclera_json *sclera_next_key(const sclera_json *object, const sclera_json *key);
sclera_json *sclera_value_of(const sclera_json *key);

/* ---- Lists ---- */

/* How many elements a list has, or keys an object. */
size_t sclera_count(const sclera_json *value);
/* `for (sclera_json *item = sclera_first(list); item; item = sclera_next(list, item))` */
sclera_json *sclera_first(const sclera_json *list);
sclera_json *sclera_next(const sclera_json *list, const sclera_json *item);
/* Adds a value at the end of a list. One that is already in a list or an object is copied. */
void sclera_append(sclera_json *list, sclera_json *value);

#ifdef __cplusplus
}
#endif

#endif
