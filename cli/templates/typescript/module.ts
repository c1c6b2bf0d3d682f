// Adds a tag to every new IOC.

import { Ioc, Rejection, defineModule, hook } from "@sclera/sdk";

/** What an operator can set. */
interface Config {
  tag: string;
}

export default defineModule<Config>({
  name: "{{name}}",
  version: "0.1.0",
  description: "Adds a tag to every new IOC.",
  configSchema: {
    type: "object",
    properties: {
      tag: { type: "string", description: "The tag to add.", default: "new" },
    },
    additionalProperties: false,
  },

  register(hooks) {
    // Before an IOC is saved: this may change it, or refuse it.
    hooks.subscribe(hook.PRELOAD_IOC_CREATE);
  },

  handle(event, config) {
    return event.edit(Ioc, (ioc) => {
      if (ioc.isBlank("ioc_value")) throw new Rejection("an IOC needs a value", "/ioc_value");
      if (ioc.ioc_tags.add(config.tag)) console.info(`tagged ${ioc.ioc_value}`);
    });
  },
});
