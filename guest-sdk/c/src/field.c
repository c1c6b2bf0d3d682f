#include "sclera/field.h"

#include <string.h>

#include "internal.h"

bool sclera_object_id(const sclera_json *object, const char *field, const char *kind, int64_t *id)
{
    return sclera_as_integer(sclera_get(object, field), id)
           || sclera_as_integer(sclera_get(object, sclera_format("%s_id", kind)), id);
}

/* ---- Tags ---- */

/* Takes the next tag off the front of `rest`; false if there is none. */
static bool next_tag(sclera_string *rest, sclera_string *tag)
{
    while (rest->length > 0) {
        const char *comma = memchr(rest->bytes, ',', rest->length);
        size_t length = comma == NULL ? rest->length : (size_t)(comma - rest->bytes);
        sclera_string piece = {rest->bytes, length};
        size_t taken = comma == NULL ? length : length + 1;
        rest->bytes += taken;
        rest->length -= taken;
        *tag = sclera_trim(piece);
        if (tag->length > 0) {
            return true;
        }
    }
    return false;
}

static bool is_among(sclera_string tags, sclera_string wanted)
{
    sclera_string tag = {NULL, 0};
    while (next_tag(&tags, &tag)) {
        if (sclera_string_equal(tag, wanted)) {
            return true;
        }
    }
    return false;
}

static sclera_string tags_of(const sclera_json *object, const char *key)
{
    sclera_string tags = {"", 0};
    sclera_as_string(sclera_get(object, key), &tags);
    return tags;
}

bool sclera_has_tag(const sclera_json *object, const char *key, const char *tag)
{
    return is_among(tags_of(object, key), sclera_trim(sclera_string_of(tag)));
}

/* The tags joined by commas, less one of them and with others at the end. */
static sclera_string join(sclera_string tags, sclera_string without, sclera_string more)
{
    char *bytes = sclera_alloc(tags.length + more.length + 2);
    size_t length = 0;
    sclera_string tag = {NULL, 0};
    sclera_string parts[2] = {tags, more};
    for (size_t i = 0; i < 2; i++) {
        while (next_tag(&parts[i], &tag)) {
            sclera_string so_far = {bytes, length};
            bool skip = i == 0 ? sclera_string_equal(tag, without) : is_among(so_far, tag);
            if (!skip) {
                if (length > 0) {
                    bytes[length++] = ',';
                }
                memcpy(bytes + length, tag.bytes, tag.length);
                length += tag.length;
            }
        }
    }
    sclera_string joined = {bytes, length};
    return joined;
}

bool sclera_add_tag(sclera_json *object, const char *key, const char *tag)
{
    sclera_string tags = tags_of(object, key);
    sclera_string wanted = sclera_string_of(tag);
    sclera_string each = {NULL, 0};
    bool missing = false;
    /* A comma makes two tags of one, as everywhere. */
    for (sclera_string rest = wanted; next_tag(&rest, &each);) {
        missing = missing || !is_among(tags, each);
    }
    if (missing) {
        sclera_string nothing = {NULL, 0};
        sclera_set(object, key, sclera_text_of(join(tags, nothing, wanted)));
    }
    return missing;
}

bool sclera_remove_tag(sclera_json *object, const char *key, const char *tag)
{
    sclera_string tags = tags_of(object, key);
    sclera_string unwanted = sclera_trim(sclera_string_of(tag));
    bool there = is_among(tags, unwanted);
    if (there) {
        sclera_string nothing = {NULL, 0};
        sclera_set(object, key, sclera_text_of(join(tags, unwanted, nothing)));
    }
    return there;
}

/* ---- Custom attributes ---- */

sclera_json *sclera_attribute(const sclera_json *object, const char *key, const char *tab, const char *field)
{
    return sclera_get(sclera_get(sclera_get(sclera_get(object, key), tab), field), "value");
}

void sclera_set_attribute(sclera_json *object, const char *key, const char *tab, const char *field, sclera_json *value)
{
    sclera_json *attribute = sclera_object_in(sclera_object_in(sclera_object_in(object, key), tab), field);
    if (sclera_get(attribute, "type") == NULL) {
        sclera_set(attribute, "type", sclera_text("input_string"));
    }
    sclera_set(attribute, "value", value);
}

/* ---- Lists of integers ---- */

bool sclera_as_integers(const sclera_json *value, const int64_t **integers, size_t *count)
{
    if (sclera_type(value) != SCLERA_JSON_LIST) {
        return false;
    }
    int64_t *read = sclera_alloc((sclera_count(value) + 1) * sizeof(int64_t));
    size_t index = 0;
    for (sclera_json *item = sclera_first(value); item != NULL; item = sclera_next(value, item)) {
        if (!sclera_as_integer(item, &read[index++])) {
            return false;
        }
    }
    *integers = read;
    *count = index;
    return true;
}

sclera_json *sclera_integers(const int64_t *integers, size_t count)
{
    sclera_json *list = sclera_list();
    for (size_t i = 0; i < count; i++) {
        sclera_append(list, sclera_integer(integers[i]));
    }
    return list;
}
