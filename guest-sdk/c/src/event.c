#include "sclera/event.h"

#include <string.h>

#include "internal.h"

bool sclera__read_event(sclera_event *event, sclera_string metadata, sclera_error *error)
{
    sclera_error why = {0};
    event->metadata = sclera_parse_string(metadata, &why);
    if (sclera_type(event->metadata) != SCLERA_JSON_OBJECT) {
        return sclera_fail(error, SCLERA_BAD_EVENT, "the metadata of %s is not a JSON object", event->hook);
    }
    event->list = sclera_parse_string(event->payload, &why);
    if (sclera_type(event->list) != SCLERA_JSON_LIST) {
        return sclera_fail(error, SCLERA_BAD_EVENT, "the payload of %s is not a JSON list", event->hook);
    }
    event->count = sclera_count(event->list);
    event->objects = sclera_alloc((event->count + 1) * sizeof(sclera_json *));
    size_t index = 0;
    for (sclera_json *object = sclera_first(event->list); object != NULL; object = sclera_next(event->list, object)) {
        if (sclera_type(object) != SCLERA_JSON_OBJECT) {
            return sclera_fail(error, SCLERA_BAD_EVENT, "the payload of %s has something at %zu that is not an object",
                               event->hook, index);
        }
        event->objects[index++] = object;
    }
    return true;
}

bool sclera_is_hook(const sclera_event *event, const char *hook)
{
    return strcmp(event->hook, hook) == 0;
}

/* A number of the metadata is a number: unlike a form's, it is the server's own. */
static bool metadata_integer(const sclera_event *event, const char *key, int64_t *integer)
{
    sclera_json *value = sclera_get(event->metadata, key);
    return sclera_type(value) == SCLERA_JSON_NUMBER && sclera_as_integer(value, integer);
}

bool sclera_event_case_id(const sclera_event *event, int64_t *case_id)
{
    return metadata_integer(event, "case_id", case_id);
}

const char *sclera_event_case_name(const sclera_event *event)
{
    return sclera_as_text(sclera_get(event->metadata, "case_name"));
}

const char *sclera_event_customer(const sclera_event *event)
{
    return sclera_as_text(sclera_get(event->metadata, "customer"));
}

bool sclera_event_user_id(const sclera_event *event, int64_t *user_id)
{
    return metadata_integer(event, "user_id", user_id);
}

bool sclera_event_tlp(const sclera_event *event, sclera_tlp *tlp)
{
    const char *name = sclera_as_text(sclera_get(event->metadata, "tlp"));
    return name != NULL && sclera_tlp_from_name(name, tlp);
}
