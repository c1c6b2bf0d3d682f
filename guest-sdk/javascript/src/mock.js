// A host for a module's unit tests: natively, with plain `node --test`.
//
// It answers like the real one where a module could notice. It has no sandbox, and while a module runs, `fetch` and
// `console` are the mock host's: let one test of a file run after the other, as `node --test` does by itself.

import { ModuleError } from "./error.js";
import { hook as catalog } from "./generated/hook.js";
import { isManual, isPreload } from "./hooks.js";
import { parse, stringify } from "./json.js";
import { describe, handle, register } from "./module.js";
import { format, makeConsole } from "./runtime/console.js";
import { Response, failure, toRequest } from "./runtime/fetch.js";
import { decode } from "./runtime/utf8.js";

const MODULE_ID = 7;

export class MockHost {
  /** What the module has logged so far: `{level, message}`. */
  logs = [];
  /** What the module has fetched so far. */
  requests = [];
  #config;
  #hooks;
  #answers = [];

  constructor({ config = {}, hooks = [] } = {}) {
    this.#config = config;
    this.#hooks = [...Object.values(catalog), ...hooks];
  }

  /** What the module's next `fetch` gets, after those that were given before: an answer, or `{error: "timeout"}`. */
  respond(answer) {
    this.#answers.push(answer);
    return this;
  }

  describe(module) {
    const { configSchema, capabilities, ...rest } = describe(module);
    const read = (capability) => ({ ...capability, parameters: parse(capability.parameters) });
    return { ...rest, configSchema: configSchema && parse(configSchema), capabilities: capabilities.map(read) };
  }

  /** Lets the module register, and says which subscriptions took effect. */
  async register(module) {
    const registry = new MockRegistry(module.name, this.#hooks);
    await this.#capturing(() => register(module, MODULE_ID, registry, this.#pairs(module)));
    return registry.subscriptions;
  }

  /** Begins an event: a hook that happened, with its objects, or its one object. */
  event(hook, payload, { menu, by = "ada", metadata = {}, attempt = 1, deliveryId = DELIVERY } = {}) {
    const objects = [payload].flat();
    const event = {
      deliveryId,
      attempt,
      hook,
      kind: kindOf(hook),
      menuName: menu ?? null,
      triggeredAtMs: 1_742_203_322_000,
      triggeredBy: by,
      metadata: stringify(metadata),
      schemaId: `urn:sclera:schema:${hook}:1`,
      payload: stringify(objects),
    };
    /** Lets the module handle the event. Fails as the module does, and where the host would not take the answer. */
    return {
      handle: async (module) => {
        const answer = await this.#capturing(() => handle(module, event, this.#pairs(module)));
        const fault = faultIn(answer, event.kind, objects.length);
        if (fault) throw new ModuleError("bad-output", `the answer to ${hook}: ${fault}`);
        return readable(answer);
      },
    };
  }

  #pairs({ configSchema }) {
    const config = { ...this.#config };
    for (const [key, property] of Object.entries(configSchema?.properties ?? {})) {
      if ("default" in property) config[key] ??= property.default;
    }
    return Object.entries(config).map(([key, value]) => [key, typeof value === "string" ? value : stringify(value)]);
  }

  async #capturing(run) {
    const mine = {
      console: makeConsole((level, message) => this.logs.push({ level, message })),
      fetch: async (url, options) => this.#fetch(toRequest(url, options)),
    };
    const before = { console: globalThis.console, fetch: globalThis.fetch };
    Object.assign(globalThis, mine);
    try {
      return await run();
    } catch (thrown) {
      const error = ModuleError.from(thrown);
      if (error.code === "uncaught") this.logs.push({ level: "error", message: format([thrown]) });
      throw error;
    } finally {
      Object.assign(globalThis, before);
    }
  }

  #fetch({ url, method, headers, body }) {
    const text = body && decode(body);
    this.requests.push({ url, method, headers: Object.fromEntries(headers), body: text });
    const answer = this.#answers.shift();
    const request = `${method} ${url}`;
    if (!answer) throw failure(request, "HTTP-request-denied");
    if (answer.error) throw failure(request, ERRORS[answer.error] ?? answer.error);
    const { status = 200, headers: answered = {}, json } = answer;
    const content = json === undefined ? answer.body : stringify(json);
    return new Response(content, { status, headers: answered, url });
  }
}

