// A module, and the three calls that a host makes into it.

import { Answer, Rejection } from "./answer.js";
import { readConfig } from "./config.js";
import { ModuleError } from "./error.js";
import { Event } from "./event.js";
import { Hooks } from "./hooks.js";
import { stringify } from "./json.js";

/** Checks a module's definition, and gives it back. */
export function defineModule(definition) {
  for (const key of ["name", "version", "description"]) {
    if (typeof definition[key] !== "string") throw new TypeError(`defineModule needs a text \`${key}\``);
  }
  for (const key of ["register", "handle"]) {
    if (typeof definition[key] !== "function") throw new TypeError(`defineModule needs a function \`${key}\``);
  }
  const { name, capabilities = [] } = definition;
  for (const capability of capabilities) {
    if (typeof capability.name !== "string" || typeof capability.reason !== "string") {
      throw new TypeError(`each capability of ${name} needs a text \`name\` and a text \`reason\``);
    }
  }
  return definition;
}

/** The contract's `description`. */
export function describe({ name, version, description, configSchema, capabilities = [] }) {
  return {
    name,
    version,
    description,
    configSchema: configSchema && stringify(configSchema),
    capabilities: capabilities.map(({ name, parameters = {}, reason }) => ({
      name,
      parameters: stringify(parameters),
      reason,
    })),
  };
}

/** Lets the module register. `pairs` is its configuration. May give a promise. */
export function register(definition, moduleId, registry, pairs) {
  return definition.register(new Hooks(moduleId, registry), readConfig(pairs, definition.configSchema));
}

/** Lets the module handle an event, and gives the contract's `answer`. May give a promise. */
export function handle(definition, event, pairs) {
  const answered = (returned) => toContract(answerOf(returned, event.hook));
  const refused = (thrown) => {
    if (thrown instanceof Rejection) return toContract(Answer.reject(thrown.message, thrown.pointer));
    throw thrown;
  };
  try {
    const returned = definition.handle(new Event(event), readConfig(pairs, definition.configSchema));
    return typeof returned?.then === "function" ? returned.then(answered).catch(refused) : answered(returned);
  } catch (thrown) {
    return refused(thrown);
  }
}

function answerOf(returned, hook) {
  if (returned === undefined || returned === null) return Answer.unchanged();
  if (returned instanceof Answer) return returned;
  throw new ModuleError(
    "bad-output",
    `the handler returned ${Array.isArray(returned) ? "an array" : `a ${typeof returned}`} for ${hook}: return an Answer, such as Answer.replace(objects), or nothing`,
  );
}

function toContract({ outcome, actions, text }) {
  return {
    outcome: toOutcome(outcome),
    actions: actions.map(({ operation, object, target, change }) => ({
      operation,
      object: wellFormed(object),
      target: wellFormed(target),
      change: stringify(change),
    })),
    message: wellFormed(text),
  };
}

function toOutcome({ tag, objects, reason, pointer }) {
  switch (tag) {
    case "replace":
      return { tag, val: stringify(objects) };
    case "reject":
      return { tag, val: { reason: wellFormed(reason), pointer: wellFormed(pointer) } };
    default:
      return { tag };
  }
}

/** Text can leave a component only if it is whole: half a surrogate pair becomes U+FFFD. */
export function wellFormed(text) {
  return text?.toWellFormed();
}
