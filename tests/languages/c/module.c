/* Refangs, normalises and checks the values of IOCs before they are saved: the core of ioc-guard, in C. */

#include "guard.h"

void module_describe(sclera_description *about)
{
    about->name = "ioc-guard-c";
    about->version = "1.0.0";
    about->description = "Refangs, normalises and checks the values of IOCs before they are saved.";
    about->config_schema = "{\"type\": \"object\", \"properties\": {"
                           "\"tag_changes\": {\"type\": \"boolean\", \"default\": true},"
                           "\"tag_prefix\": {\"type\": \"string\", \"default\": \"ioc-guard\","
                           "                 \"pattern\": \"^[^,\\\\s][^,]*$\"},"
                           "\"reject_invalid\": {\"type\": \"boolean\", \"default\": true},"
                           "\"reject_private_ips\": {\"type\": \"boolean\", \"default\": false}"
                           "}, \"additionalProperties\": false}";
    about->capabilities[0].name = "actions";
    about->capabilities[0].parameters = "{\"update\": [\"ioc\"]}";
    about->capabilities[0].reason = "tags an IOC whose update says nothing of its tags";
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    /* Before everything else that looks at the value. */
    sclera_subscription create = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .priority = -100};
    sclera_subscription update = {.hook = SCLERA_ON_PRELOAD_IOC_UPDATE, .priority = -100};
    return sclera_subscribe(hooks, &create, error) && sclera_subscribe(hooks, &update, error);
}

static bool read_config(config *config, sclera_error *error)
{
    config->tag_changes = true;
    config->tag_prefix = "ioc-guard";
    config->reject_invalid = true;
    config->reject_private_ips = false;
    return sclera_config_boolean("tag_changes", &config->tag_changes, error)
           && sclera_config_text("tag_prefix", &config->tag_prefix, error)
           && sclera_config_boolean("reject_invalid", &config->reject_invalid, error)
           && sclera_config_boolean("reject_private_ips", &config->reject_private_ips, error);
}

/* Puts the value right, and gives the tags that tell of it, up to a NULL. False if the request is to be refused. */
static bool guard(sclera_ioc ioc, const config *config, const char *tags[3], const char **reason)
{
    sclera_ioc_type type;
    sclera_string sent;
    size_t count = 0;
    tags[0] = tags[1] = tags[2] = NULL;
    if (!sclera_ioc_type_of(ioc, &type) || !sclera_as_string(sclera_get(ioc.json, "ioc_value"), &sent)) {
        return true;
    }
    indicator read = read_indicator(type, sent, config);
    if (read.reason != NULL) {
        if (config->reject_invalid) {
            *reason = read.reason;
            return false;
        }
        sclera_log(SCLERA_WARN, "%s", read.reason);
        tags[0] = "suspect";
        return true;
    }
    if (config->tag_changes && read.refanged) {
        tags[count++] = "refanged";
    }
    if (config->tag_changes && read.normalised) {
        tags[count++] = "normalised";
    }
    if (!sclera_string_equal(read.value, sent)) {
        sclera_set(ioc.json, "ioc_value", sclera_text_of(read.value));
    }
    return true;
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    config config;
    if (!read_config(&config, error)) {
        return false;
    }
    bool is_update = sclera_is_hook(event, SCLERA_ON_PRELOAD_IOC_UPDATE);
    for (size_t i = 0; i < event->count; i++) {
        sclera_ioc ioc = sclera_as_ioc(event->objects[i]);
        const char *tags[3];
        const char *reason = NULL;
        if (!guard(ioc, &config, tags, &reason)) {
            sclera_answer refusal = {0};
            *answer = refusal;
            sclera_reject(answer, sclera_pointer(i, "ioc_value"), "%s", reason);
            return true;
        }
        /* Tags in the request of an update would replace those that the IOC has. */
        bool by_action = is_update && !sclera_ioc_has_ioc_tags(ioc);
        int64_t id = 0;
        sclera_action *action = by_action && tags[0] != NULL && sclera_ioc_get_ioc_id(ioc, &id)
                                    ? sclera_update(answer, "ioc", id)
                                    : NULL;
        for (size_t t = 0; tags[t] != NULL; t++) {
            const char *tag = sclera_format("%s:%s", config.tag_prefix, tags[t]);
            if (action != NULL) {
                sclera_action_add_tag(action, tag);
            } else if (!by_action) {
                sclera_ioc_add_tag(ioc, tag);
            }
        }
    }
    sclera_replace_edited(answer, event);
    return true;
}
