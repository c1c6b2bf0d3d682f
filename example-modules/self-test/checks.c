/* What an event has to be like, by the contract. */

#include <inttypes.h>
#include <string.h>

#include "self_test.h"

static void expect(sclera_json *faults, bool holds, const char *fault)
{
    if (!holds) {
        sclera_append(faults, sclera_text(fault));
    }
}

/* The kind that a hook's name says. */
static sclera_hook_kind kind_of(const char *hook)
{
    return sclera_is_preload(hook) ? SCLERA_PRELOAD : sclera_is_manual(hook) ? SCLERA_MANUAL : SCLERA_POSTLOAD;
}

static bool begins_with(const char *text, const char *beginning)
{
    return strncmp(text, beginning, strlen(beginning)) == 0;
}

/* Absent, null, or of the type. */
static bool is_optional(const sclera_json *value, sclera_json_type type)
{
    return value == NULL || sclera_type(value) == SCLERA_JSON_NULL || sclera_type(value) == type;
}

static void check_metadata(const sclera_event *event, sclera_json *faults)
{
    static const struct {
        const char *key;
        sclera_json_type type;
    } KEYS[] = {
        {"case_id", SCLERA_JSON_NUMBER}, {"case_name", SCLERA_JSON_TEXT}, {"customer", SCLERA_JSON_TEXT},
        {"user_id", SCLERA_JSON_NUMBER}, {"tlp", SCLERA_JSON_TEXT},
    };
    for (size_t i = 0; i < sizeof(KEYS) / sizeof(KEYS[0]); i++) {
        expect(faults, is_optional(sclera_get(event->metadata, KEYS[i].key), KEYS[i].type),
               sclera_format("the metadata's `%s` has another type than by convention", KEYS[i].key));
    }
    sclera_tlp tlp;
    const char *label = sclera_as_text(sclera_get(event->metadata, "tlp"));
    expect(faults, label == NULL || sclera_tlp_from_name(label, &tlp), "the metadata's `tlp` is no TLP label");
}

sclera_json *faults_of(const sclera_event *event)
{
    sclera_json *faults = sclera_list();
    bool menu = event->menu_name != NULL;
    expect(faults, event->delivery_id[0] != '\0', "it has no delivery id");
    expect(faults, event->attempt >= 1, "its attempts do not begin with 1");
    expect(faults, event->kind == kind_of(event->hook), "its kind is not that of the hook's name");
    expect(faults, menu == (event->kind == SCLERA_MANUAL), "it has a menu name and is not manual, or the other way round");
    expect(faults, !menu || strcmp(event->menu_name, MENU_NAME) == 0, "its menu name is not the one that was asked for");
    expect(faults, event->triggered_at_ms > 0 && event->triggered_at_ms <= sclera_now_ms(), "it happened in the future");
    expect(faults, begins_with(event->schema_id, sclera_format("urn:sclera:schema:%s:", event->hook)),
           "its schema is not that of the hook");
    expect(faults, event->count > 0, "it has no object");
    check_metadata(event, faults);
    return faults;
}

const char *summary_of(const sclera_event *event)
{
    static const char *const KINDS[] = {"preload", "postload", "manual"};
    int64_t case_id = 0;
    sclera_tlp tlp = SCLERA_TLP_CLEAR;
    size_t fields = 0;
    for (size_t i = 0; i < event->count; i++) {
        fields += sclera_count(event->objects[i]);
    }
    bool in_case = sclera_event_case_id(event, &case_id);
    bool marked = sclera_event_tlp(event, &tlp);
    return sclera_format("%s (%s) with %zu object%s of %zu fields%s%s%s%s%s, attempt %" PRIu32, event->hook,
                         KINDS[event->kind], event->count, event->count == 1 ? "" : "s", fields,
                         in_case ? sclera_format(", case %" PRId64, case_id) : "", marked ? ", TLP " : "",
                         marked ? sclera_tlp_name(tlp) : "", event->triggered_by == NULL ? "" : ", by ",
                         event->triggered_by == NULL ? "" : event->triggered_by, event->attempt);
}

const char *joined(const sclera_json *texts, const char *by)
{
    const char *all = "";
    for (sclera_json *text = sclera_first(texts); text != NULL; text = sclera_next(texts, text)) {
        all = sclera_format("%s%s%s", all, all[0] == '\0' ? "" : by, sclera_as_text(text));
    }
    return all;
}
