/* The module under test: whatever a test wants it to be. */

#include "test.h"

bool (*handle)(const sclera_event *event, sclera_answer *answer, sclera_error *error);
bool (*register_hooks)(const sclera_hooks *hooks, sclera_error *error);

void module_describe(sclera_description *about)
{
    about->name = "under-test";
    about->version = "1.0.0";
    about->description = "What a test wants it to be.";
}

bool module_register(const sclera_hooks *hooks, sclera_error *error)
{
    return register_hooks(hooks, error);
}

bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
{
    return handle(event, answer, error);
}
