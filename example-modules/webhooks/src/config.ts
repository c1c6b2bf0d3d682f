// What an operator can set.

import { type JsonObject, ModuleError } from "@sclera/sdk";
import mustache from "mustache";
import { hooksOf } from "./hooks.ts";

/** Where a message goes, which decides how it is written. */
export type Service = "slack" | "teams" | "discord" | "generic";

/** One webhook. */
export interface Webhook {
  /** What people call it; in messages and logs. */
  name: string;
  type: Service;
  /** A template. */
  request_url: string;
  method?: "POST" | "PUT" | "PATCH";
  /** Templates. */
  headers?: Record<string, string>;
  /** The message, as a template. */
  text?: string;
  /** The whole body, as a template; in place of what the service would get. */
  body?: string;
  content_type?: string;
  /** Names of postload hooks, and patterns of them. */
  trigger_on?: string[];
  /** The entry in the menu of each object. */
  manual_trigger_name?: string;
}

export interface Config {
  webhooks: Webhook[];
  /** Milliseconds. */
  timeout: number;
  /** Every other key: values for templates, and placeholders of secrets. */
  [name: string]: unknown;
}

const template = (description: string): JsonObject => ({ type: "string", minLength: 1, description });

export const SCHEMA: JsonObject = {
  type: "object",
  properties: {
    webhooks: {
      type: "array",
      description: "The webhooks.",
      items: {
        type: "object",
        properties: {
          name: { type: "string", minLength: 1, maxLength: 60, description: "What people call it." },
          type: { enum: ["slack", "teams", "discord", "generic"], description: "The service, which decides how the message is written." },
          request_url: template("Where to send it: a template, such as `https://hooks.slack.com/{{secrets.slack}}`."),
          method: { enum: ["POST", "PUT", "PATCH"], description: "The method; `POST` unless said." },
          headers: { type: "object", additionalProperties: { type: "string" }, description: "More headers: templates." },
          text: template("The message: a template. There is a usual one."),
          body: template("The whole body, in place of what the service would get: a template."),
          content_type: { type: "string", description: "The body's type; `application/json` unless said." },
          trigger_on: {
            type: "array",
            items: { type: "string", minLength: 1 },
            description: "Postload hooks, by name or pattern: `on_postload_ioc_create`, `on_postload_*_delete`.",
          },
          manual_trigger_name: { type: "string", minLength: 1, maxLength: 128, description: "Its entry in the menus of objects." },
        },
        required: ["name", "type", "request_url"],
        additionalProperties: false,
      },
    },
    timeout: { type: "integer", minimum: 100, default: 10000, description: "Milliseconds to wait for a service." },
  },
  required: ["webhooks"],
  additionalProperties: {
    type: "string",
    description: "A value for templates, `{{secrets.NAME}}`: a secret of the policy, or a text.",
  },
};

/** What the templates know as `secrets`. */
export function secretsOf({ webhooks: _, timeout: __, ...secrets }: Config): Record<string, unknown> {
  return secrets;
}

/** Finds what a schema cannot find. */
export function check({ webhooks }: Config): void {
  const names = new Set<string>();
  for (const webhook of webhooks) {
    const fault = faultIn(webhook);
    if (fault) throw invalid(`the webhook \`${webhook.name}\` ${fault}`);
    if (names.has(webhook.name)) throw invalid(`two webhooks are called \`${webhook.name}\``);
    names.add(webhook.name);
  }
}

function faultIn(webhook: Webhook): string | undefined {
  const { trigger_on: patterns = [], manual_trigger_name: menu } = webhook;
  if (!patterns.length && menu === undefined) return "never happens: it needs `trigger_on` or `manual_trigger_name`";
  for (const pattern of patterns) {
    if (pattern.startsWith("on_preload_")) {
      return `has \`${pattern}\` in \`trigger_on\`, which has not happened yet: use \`on_postload_…\``;
    }
    if (pattern.startsWith("on_manual_")) return `has \`${pattern}\` in \`trigger_on\`: use \`manual_trigger_name\``;
    if (!hooksOf(pattern).length) return `has \`${pattern}\` in \`trigger_on\`, and no postload hook is called so`;
  }
  if (!/^(https?:\/\/|\{\{)/.test(webhook.request_url)) return "has a `request_url` that does not begin with `https://`";
  const { request_url, text, body, headers = {} } = webhook;
  for (const [where, template] of Object.entries({ request_url, text, body, ...headers })) {
    try {
      mustache.parse(template ?? "");
    } catch (error) {
      return `has a template in \`${where}\` that is none: ${(error as Error).message}`;
    }
  }
  return undefined;
}

function invalid(message: string): ModuleError {
  return new ModuleError("invalid-configuration", message);
}
