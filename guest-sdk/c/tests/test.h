/* Runs named tests, each with a mock host of its own. */
#ifndef TEST_H
#define TEST_H

#include <stdio.h>

#include "sclera/mock.h"

#define RUN(test)                                                                                                      \
    do {                                                                                                               \
        sclera_mock_reset();                                                                                           \
        test();                                                                                                        \
        printf("ok  %s\n", #test);                                                                                     \
    } while (0)

/* What the module under test does with an event; each test sets it. */
extern bool (*handle)(const sclera_event *event, sclera_answer *answer, sclera_error *error);
extern bool (*register_hooks)(const sclera_hooks *hooks, sclera_error *error);

#endif
