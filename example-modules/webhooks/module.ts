// Sends what happens on a server to the webhooks of Slack, Teams, Discord and others.

import { Answer, type Event, ModuleError, defineModule } from "@sclera/sdk";
import { type Config, SCHEMA, type Webhook, check, secretsOf } from "./src/config.ts";
import { MANUAL, hooksOf, matches } from "./src/hooks.ts";
import { viewOf } from "./src/message.ts";
import { type Result, send } from "./src/send.ts";

export default defineModule<Config>({
  name: "webhooks",
  version: "1.0.0",
  description: "Sends what happens to the webhooks of Slack, Teams, Discord and other services.",
  configSchema: SCHEMA,
  capabilities: [
    {
      name: "http",
      parameters: { methods: ["POST"] },
      reason: "sends messages to the `request_url` of each webhook; grant the origins of those",
    },
    {
      name: "secrets",
      parameters: {},
      reason: "the secret parts of the webhooks' addresses and headers, by the names that they have in `{{secrets.NAME}}`",
    },
  ],

  register(hooks, config) {
    check(config);
    const automatic = new Set(config.webhooks.flatMap(({ trigger_on = [] }) => trigger_on.flatMap(hooksOf)));
    for (const hook of automatic) hooks.subscribe(hook);
    const menus = new Set(config.webhooks.map((webhook) => webhook.manual_trigger_name));
    for (const menu of menus) {
      if (menu === undefined) continue;
      // The user who clicks reads what became of it.
      for (const hook of MANUAL) hooks.subscribe(hook, { menu, synchronous: true });
    }
  },

  async handle(event, config) {
    const view = viewOf(event, secretsOf(config));
    const chosen = config.webhooks.filter((webhook) => isFor(webhook, event));
    const results = await Promise.all(chosen.map((webhook) => send(webhook, view, config.timeout)));
    for (const { name, told, sent } of results) {
      if (sent) console.info(`${name}: ${told}`);
      else console.error(`${name}: ${told}`);
    }
    return answerOf(event, results);
  },
});

function isFor({ trigger_on = [], manual_trigger_name: menu }: Webhook, { kind, hook, menuName }: Event): boolean {
  return kind === "manual" ? menu === menuName : trigger_on.some((pattern) => matches(pattern, hook));
}

/** A user reads every result. In the background, a message that was not sent is a failure, which the host may try again. */
function answerOf({ kind }: Event, results: Result[]): Answer {
  const message = results.map(({ name, told }) => `${name}: ${told}`).join("\n");
  const failed = results.filter(({ sent }) => !sent);
  const isOver = failed.length === 0 || (kind === "manual" && failed.length < results.length);
  if (isOver) return message ? Answer.unchanged().message(message) : Answer.unchanged();
  const refusal = failed.every((result) => result.refusal) ? failed[0]?.refusal : undefined;
  const code = refusal?.code ?? "not-sent";
  throw new ModuleError(code, message, { retryable: failed.some(({ retryable }) => retryable) });
}
