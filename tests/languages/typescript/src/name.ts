// Domain names and the names of machines.

import { Fault, excerpt } from "./fault.ts";
import { parseAddress } from "./ip.ts";
import { toAscii } from "./punycode.ts";

/** More than any name can have in UTF-8 before it is turned into at most 253 characters of ASCII. */
const LONGEST_SENT = 4 * 253;

/** The longest name of the DNS as text, and the longest label (RFC 1035). */
const LONGEST = 253;
const LONGEST_LABEL = 63;

/** Checks a domain name, and gives it in lower case, international ones in Punycode. */
export function checkDomain(value: string): string {
  const name = checkHostname(value);
  if (name.includes(".")) return name;
  const why = "it has one part only; choose the type `hostname` for the name of a machine";
  throw new Fault(`${excerpt(value)} is not a domain name: ${why}`);
}

/** Checks the name of a machine, in full or its first part only. */
export function checkHostname(value: string): string {
  const name = value.length > LONGEST_SENT ? "" : toAscii(value).replace(/\.$/, "");
  const why = whyNot(value, name);
  if (why) throw new Fault(`${excerpt(value)} is not a domain name: ${why}`);
  return name;
}

function whyNot(value: string, name: string): string | undefined {
  if (value.length > LONGEST_SENT || bytes(value) > LONGEST_SENT) return "it is longer than 253 characters";
  if (/[/\\]/.test(value)) return "it has a path; choose the type `url`";
  if (value.includes("@")) return "it has an `@`; choose the type `email`";
  if (parseAddress(value)) return "it is an IP address; choose the type `ip-any`";
  if (name.length > LONGEST) return "it is longer than 253 characters";
  const labels = name.split(".");
  for (const label of labels) {
    if (label === "") return "it has an empty part";
    if (label.length > LONGEST_LABEL) return "one of its parts is longer than 63 characters";
    const odd = /[^a-z\d_-]/iu.exec(label);
    if (odd) return `it cannot have the character ${excerpt(odd[0])}`;
  }
  return /(^|\.)\d+$/.test(name) ? "its last part is a number" : undefined;
}

/** How many bytes a text has in UTF-8. */
export function bytes(text: string): number {
  return new TextEncoder().encode(text).length;
}
