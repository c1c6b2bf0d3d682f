// How each service wants its messages.

import { type JsonObject, stringifyJson } from "@sclera/sdk";
import type { Service } from "./config.ts";

interface Style {
  /** What people wrote must not be markup, and call nobody. */
  escape(text: string): string;
  /** Characters of a message; a longer one is cut. */
  longest: number;
  /** The body with a message. */
  body(text: string): JsonObject;
}

const MARKDOWN = /[\\`*_{}[\]()#+\-!|<>~]/g;

const STYLES: Record<Exclude<Service, "generic">, Style> = {
  // https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
  slack: {
    escape: (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
    longest: 4000,
    body: (text) => ({ text }),
  },
  // https://learn.microsoft.com/microsoftteams/platform/webhooks-and-connectors/how-to/connectors-using
  teams: {
    escape: (text) => text.replace(MARKDOWN, "\\$&"),
    longest: 20000,
    body: (text) => ({
      type: "message",
      attachments: [
        {
          contentType: "application/vnd.microsoft.card.adaptive",
          contentUrl: null,
          content: {
            $schema: "http://adaptivecards.io/schemas/adaptive-card.json",
            type: "AdaptiveCard",
            version: "1.4",
            body: [{ type: "TextBlock", text, wrap: true }],
          },
        },
      ],
    }),
  },
  // https://discord.com/developers/docs/resources/webhook#execute-webhook
  discord: {
    escape: (text) => text.replace(MARKDOWN, "\\$&"),
    longest: 2000,
    body: (text) => ({ content: text, allowed_mentions: { parse: [] } }),
  },
};

/** How what stands in an event is written in a message. */
export function escapeFor(service: Service): (text: string) => string {
  return service === "generic" ? (text) => text : STYLES[service].escape;
}

/** The body with a message. */
export function bodyWith(service: Service, text: string): string {
  if (service === "generic") return stringifyJson({ text });
  const { body, longest } = STYLES[service];
  const cut = text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
  return stringifyJson(body(cut));
}
