/* What the files of this module share. */
#ifndef SELF_TEST_H
#define SELF_TEST_H

#include "sclera.h"

/* What the user reads in the menu. */
#define MENU_NAME "Self-test"

/* What an operator can set. */
typedef struct settings {
    bool log_received;    /* a log line for each event */
    sclera_json *fail_on; /* the hooks to answer with an error */
    bool record;          /* count the events in the module's store */
} settings;

/* Reads them, and checks that `fail_on` names hooks. */
bool read_settings(settings *settings, sclera_error *error);
bool fails_on(const settings *settings, const char *hook);

/* What is wrong with an event: a list of texts. */
sclera_json *faults_of(const sclera_event *event);

/* What was seen, in a line. */
const char *summary_of(const sclera_event *event);

/* Counts an event in the store. False if the store does not answer, as when it is not granted. */
bool count_event(const char *hook);
/* What was counted, by hook: `on_preload_ioc_create 3, …`. NULL if the store does not answer. */
const char *counted(void);

/* Texts joined by something. */
const char *joined(const sclera_json *texts, const char *by);

#endif
