/* The fields of the objects, as sclera/objects.h declares them: one line a field, which makes its functions.
 *
 * A view looks into the JSON object that it was made of. A field may be absent, null, or something else than its type says;
 * reading tells, setting replaces what is there, and what is not set stays as it came. */
#ifndef SCLERA_FIELD_H
#define SCLERA_FIELD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera/json.h"
#include "sclera/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* ---- What the functions of a field do; they work on every object and key ---- */

/* The id of an object, from its own field or from "<kind>_id", which is what a delete has. */
bool sclera_object_id(const sclera_json *object, const char *field, const char *kind, int64_t *id);

/* Tags are one text, comma-separated. They are compared without the space around them; while nothing changes, the text stays
   exactly as it came. Adding and removing say whether anything changed. */
bool sclera_has_tag(const sclera_json *object, const char *key, const char *tag);
bool sclera_add_tag(sclera_json *object, const char *key, const char *tag);
bool sclera_remove_tag(sclera_json *object, const char *key, const char *tag);

/* The server's own fields: {tab: {field: {type, value, …}}}. Setting one keeps its type, a new one is an "input_string"; other
   tabs and fields stay. */
sclera_json *sclera_attribute(const sclera_json *object, const char *key, const char *tab, const char *field);
void sclera_set_attribute(sclera_json *object, const char *key, const char *tab, const char *field, sclera_json *value);

/* A list of integers; false if one of its elements is not one. */
bool sclera_as_integers(const sclera_json *value, const int64_t **integers, size_t *count);
sclera_json *sclera_integers(const int64_t *integers, size_t count);

/* ---- A view ---- */

/* Its type, `sclera_as_<view>(object)`, and `sclera_<view>_id`. */
#define SCLERA_VIEW(view, kind, id_field)                                                                              \
    typedef struct sclera_##view {                                                                                     \
        sclera_json *json;                                                                                             \
    } sclera_##view;                                                                                                   \
    static inline sclera_##view sclera_as_##view(sclera_json *object)                                                  \
    {                                                                                                                  \
        sclera_##view made = {object};                                                                                 \
        return made;                                                                                                   \
    }                                                                                                                  \
    static inline bool sclera_##view##_id(sclera_##view object, int64_t *id)                                           \
    {                                                                                                                  \
        return sclera_object_id(object.json, id_field, kind, id);                                                      \
    }

