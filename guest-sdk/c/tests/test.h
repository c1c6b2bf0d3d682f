/* What the tests of the SDK share. */
#ifndef TEST_H
#define TEST_H

#include "sclera/mock.h"

/* What the module under test does with an event; each test sets it. */
extern bool (*handle)(const sclera_event *event, sclera_answer *answer, sclera_error *error);
extern bool (*register_hooks)(const sclera_hooks *hooks, sclera_error *error);

#endif
