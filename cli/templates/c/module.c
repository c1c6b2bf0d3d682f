/* Adds a tag to every new IOC. */

#include "sclera.h"

void module_describe(sclera_description *about)
{
    about->name = "{{name}}";
    about->version = "0.1.0";
    about->description = "Adds a tag to every new IOC.";
    about->config_schema = "{"
                           "\"type\": \"object\","
                           "\"properties\": {"
                           "  \"tag\": {\"type\": \"string\", \"minLength\": 1, \"default\": \"new\","
                           "           \"description\": \"The tag to add.\"}"
                           "},"
                           "\"additionalProperties\": false"
                           "}";
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    sclera_subscription create = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE};
    return sclera_subscribe(hooks, &create, error);
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    const char *tag = "new";
    if (!sclera_config_text("tag", &tag, error)) {
        return false;
    }
    for (size_t i = 0; i < event->count; i++) {
        sclera_ioc ioc = sclera_as_ioc(event->objects[i]);
        const char *value = sclera_ioc_get_ioc_value(ioc);
        if (value == NULL || value[0] == '\0') {
            sclera_reject(answer, sclera_pointer(i, "ioc_value"), "an IOC needs a value");
            return true;
        }
        if (sclera_ioc_add_tag(ioc, tag)) {
            sclera_log(SCLERA_INFO, "tagged %s", value);
        }
    }
    sclera_replace_edited(answer, event);
    return true;
}
