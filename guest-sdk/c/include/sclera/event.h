/* One hook that happened, as one module sees it. */
#ifndef SCLERA_EVENT_H
#define SCLERA_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera/error.h"
#include "sclera/json.h"
#include "sclera/text.h"
#include "sclera/tlp.h"

#ifdef __cplusplus
extern "C" {
#endif

/* When, in a server's life, a hook happens. */
typedef enum sclera_hook_kind {
    /* Before an object is committed. The payload is what a remote client sent: it is not trusted, and nobody has checked
       it yet. The module may replace it or reject the request. */
    SCLERA_PRELOAD,
    /* After the object is committed. The module reacts; it cannot change what happened. */
    SCLERA_POSTLOAD,
    /* A user chose this module's entry in a menu, for one or more objects. */
    SCLERA_MANUAL
} sclera_hook_kind;

typedef struct sclera_event {
    /* The identity of this delivery. It stays the same when the delivery is attempted again, so use it as an idempotency
       key towards other systems. */
    const char *delivery_id;
    /* 1 at the first attempt, 2 at the second, and so on. */
    uint32_t attempt;
    /* The name of the hook; compare it with the names in sclera/hook.h. */
    const char *hook;
    sclera_hook_kind kind;
    /* For a manual hook, the menu entry that the user chose; else NULL. */
    const char *menu_name;
    /* When the hook happened: milliseconds since 1970-01-01T00:00:00Z. */
    uint64_t triggered_at_ms;
    /* The login of the user on whose behalf the server acts; NULL if the server acts for itself. */
    const char *triggered_by;
    /* What else the server knows: an object. The functions below read what is there by convention. */
    sclera_json *metadata;
    /* The URI of the JSON Schema that describes the payload. */
    const char *schema_id;
    /* The objects as the host sent them: a JSON list, as text. */
    sclera_string payload;
    /* The same, read: `objects[0]` to `objects[count - 1]`. A preload edits them in place, and then answers with
       `sclera_replace_edited`. sclera/objects.h has typed views of them. */
    sclera_json **objects;
    size_t count;
    /* The list that they are in. */
    sclera_json *list;
} sclera_event;

/* Whether the event is of this hook. */
bool sclera_is_hook(const sclera_event *event, const char *hook);

/* What the server says of the moment, if it says it: the case that the objects belong to, its name, the name of the customer
   whom it is for, the user on whose behalf the server acts, and the TLP of the case. */
bool sclera_event_case_id(const sclera_event *event, int64_t *case_id);
const char *sclera_event_case_name(const sclera_event *event);
const char *sclera_event_customer(const sclera_event *event);
bool sclera_event_user_id(const sclera_event *event, int64_t *user_id);
bool sclera_event_tlp(const sclera_event *event, sclera_tlp *tlp);

#ifdef __cplusplus
}
#endif

#endif
