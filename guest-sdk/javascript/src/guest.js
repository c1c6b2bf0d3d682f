// The component's side of the contract: what `sclera build` makes of a module.
//
// The host's interfaces are imported from the namespace `host:` and not `wasi:`, which `sclera build` renames in the
// finished component. Under their real names the componentizer would link them to its own WASI while it takes the
// snapshot, and stub them out with the rest of WASI that QuickJS believes to need.

import { getAll } from "host:config/store@0.2.0-rc.1";
import * as monotonic from "host:clocks/monotonic-clock@0.2.12";
import { now as wallClock } from "host:clocks/wall-clock@0.2.12";
import * as http from "host:http/types@0.2.12";
import { handle as sendRequest } from "host:http/outgoing-handler@0.2.12";
import { poll } from "host:io/poll@0.2.12";
import { log } from "host:logging/logging@0.1.0-draft";
import { getRandomBytes } from "host:random/random@0.2.12";
import * as registry from "sclera:hooks/registry@1.0.0";

import { ModuleError } from "./error.js";
import { hostRegistry } from "./hooks.js";
import * as calls from "./module.js";
import { showError } from "./runtime/console.js";
import { makeFetch } from "./runtime/fetch.js";
import { install } from "./runtime/globals.js";
import { settle, timers, wait } from "./runtime/loop.js";

// `runtime/globals.js` has run by now, and the module's own code has not: it is imported after this file.
const running = install({
  log,
  now() {
    const { seconds, nanoseconds } = wallClock();
    return Number(seconds) * 1000 + Math.floor(nanoseconds / 1e6);
  },
  elapsed: () => Number(monotonic.now()) / 1e6,
  randomBytes: getRandomBytes,
  fetch: makeFetch(http, sendRequest, wait),
  ...timers(monotonic.subscribeDuration),
});

/** A module's definition as the contract's `module` interface. */
export function component(definition) {
  const call = (run) => (argument) => {
    running.begin(definition?.name);
    try {
      return settle(run(argument), poll);
    } catch (thrown) {
      throw reported(thrown);
    }
  };
  return {
    describe: call(() => calls.describe(definition)),
    registerHooks: call((moduleId) => calls.register(definition, moduleId, hostRegistry(registry), configuration())),
    hooksHandler: call((event) => calls.handle(definition, event, configuration())),
  };
}

function configuration() {
  try {
    return getAll();
  } catch (error) {
    const message = error?.payload?.val ?? error?.message;
    throw new ModuleError("configuration-unavailable", String(message), { retryable: true, cause: error });
  }
}

/** The contract's `error` of whatever was thrown. What nobody foresaw is logged with its stack. */
function reported(thrown) {
  const error = ModuleError.from(thrown);
  if (error.code === "uncaught") console.error(thrown instanceof Error ? showError(thrown) : error.message);
  const { code, message, retryable } = error;
  const payload = { code: calls.wellFormed(String(code)), message: calls.wellFormed(message), retryable: Boolean(retryable) };
  return Object.assign(new Error(message), { payload });
}
