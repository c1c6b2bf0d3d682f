#include "sclera/json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "internal.h"
#include "yyjson.h"

/* Every value of an instance is in this one document. */
static yyjson_mut_doc *document;

static void *json_alloc(void *context, size_t size)
{
    (void)context;
    /* Zeros, which is how `is_placed` knows a new value. */
    return sclera_alloc(size);
}

static void *json_grow(void *context, void *bytes, size_t old_size, size_t size)
{
    (void)context;
    return sclera__grow(bytes, old_size, size);
}

static void json_free(void *context, void *bytes)
{
    (void)context;
    (void)bytes;
}

static const yyjson_alc MEMORY = {json_alloc, json_grow, json_free, NULL};

static yyjson_mut_doc *the_document(void)
{
    if (document == NULL) {
        document = yyjson_mut_doc_new(&MEMORY);
    }
    return document;
}

void sclera__forget_json(void)
{
    document = NULL;
}

/* yyjson reads through pointers that are not const. */
static yyjson_mut_val *bare(const sclera_json *value)
{
    return (yyjson_mut_val *)(uintptr_t)value;
}

/* ---- Text to value, and back ---- */

sclera_json *sclera_parse_string(sclera_string text, sclera_error *error)
{
    yyjson_read_err fault;
    const char *bytes = text.bytes == NULL ? "" : text.bytes;
    /* Numbers stay as they are written; yyjson does not change the text without the flag for it. */
    yyjson_doc *read =
        yyjson_read_opts((char *)(uintptr_t)bytes, text.length, YYJSON_READ_NUMBER_AS_RAW, &MEMORY, &fault);
    if (read == NULL) {
        sclera_fail(error, SCLERA_NOT_JSON, "it is not JSON: %s at byte %zu", fault.msg, fault.pos);
        return NULL;
    }
    return yyjson_val_mut_copy(the_document(), yyjson_doc_get_root(read));
}

sclera_json *sclera_parse(const char *text, sclera_error *error)
{
    return sclera_parse_string(sclera_string_of(text), error);
}

sclera_string sclera_write(const sclera_json *value)
{
    sclera_string written = {"null", 4};
    if (value != NULL) {
        char *bytes = yyjson_mut_val_write_opts(bare(value), YYJSON_WRITE_INF_AND_NAN_AS_NULL, &MEMORY,
                                                &written.length, NULL);
        if (bytes == NULL) {
            abort(); /* every text in a value is UTF-8 */
        }
        written.bytes = bytes;
    }
    return written;
}

/* ---- Looking at a value ---- */

sclera_json_type sclera_type(const sclera_json *value)
{
    switch (yyjson_mut_get_type(bare(value))) {
    case YYJSON_TYPE_NULL: return SCLERA_JSON_NULL;
    case YYJSON_TYPE_BOOL: return SCLERA_JSON_BOOLEAN;
    case YYJSON_TYPE_RAW:
    case YYJSON_TYPE_NUM: return SCLERA_JSON_NUMBER;
    case YYJSON_TYPE_STR: return SCLERA_JSON_TEXT;
    case YYJSON_TYPE_ARR: return SCLERA_JSON_LIST;
    case YYJSON_TYPE_OBJ: return SCLERA_JSON_OBJECT;
    default: return SCLERA_JSON_ABSENT;
    }
}

bool sclera_as_string(const sclera_json *value, sclera_string *string)
{
    if (sclera_type(value) != SCLERA_JSON_TEXT) {
        return false;
    }
    string->bytes = unsafe_yyjson_get_str(bare(value));
    string->length = unsafe_yyjson_get_len(bare(value));
    return true;
}

const char *sclera_as_text(const sclera_json *value)
{
    sclera_string string = {NULL, 0};
    return sclera_as_string(value, &string) ? string.bytes : NULL;
}

/* An integer and nothing else: optional sign, digits. */
static bool read_integer(sclera_string text, bool plus, int64_t *integer)
{
    size_t sign = text.length > 0 && (text.bytes[0] == '-' || (plus && text.bytes[0] == '+'));
    if (text.length == sign) {
        return false;
    }
    for (size_t i = sign; i < text.length; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') {
            return false;
        }
    }
    errno = 0;
    long long read = strtoll(sclera_copy(text.bytes, text.length), NULL, 10);
    if (errno != 0) {
        return false;
    }
    *integer = read;
    return true;
}

bool sclera_as_integer(const sclera_json *value, int64_t *integer)
{
    yyjson_mut_val *number = bare(value);
    sclera_string text;
    if (sclera_as_string(value, &text)) {
        return read_integer(sclera_trim(text), true, integer);
    }
    if (yyjson_mut_is_raw(number)) {
        text.bytes = unsafe_yyjson_get_raw(number);
        text.length = unsafe_yyjson_get_len(number);
        return read_integer(text, false, integer);
    }
    if (yyjson_mut_is_sint(number) || (yyjson_mut_is_uint(number) && yyjson_mut_get_uint(number) <= INT64_MAX)) {
        *integer = yyjson_mut_get_sint(number);
        return true;
    }
    return false;
}

bool sclera_as_number(const sclera_json *value, double *number)
{
    yyjson_mut_val *any = bare(value);
    if (yyjson_mut_is_raw(any)) {
        *number = strtod(sclera_copy(unsafe_yyjson_get_raw(any), unsafe_yyjson_get_len(any)), NULL);
        return true;
    }
    if (yyjson_mut_is_num(any)) {
        *number = yyjson_mut_get_num(any);
        return true;
    }
    return false;
}

