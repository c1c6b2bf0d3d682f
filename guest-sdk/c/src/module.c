#include "sclera/module.h"

#include <string.h>

#include "internal.h"

bool sclera_is_preload(const char *hook)
{
    return strncmp(hook, "on_preload_", strlen("on_preload_")) == 0;
}

bool sclera_is_manual(const char *hook)
{
    return strncmp(hook, "on_manual_trigger_", strlen("on_manual_trigger_")) == 0;
}
