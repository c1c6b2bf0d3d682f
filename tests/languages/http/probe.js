// Asks the server at `url`, and tells the user what it said.

import { Answer, defineModule, hook } from "@sclera/sdk";

export default defineModule({
  name: "probe",
  version: "1.0.0",
  description: "Asks a server",
  configSchema: { type: "object", properties: { url: { type: "string" } }, required: ["url"] },
  capabilities: [
    { name: "http", parameters: { origins: ["https://probe.example"] }, reason: "asks the server that you name" },
  ],

  register(hooks) {
    hooks.subscribe(hook.MANUAL_TRIGGER_IOC);
  },

  async handle(event, config) {
    const response = await fetch(config.url);
    return Answer.unchanged().message(`${response.status} ${await response.text()}`);
  },
});