bool sclera_as_boolean(const sclera_json *value, bool *boolean)
{
    const char *text = sclera_as_text(value);
    if (text != NULL && (strcmp(text, "true") == 0 || strcmp(text, "false") == 0)) {
        *boolean = text[0] == 't';
        return true;
    }
    if (sclera_type(value) == SCLERA_JSON_BOOLEAN) {
        *boolean = yyjson_mut_get_bool(bare(value));
        return true;
    }
    return false;
}

bool sclera_is_blank(const sclera_json *value)
{
    sclera_string string = {NULL, 0};
    return value == NULL || sclera_type(value) == SCLERA_JSON_NULL
           || (sclera_as_string(value, &string) && string.length == 0);
}

bool sclera_json_equal(const sclera_json *one, const sclera_json *other)
{
    return sclera_string_equal(sclera_write(one), sclera_write(other));
}

/* ---- Making one ---- */

/* yyjson answers NULL only if there is no memory, and then sclera_alloc has ended the module. */

sclera_json *sclera_null(void)
{
    return yyjson_mut_null(the_document());
}

sclera_json *sclera_boolean(bool boolean)
{
    return yyjson_mut_bool(the_document(), boolean);
}

sclera_json *sclera_integer(int64_t integer)
{
    return yyjson_mut_sint(the_document(), integer);
}

sclera_json *sclera_number(double number)
{
    return yyjson_mut_real(the_document(), number);
}

sclera_json *sclera_text_of(sclera_string string)
{
    if (string.bytes == NULL) {
        return sclera_null();
    }
    sclera_string valid = sclera_utf8(string);
    return yyjson_mut_strncpy(the_document(), valid.bytes, valid.length);
}

sclera_json *sclera_text(const char *text)
{
    return sclera_text_of(sclera_string_of(text));
}

sclera_json *sclera_list(void)
{
    return yyjson_mut_arr(the_document());
}

sclera_json *sclera_object(void)
{
    return yyjson_mut_obj(the_document());
}

sclera_json *sclera_copy_of(const sclera_json *value)
{
    return value == NULL ? sclera_null() : yyjson_mut_val_mut_copy(the_document(), bare(value));
}

/* A value that can be put into a container: containers are rings, so a value can be in one only. */
static sclera_json *to_place(sclera_json *value)
{
    return value == NULL || value->next != NULL ? sclera_copy_of(value) : value;
}

/* ---- Objects ---- */

sclera_json *sclera_first_key(const sclera_json *object)
{
    if (sclera_type(object) != SCLERA_JSON_OBJECT || unsafe_yyjson_get_len(bare(object)) == 0) {
        return NULL;
    }
    return ((sclera_json *)object->uni.ptr)->next->next;
}

sclera_json *sclera_next_key(const sclera_json *object, const sclera_json *key)
{
    return key == object->uni.ptr ? NULL : key->next->next;
}

sclera_json *sclera_value_of(const sclera_json *key)
{
    return key == NULL ? NULL : key->next;
}

static bool is_key(sclera_json *key, sclera_string name)
{
    sclera_string text = {NULL, 0};
    return sclera_as_string(key, &text) && sclera_string_equal(text, name);
}

sclera_json *sclera_get(const sclera_json *object, const char *key)
{
    sclera_string name = sclera_string_of(key);
    sclera_json *found = NULL;
    for (sclera_json *each = sclera_first_key(object); each != NULL; each = sclera_next_key(object, each)) {
        if (is_key(each, name)) {
            found = sclera_value_of(each);
        }
    }
    return found;
}

void sclera_set(sclera_json *object, const char *key, sclera_json *value)
{
    if (sclera_type(object) != SCLERA_JSON_OBJECT) {
        return;
    }
    sclera_json *placed = to_place(value);
    sclera_string name = sclera_string_of(key);
    size_t count = sclera_count(object);
    sclera_json **keys = sclera_alloc((count + 1) * sizeof(sclera_json *));
    sclera_json *each = sclera_first_key(object);
    for (size_t i = 0; i < count; i++, each = each->next->next) {
        keys[i] = each;
    }
    yyjson_mut_obj_clear(object);
    bool set = false;
    for (size_t i = 0; i < count; i++) {
        sclera_json *old = keys[i]->next;
        if (!is_key(keys[i], name)) {
            yyjson_mut_obj_add(object, keys[i], old);
        } else if (!set) {
            yyjson_mut_obj_add(object, keys[i], placed);
            set = true;
        }
    }
    if (!set) {
        yyjson_mut_obj_add(object, sclera_text(key), placed);
    }
}

bool sclera_remove(sclera_json *object, const char *key)
{
    if (sclera_get(object, key) == NULL) {
        return false;
    }
    yyjson_mut_obj_remove_str(object, key);
    return true;
}

sclera_json *sclera_object_in(sclera_json *object, const char *key)
{
    sclera_json *inside = sclera_get(object, key);
    if (sclera_type(inside) != SCLERA_JSON_OBJECT) {
        inside = sclera_object();
        sclera_set(object, key, inside);
    }
    return inside;
}

/* ---- Lists ---- */

size_t sclera_count(const sclera_json *value)
{
    bool container = sclera_type(value) >= SCLERA_JSON_LIST;
    return container ? unsafe_yyjson_get_len(bare(value)) : 0;
}

sclera_json *sclera_first(const sclera_json *list)
{
    if (sclera_type(list) != SCLERA_JSON_LIST || sclera_count(list) == 0) {
        return NULL;
    }
    return ((sclera_json *)list->uni.ptr)->next;
}

sclera_json *sclera_next(const sclera_json *list, const sclera_json *item)
{
    return item == list->uni.ptr ? NULL : item->next;
}

void sclera_append(sclera_json *list, sclera_json *value)
{
    yyjson_mut_arr_append(list, to_place(value));
}