const DELIVERY = "0195a3f0-0000-7000-8000-000000000001";

const ERRORS = { timeout: "connection-read-timeout", refused: "connection-refused" };

/** The registry, with the rules of the real one, without its limits. */
class MockRegistry {
  subscriptions = [];

  constructor(moduleName, hooks) {
    this.moduleName = moduleName;
    this.hooks = hooks;
  }

  register(id, hook, menu, asynchronous) {
    this.submit(id, { hook, menu, asynchronous, priority: 0, onFailure: {} });
  }

  submit(_, { hook, menu, asynchronous, priority, matching, onFailure }) {
    if (!this.hooks.includes(hook)) throw new ModuleError("unknown-hook", `there is no hook \`${hook}\`; see \`hook\``);
    if (asynchronous && isPreload(hook)) {
      console.warn(`${hook} is a preload hook, so it runs synchronously`);
      asynchronous = false;
    }
    const menuName = isManual(hook) ? (menu ?? `${this.moduleName}::${hook}`) : undefined;
    if (menuName !== undefined && !/^\P{Cc}{1,128}$/u.test(menuName)) {
      const message = `${JSON.stringify(menuName)} cannot be a menu name: 1 to 128 characters, none of them a control character`;
      throw new ModuleError("invalid-menu-name", message);
    }
    checkPolicies(hook, asynchronous, onFailure);
    const subscription = { hook, menuName, asynchronous, priority, matching, onFailure };
    const earlier = this.subscriptions.findIndex((other) => other.hook === hook && other.menuName === menuName);
    this.subscriptions.splice(earlier < 0 ? this.subscriptions.length : earlier, 1, subscription);
  }

  deregister(_, hook) {
    this.subscriptions = this.subscriptions.filter((subscription) => subscription.hook !== hook);
  }
}

const FAULTS = ["trap", "timeout", "out-of-fuel", "out-of-memory", "bad-output", "refused-capability", "module-error", "any"];

function checkPolicies(hook, asynchronous, onFailure) {
  for (const [fault, policy] of Object.entries(onFailure)) {
    const fits = { continue: true, reject: isPreload(hook), retry: asynchronous }[policy];
    if (!fits || !FAULTS.includes(fault)) {
      const message = `the policy \`${policy}\` for \`${fault}\` does not go together with this subscription to ${hook}`;
      throw new ModuleError("invalid-failure-policy", message);
    }
  }
}

function kindOf(hook) {
  if (isPreload(hook)) return "preload";
  return isManual(hook) ? "manual" : "postload";
}

/** What the host would not take of an answer. */
function faultIn({ outcome, actions }, kind, objects) {
  if (outcome.tag !== "unchanged" && kind !== "preload") return "only a preload hook can replace or reject";
  if (outcome.tag === "replace") {
    const replaced = parse(outcome.val).length;
    if (replaced !== objects) return `there were ${objects} objects, and it has ${replaced}`;
  }
  const odd = actions.find(({ operation, target }) => (operation === "create") !== (target === undefined));
  if (odd) return `an update or a delete of \`${odd.object}\` needs a target, a create must have none`;
}

/** The contract's answer as a test wants to compare it: only what is there. */
function readable({ outcome, actions, message }) {
  const answer = { outcome: outcome.tag };
  if (outcome.tag === "replace") answer.payload = parse(outcome.val);
  if (outcome.tag === "reject") {
    answer.reason = outcome.val.reason;
    if (outcome.val.pointer !== undefined) answer.pointer = outcome.val.pointer;
  }
  if (actions.length) {
    answer.actions = actions.map(({ operation, object, target, change }) => ({
      [operation]: object,
      ...(target === undefined ? {} : { target }),
      change: parse(change),
    }));
  }
  if (message !== undefined) answer.message = message;
  return answer;
}
