#include <inttypes.h>
#include <stdarg.h>
#include <string.h>

#include "internal.h"

static sclera_action *add(sclera_answer *answer, sclera_operation operation, const char *object, const char *target)
{
    sclera_action *action = sclera_alloc(sizeof(sclera_action));
    action->operation = operation;
    action->object = object;
    action->target = target;
    action->fields = sclera_object();
    action->add_tags = sclera_list();
    action->remove_tags = sclera_list();
    action->custom_attributes = sclera_object();
    action->comments = sclera_list();
    if (answer->last == NULL) {
        answer->first = action;
    } else {
        answer->last->next = action;
    }
    answer->last = action;
    return action;
}

sclera_action *sclera_create(sclera_answer *answer, const char *object)
{
    return add(answer, SCLERA_CREATE, object, NULL);
}

sclera_action *sclera_update(sclera_answer *answer, const char *object, int64_t id)
{
    return add(answer, SCLERA_UPDATE, object, sclera_format("%" PRId64, id));
}

sclera_action *sclera_delete(sclera_answer *answer, const char *object, int64_t id)
{
    return add(answer, SCLERA_DELETE, object, sclera_format("%" PRId64, id));
}

void sclera_action_set(sclera_action *action, const char *field, sclera_json *value)
{
    sclera_set(action->fields, field, value);
}

void sclera_action_add_tag(sclera_action *action, const char *tag)
{
    sclera_append(action->add_tags, sclera_text(tag));
}

void sclera_action_remove_tag(sclera_action *action, const char *tag)
{
    sclera_append(action->remove_tags, sclera_text(tag));
}

void sclera_action_set_attribute(sclera_action *action, const char *tab, const char *field, const char *type,
                                 sclera_json *value)
{
    sclera_json *attribute = sclera_object();
    sclera_set(attribute, "type", sclera_text(type));
    sclera_set(attribute, "value", value);
    sclera_set(sclera_object_in(action->custom_attributes, tab), field, attribute);
}

void sclera_action_comment(sclera_action *action, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    sclera_append(action->comments, sclera_text(sclera__format(format, arguments)));
    va_end(arguments);
}

void sclera_action_in_case(sclera_action *action, int64_t case_id)
{
    action->case_id = sclera_integer(case_id);
}

const char *sclera_escape_html(const char *text)
{
    char *escaped = sclera_alloc(6 * strlen(text) + 1);
    size_t length = 0;
    for (; *text != '\0'; text++) {
        const char *instead = *text == '&'    ? "&amp;"
                              : *text == '<'  ? "&lt;"
                              : *text == '>'  ? "&gt;"
                              : *text == '"'  ? "&quot;"
                              : *text == '\'' ? "&#39;"
                                              : NULL;
        if (instead == NULL) {
            escaped[length++] = *text;
        } else {
            memcpy(escaped + length, instead, strlen(instead));
            length += strlen(instead);
        }
    }
    return escaped;
}

static void set_if_filled(sclera_json *change, const char *key, sclera_json *value)
{
    if (sclera_count(value) > 0) {
        sclera_set(change, key, sclera_copy_of(value));
    }
}

sclera_json *sclera_action_change(const sclera_action *action)
{
    sclera_json *change = sclera_object();
    set_if_filled(change, "fields", action->fields);
    sclera_json *tags = sclera_object();
    set_if_filled(tags, "add", action->add_tags);
    set_if_filled(tags, "remove", action->remove_tags);
    set_if_filled(change, "tags", tags);
    set_if_filled(change, "custom_attributes", action->custom_attributes);
    set_if_filled(change, "comments", action->comments);
    if (action->case_id != NULL) {
        sclera_set(change, "case_id", sclera_copy_of(action->case_id));
    }
    return change;
}
