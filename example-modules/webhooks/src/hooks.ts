// Which hooks a webhook is for.

import { hook } from "@sclera/sdk";

const CATALOG = Object.values(hook);

/** The manual hooks: one for each kind of object. */
export const MANUAL = CATALOG.filter((name) => name.startsWith("on_manual_trigger_"));

/** The postload hooks of a name or pattern: `*` stands for any text. A name without it may be a server's own. */
export function hooksOf(pattern: string): string[] {
  if (!pattern.includes("*")) return [pattern];
  return CATALOG.filter((name) => name.startsWith("on_postload_") && matches(pattern, name));
}

/** Whether a pattern stands for a hook. */
export function matches(pattern: string, name: string): boolean {
  const [first = "", ...rest] = pattern.split("*");
  if (!rest.length) return pattern === name;
  const last = rest.pop() ?? "";
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return false;
  let at = first.length;
  for (const part of rest) {
    const found = name.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return at + last.length <= name.length;
}
