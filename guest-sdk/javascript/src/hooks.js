// Asking for hooks, while a module registers.

import { ModuleError } from "./error.js";

/** How a module says which hooks it listens to: the contract's `registry`. */
export class Hooks {
  #registry;

  constructor(moduleId, registry) {
    /** The module's id in this host. The other methods give it to the host by themselves. */
    this.moduleId = moduleId;
    this.#registry = registry;
  }

  subscribe(hook, options = {}) {
    const known = ["menu", "synchronous", "priority", "matching", "onFailure"];
    for (const key of Object.keys(options)) {
      if (!known.includes(key)) {
        throw new TypeError(`a subscription has no option \`${key}\`: there are ${known.join(", ")}`);
      }
    }
    const { menu, synchronous = isPreload(hook), priority = 0, matching, onFailure = {} } = options;
    this.#registry.submit(this.moduleId, { hook, menu, asynchronous: !synchronous, priority, matching, onFailure });
  }

  registerToHook(hook, menuName, runAsynchronously = true) {
    this.#registry.register(this.moduleId, hook, menuName, runAsynchronously);
  }

  deregisterFromHook(hook) {
    this.#registry.deregister(this.moduleId, hook);
  }
}

/** The host's registry, from the imports of the contract. */
export function hostRegistry({ Registration, registerToHook, deregisterFromHook }) {
  return {
    register: (id, hook, menuName, asynchronous) => asked(() => registerToHook(id, hook, menuName, asynchronous)),
    deregister: (id, hook) => asked(() => deregisterFromHook(id, hook)),
    submit(id, { hook, menu, asynchronous, priority, matching, onFailure }) {
      const registration = new Registration(id, hook);
      if (menu !== undefined) registration.setMenuName(menu);
      registration.setAsynchronous(asynchronous);
      registration.setPriority(priority);
      if (matching !== undefined) registration.setMatchRule(matching);
      for (const [fault, policy] of Object.entries(onFailure)) registration.setFailurePolicy(fault, policy);
      asked(() => registration.submit());
    },
  };
}

function asked(call) {
  try {
    return call();
  } catch (error) {
    const { code, message, retryable } = error?.payload ?? {};
    if (code === undefined) throw error;
    throw new ModuleError(code, message, { retryable, cause: error });
  }
}

export function isPreload(hook) {
  return hook.startsWith("on_preload_");
}

export function isManual(hook) {
  return hook.startsWith("on_manual_trigger_");
}
