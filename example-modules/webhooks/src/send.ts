// Sends one event to one webhook.

import { ModuleError, parseJson } from "@sclera/sdk";
import mustache from "mustache";
import type { Webhook } from "./config.ts";
import type { View } from "./message.ts";
import { bodyWith, escapeFor } from "./services.ts";

/** What became of it. */
export interface Result {
  name: string;
  /** What a person reads: `sent (200)`. */
  told: string;
  sent: boolean;
  /** Whether trying again may help. */
  retryable: boolean;
  /** What the host should hear if nothing else is to be said: it was not granted. */
  refusal?: ModuleError;
}

/** What of a service's answer to a message that it did not like is logged. */
const EXCERPT = 200;

export async function send(webhook: Webhook, view: View, timeout: number): Promise<Result> {
  const { name } = webhook;
  const failed = (told: string, retryable: boolean): Result => ({ name, told, sent: false, retryable });
  try {
    const { url, ...options } = requestOf(webhook, view, timeout);
    const answer = await fetch(url, options);
    if (answer.ok) return { name, told: `sent (${answer.status})`, sent: true, retryable: false };
    const said = (await answer.text()).trim().slice(0, EXCERPT);
    const told = `not sent: the service answered ${answer.status}${said && `, “${said}”`}`;
    return failed(told, [408, 425, 429].includes(answer.status) || answer.status >= 500);
  } catch (error) {
    if (!(error instanceof ModuleError)) throw error;
    const refusal = error.code === "http-refused" ? { refusal: error } : {};
    return { ...failed(`not sent: ${error.message}`, error.retryable), ...refusal };
  }
}

function requestOf(webhook: Webhook, view: View, timeout: number): { url: string } & RequestInit {
  const { type, request_url, method = "POST", headers = {}, content_type = "application/json" } = webhook;
  const fill = (template: string, escape: (text: string) => string): string =>
    mustache.render(template, view, undefined, { escape: (value) => escape(String(value)) });
  const line = (text: string): string => text.replace(/[\r\n\0]+/g, " ");
  const filled = Object.entries(headers).map(([key, value]) => [key, line(fill(value, line))] as [string, string]);
  return {
    url: fill(request_url, encodeURIComponent),
    method,
    // The same at each attempt, so that a service that looks at it takes the message once.
    headers: [["content-type", content_type], ["idempotency-key", view.delivery_id], ...filled],
    body: bodyOf(webhook, view, (template, escape) => fill(template, escape ?? escapeFor(type)), content_type),
    timeout,
  };
}

type Fill = (template: string, escape?: (text: string) => string) => string;

function bodyOf(webhook: Webhook, view: View, fill: Fill, contentType: string): string {
  const { name, type, text, body } = webhook;
  if (body === undefined) {
    if (type === "generic" && text === undefined) return view.json;
    return bodyWith(type, fill(text ?? "{{summary}}"));
  }
  if (contentType === "application/x-www-form-urlencoded") return fill(body, encodeURIComponent);
  if (!/[/+]json\b/.test(contentType)) return fill(body, (value) => value);
  // As it stands within quotes.
  const json = fill(body, (value) => JSON.stringify(value).slice(1, -1));
  try {
    parseJson(json);
  } catch (error) {
    const message = `the body of the webhook \`${name}\` is not JSON when it is filled in: ${(error as Error).message}`;
    throw new ModuleError("bad-template", message);
  }
  return json;
}
