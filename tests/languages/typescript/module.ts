// Refangs, normalises and checks the values of IOCs before they are saved: the core of ioc-guard.

import { Action, Ioc, type Integer, Rejection, defineModule, hook } from "@sclera/sdk";
import { Fault } from "./src/fault.ts";
import { type Config, readIndicator } from "./src/indicator.ts";

export default defineModule<Config>({
  name: "ioc-guard-typescript",
  version: "1.0.0",
  description: "Refangs, normalises and checks the values of IOCs before they are saved.",
  configSchema: {
    type: "object",
    properties: {
      tag_changes: { type: "boolean", default: true },
      tag_prefix: { type: "string", default: "ioc-guard", pattern: "^[^,\\s][^,]*$" },
      reject_invalid: { type: "boolean", default: true },
      reject_private_ips: { type: "boolean", default: false },
    },
    additionalProperties: false,
  },
  capabilities: [
    {
      name: "actions",
      parameters: { update: ["ioc"] },
      reason: "tags an IOC whose update says nothing of its tags",
    },
  ],

  register(hooks) {
    hooks.subscribe(hook.PRELOAD_IOC_CREATE, { priority: -100 });
    hooks.subscribe(hook.PRELOAD_IOC_UPDATE, { priority: -100 });
  },

  handle(event, config) {
    const actions: Action[] = [];
    const answer = event.edit(Ioc, (ioc) => {
      const tags = guard(ioc, config);
      if (event.hook === hook.PRELOAD_IOC_UPDATE && !ioc.has("ioc_tags")) {
        // Tags in the request would replace those that the IOC has.
        const { id } = ioc;
        if (tags.length && id !== undefined) actions.push(addTags(id, tags));
      } else {
        for (const tag of tags) ioc.ioc_tags.add(tag);
      }
    });
    return answer.withActions(actions);
  },
});

/** Puts the value right, and says which tags tell of it. */
function guard(ioc: Ioc, config: Config): string[] {
  const { type, ioc_value: value } = ioc;
  if (!type || value === undefined) return [];
  try {
    const read = readIndicator(type, value, config);
    if (read.value !== value) ioc.ioc_value = read.value;
    if (!config.tag_changes) return [];
    const changes = (["refanged", "normalised"] as const).filter((change) => read[change]);
    return changes.map((change) => `${config.tag_prefix}:${change}`);
  } catch (thrown) {
    if (!(thrown instanceof Fault)) throw thrown;
    if (config.reject_invalid) throw new Rejection(thrown.message, "/ioc_value");
    console.warn(thrown.message);
    return [`${config.tag_prefix}:suspect`];
  }
}

function addTags(id: Integer, tags: string[]): Action {
  return tags.reduce((action, tag) => action.addTag(tag), Action.update(Ioc.kind, id));
}
