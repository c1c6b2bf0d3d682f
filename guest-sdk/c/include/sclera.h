/* Write Sclera modules in C.
 *
 * A module says which hooks it listens to, and is called when they happen: before an object is committed (preload), after
 * (postload), or when a user chooses the module's entry in a menu (manual). Each call gets a fresh instance of the module in
 * a sandbox of its own: nothing that is kept in memory is there at the next call, and nothing need be freed.
 *
 *     #include "sclera.h"
 *
 *     void module_describe(sclera_description *about)
 *     {
 *         about->name = "tagger";
 *         about->version = "1.0.0";
 *         about->description = "Tags every new IOC.";
 *     }
 *
 *     bool module_register(const sclera_hooks *hooks, sclera_error *error)
 *     {
 *         sclera_subscription create = {.hook = SCLERA_ON_PRELOAD_IOC_CREATE, .priority = -10};
 *         return sclera_subscribe(hooks, &create, error);
 *     }
 *
 *     bool module_handle(const sclera_event *event, sclera_answer *answer, sclera_error *error)
 *     {
 *         (void)error;
 *         for (size_t i = 0; i < event->count; i++) {
 *             sclera_ioc_add_tag(sclera_as_ioc(event->objects[i]), "new");
 *         }
 *         sclera_replace_edited(answer, event);
 *         return true;
 *     }
 *
 * `sclera build` makes a component of it; sclera/mock.h stands in for the host in native unit tests. */
#ifndef SCLERA_H
#define SCLERA_H

#include "sclera/answer.h"   /* what to answer, and actions */
#include "sclera/clock.h"    /* what time it is */
#include "sclera/config.h"   /* what the operator set */
#include "sclera/error.h"    /* why something did not work */
#include "sclera/event.h"    /* what happened */
#include "sclera/hook.h"     /* the names of the hooks */
#include "sclera/http.h"     /* asking other systems */
#include "sclera/ioc_type.h" /* the types of IOCs */
#include "sclera/json.h"     /* JSON that stays what it was */
#include "sclera/log.h"      /* log lines */
#include "sclera/memory.h"   /* memory that nobody frees */
#include "sclera/module.h"   /* the three functions of a module */
#include "sclera/objects.h"  /* typed views of the objects */
#include "sclera/text.h"     /* UTF-8 */
#include "sclera/tlp.h"      /* how far something may be shared */

#endif
