// E-mail addresses.

import { Fault, excerpt } from "./fault.ts";
import { bytes, checkDomain } from "./name.ts";

/** The longest local part (RFC 5321). */
const LONGEST_LOCAL = 64;

/** RFC 5322's atext and the dot; and with RFC 6531, whatever is outside ASCII but white space. */
const ODD = /(?![a-z\d.!#$%&'*+\-/=?^_`{|}~])[\p{ASCII}\p{White_Space}]/iu;

/** Checks an e-mail address, and gives it with its domain in lower case; before the `@` it stays as it is. */
export function checkEmail(value: string): string {
  const fault = (why: string) => new Fault(`${excerpt(value)} is not an e-mail address: ${why}`);

  const address = value.replace(/^mailto:/i, "").replace(/^<([^]*)>$/, "$1");
  const at = address.lastIndexOf("@");
  if (at < 0) throw fault("it has no `@`");
  const local = address.slice(0, at);
  if (local === "") throw fault("there is nothing before the `@`");
  if (local.length > LONGEST_LOCAL || bytes(local) > LONGEST_LOCAL) {
    throw fault("the part before the `@` is longer than 64 characters");
  }
  const odd = /^".+"$/su.test(local) ? null : ODD.exec(local);
  if (odd) throw fault(`the part before the \`@\` cannot have the character ${excerpt(odd[0])}`);
  try {
    return `${local}@${checkDomain(address.slice(at + 1))}`;
  } catch (thrown) {
    throw thrown instanceof Fault ? fault(thrown.message) : thrown;
  }
}
