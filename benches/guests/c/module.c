/* The module in C that is measured: see ../README.md. */

#include "sclera.h"

void module_describe(sclera_description *about)
{
    about->name = "bench-c";
    about->version = "1.0.0";
    about->description = "Is measured.";
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    sclera_subscription no_op = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE};
    sclera_subscription tag = {.hook = SCLERA_ON_PRELOAD_ASSET_CREATE};
    sclera_subscription echo = {.hook = SCLERA_ON_PRELOAD_NOTE_CREATE};
    return sclera_subscribe(hooks, &no_op, error) && sclera_subscribe(hooks, &tag, error)
           && sclera_subscribe(hooks, &echo, error);
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    (void)error;
    if (sclera_is_hook(event, SCLERA_ON_PRELOAD_ASSET_CREATE)) {
        for (size_t i = 0; i < event->count; i++) {
            sclera_asset_add_tag(sclera_as_asset(event->objects[i]), "measured");
        }
        sclera_replace_edited(answer, event);
    } else if (sclera_is_hook(event, SCLERA_ON_PRELOAD_NOTE_CREATE)) {
        sclera_replace(answer, event->list);
    }
    return true;
}
