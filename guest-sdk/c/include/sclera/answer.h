/* What a module answers to an event. An answer that nothing was said about is "unchanged". */
#ifndef SCLERA_ANSWER_H
#define SCLERA_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "sclera/event.h"
#include "sclera/json.h"

#ifdef __cplusplus
extern "C" {
#endif

typedef enum sclera_outcome { SCLERA_UNCHANGED, SCLERA_REPLACE, SCLERA_REJECT } sclera_outcome;

typedef struct sclera_action sclera_action;

typedef struct sclera_answer {
    sclera_outcome outcome;
    sclera_json *replacement; /* for SCLERA_REPLACE */
    const char *reason;       /* for SCLERA_REJECT */
    const char *pointer;
    sclera_action *first; /* the actions */
    sclera_action *last;
    const char *message;
} sclera_answer;

/* Answers with the event's objects as they are now: replace if one of them was changed, and else unchanged. Preload hooks
   only. */
void sclera_replace_edited(sclera_answer *answer, const sclera_event *event);

/* Answers with other objects: a list of as many as there were, in the same order. Preload hooks only. */
void sclera_replace(sclera_answer *answer, sclera_json *objects);

/* The server must not go on with the request. `pointer` says where in the payload the fault is, as a JSON Pointer such as
   "/0/ioc_value" (`sclera_pointer`); NULL if it is not about one place. The reason is for the user whose request is refused.
   Preload hooks only. */
void sclera_reject(sclera_answer *answer, const char *pointer, const char *format, ...) SCLERA_PRINTF(3, 4);

/* The JSON Pointer to a field of the object with this index. */
const char *sclera_pointer(size_t index, const char *field);

/* A text for the user who clicked or whose request it was. Plain text. */
void sclera_message(sclera_answer *answer, const char *format, ...) SCLERA_PRINTF(2, 3);

/* ---- Changes that the module asks the server to make ---- */

typedef enum sclera_operation { SCLERA_CREATE, SCLERA_UPDATE, SCLERA_DELETE } sclera_operation;

struct sclera_action {
    sclera_operation operation;
    const char *object; /* the kind: "ioc", "global_task"… */
    const char *target; /* the object's id; NULL for a create */
    sclera_json *fields;
    sclera_json *add_tags;
    sclera_json *remove_tags;
    sclera_json *custom_attributes;
    sclera_json *comments;
    sclera_json *case_id;
    sclera_action *next;
};

/* Begins an action: makes, changes or removes an object of a kind. The actions of a preload are applied only if the request
   goes through. */
sclera_action *sclera_create(sclera_answer *answer, const char *object);
sclera_action *sclera_update(sclera_answer *answer, const char *object, int64_t id);
sclera_action *sclera_delete(sclera_answer *answer, const char *object, int64_t id);

/* Sets a field, by the name that the payload uses. */
void sclera_action_set(sclera_action *action, const char *field, sclera_json *value);
/* Adds or removes a tag. Adding one that is there changes nothing. */
void sclera_action_add_tag(sclera_action *action, const char *tag);
void sclera_action_remove_tag(sclera_action *action, const char *tag);
/* Sets a custom attribute. The type is "input_string", the plain one, "html", or another that the server knows. HTML is
   shown as it is: escape whatever comes from somewhere else, with `sclera_escape_html`. */
void sclera_action_set_attribute(sclera_action *action, const char *tab, const char *field, const char *type,
                                 sclera_json *value);
/* Adds a comment to the object. */
void sclera_action_comment(sclera_action *action, const char *format, ...) SCLERA_PRINTF(2, 3);
/* For a create, the case in which to make the object. Else it is the event's. */
void sclera_action_in_case(sclera_action *action, int64_t case_id);

/* A text in which HTML sees nothing but text. */
const char *sclera_escape_html(const char *text);

/* The change of an action, as the JSON that the host gets. */
sclera_json *sclera_action_change(const sclera_action *action);

#ifdef __cplusplus
}
#endif

#endif
