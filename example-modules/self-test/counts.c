/* How many events of each hook there were: counters in the module's key-value store, through the contract's bindings. */

#include <inttypes.h>
#include <string.h>

#include "hook_module.h"
#include "self_test.h"

static hook_module_string_t lent(const char *text)
{
    hook_module_string_t string;
    hook_module_string_set(&string, text);
    return string;
}

/* The store of the module, which has no name. */
static bool open_store(wasi_keyvalue_store_own_bucket_t *store)
{
    hook_module_string_t own = lent("");
    wasi_keyvalue_store_error_t why;
    return wasi_keyvalue_store_open(&own, store, &why);
}

/* Adds to a hook's counter, and gives what it is now. */
static bool add(wasi_keyvalue_store_borrow_bucket_t store, const char *hook, uint64_t more, uint64_t *now)
{
    hook_module_string_t key = lent(hook);
    wasi_keyvalue_atomics_error_t why;
    return wasi_keyvalue_atomics_increment(store, &key, more, now, &why);
}

bool count_event(const char *hook)
{
    wasi_keyvalue_store_own_bucket_t store;
    uint64_t now = 0;
    return open_store(&store) && add(wasi_keyvalue_store_borrow_bucket(store), hook, 1, &now);
}

const char *counted(void)
{
    wasi_keyvalue_store_own_bucket_t store;
    if (!open_store(&store)) {
        return NULL;
    }
    sclera_json *lines = sclera_list();
    for (size_t i = 0; i < SCLERA_HOOK_COUNT; i++) {
        hook_module_string_t key = lent(sclera_all_hooks[i]);
        wasi_keyvalue_store_borrow_bucket_t borrowed = wasi_keyvalue_store_borrow_bucket(store);
        wasi_keyvalue_store_error_t why;
        uint64_t now = 0;
        bool there = false;
        if (!wasi_keyvalue_store_method_bucket_exists(borrowed, &key, &there, &why)) {
            return NULL;
        }
        if (there && add(borrowed, sclera_all_hooks[i], 0, &now)) {
            sclera_append(lines, sclera_text(sclera_format("%s %" PRIu64, sclera_all_hooks[i], now)));
        }
    }
    return sclera_format("%s.", joined(lines, ", "));
}