#define SCLERA__REMOVE(view, field)                                                                                    \
    static inline bool sclera_##view##_has_##field(sclera_##view object)                                               \
    {                                                                                                                  \
        return sclera_get(object.json, #field) != NULL;                                                                \
    }                                                                                                                  \
    static inline bool sclera_##view##_remove_##field(sclera_##view object)                                            \
    {                                                                                                                  \
        return sclera_remove(object.json, #field);                                                                     \
    }

/* `const char *sclera_ioc_get_ioc_value(ioc)`: NULL if it is not a text. `sclera_ioc_set_ioc_value(ioc, "…")`. And for
   every field, `bool sclera_ioc_has_ioc_value(ioc)` and `sclera_ioc_remove_ioc_value(ioc)`. */
#define SCLERA_TEXT(view, field)                                                                                       \
    static inline const char *sclera_##view##_get_##field(sclera_##view object)                                        \
    {                                                                                                                  \
        return sclera_as_text(sclera_get(object.json, #field));                                                        \
    }                                                                                                                  \
    static inline void sclera_##view##_set_##field(sclera_##view object, const char *text)                             \
    {                                                                                                                  \
        sclera_set(object.json, #field, sclera_text(text));                                                            \
    }                                                                                                                  \
    SCLERA__REMOVE(view, field)

#define SCLERA__SCALAR(view, field, type, read, make)                                                                  \
    static inline bool sclera_##view##_get_##field(sclera_##view object, type *value)                                  \
    {                                                                                                                  \
        return read(sclera_get(object.json, #field), value);                                                           \
    }                                                                                                                  \
    static inline void sclera_##view##_set_##field(sclera_##view object, type value)                                   \
    {                                                                                                                  \
        sclera_set(object.json, #field, make(value));                                                                  \
    }                                                                                                                  \
    SCLERA__REMOVE(view, field)

/* `bool sclera_ioc_get_ioc_type_id(ioc, &id)`: false if it is neither an integer nor a text that is one. */
#define SCLERA_INTEGER(view, field) SCLERA__SCALAR(view, field, int64_t, sclera_as_integer, sclera_integer)
#define SCLERA_BOOLEAN(view, field) SCLERA__SCALAR(view, field, bool, sclera_as_boolean, sclera_boolean)
#define SCLERA_TLP(view, field) SCLERA__SCALAR(view, field, sclera_tlp, sclera_as_tlp, sclera_tlp_json)

/* `sclera_json *sclera_ioc_get_ioc_type(ioc)`: an object, a list, or anything else that is not null; else NULL. */
#define SCLERA__JSON(view, field, condition)                                                                           \
    static inline sclera_json *sclera_##view##_get_##field(sclera_##view object)                                       \
    {                                                                                                                  \
        sclera_json *value = sclera_get(object.json, #field);                                                          \
        sclera_json_type type = sclera_type(value);                                                                    \
        return type condition ? value : NULL;                                                                          \
    }                                                                                                                  \
    static inline void sclera_##view##_set_##field(sclera_##view object, sclera_json *value)                           \
    {                                                                                                                  \
        sclera_set(object.json, #field, value);                                                                        \
    }                                                                                                                  \
    SCLERA__REMOVE(view, field)
#define SCLERA_OBJECT(view, field) SCLERA__JSON(view, field, == SCLERA_JSON_OBJECT)
#define SCLERA_LIST(view, field) SCLERA__JSON(view, field, == SCLERA_JSON_LIST)
#define SCLERA_ANY(view, field) SCLERA__JSON(view, field, > SCLERA_JSON_NULL)

/* `bool sclera_timeline_event_get_event_assets(event, &ids, &count)` */
#define SCLERA_INTEGERS(view, field)                                                                                   \
    static inline bool sclera_##view##_get_##field(sclera_##view object, const int64_t **integers, size_t *count)      \
    {                                                                                                                  \
        return sclera_as_integers(sclera_get(object.json, #field), integers, count);                                   \
    }                                                                                                                  \
    static inline void sclera_##view##_set_##field(sclera_##view object, const int64_t *integers, size_t count)        \
    {                                                                                                                  \
        sclera_set(object.json, #field, sclera_integers(integers, count));                                             \
    }                                                                                                                  \
    SCLERA__REMOVE(view, field)

/* `bool sclera_ioc_has_tag(ioc, "a")`, and `add_tag` and `remove_tag` */
#define SCLERA_TAGS(view, field)                                                                                       \
    static inline bool sclera_##view##_has_tag(sclera_##view object, const char *tag)                                  \
    {                                                                                                                  \
        return sclera_has_tag(object.json, #field, tag);                                                               \
    }                                                                                                                  \
    static inline bool sclera_##view##_add_tag(sclera_##view object, const char *tag)                                  \
    {                                                                                                                  \
        return sclera_add_tag(object.json, #field, tag);                                                               \
    }                                                                                                                  \
    static inline bool sclera_##view##_remove_tag(sclera_##view object, const char *tag)                               \
    {                                                                                                                  \
        return sclera_remove_tag(object.json, #field, tag);                                                            \
    }                                                                                                                  \
    SCLERA_TEXT(view, field)

/* `sclera_ioc_attribute(ioc, "Sighting", "First seen by")`, and `sclera_ioc_set_attribute(…, value)` */
#define SCLERA_ATTRIBUTES(view, field)                                                                                 \
    static inline sclera_json *sclera_##view##_attribute(sclera_##view object, const char *tab, const char *name)      \
    {                                                                                                                  \
        return sclera_attribute(object.json, #field, tab, name);                                                       \
    }                                                                                                                  \
    static inline void sclera_##view##_set_attribute(sclera_##view object, const char *tab, const char *name,          \
                                                     sclera_json *value)                                               \
    {                                                                                                                  \
        sclera_set_attribute(object.json, #field, tab, name, value);                                                   \
    }                                                                                                                  \
    SCLERA_OBJECT(view, field)

#ifdef __cplusplus
}
#endif

#endif
