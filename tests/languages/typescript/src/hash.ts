// Hashes.

import type { IocType } from "@sclera/sdk";
import { Fault, excerpt } from "./fault.ts";

/** What people call each kind of hash, and its length in hexadecimal digits. */
const HASHES: Record<string, { name: string; digits: number }> = {
  md5: { name: "an MD5", digits: 32 },
  sha1: { name: "a SHA-1", digits: 40 },
  sha224: { name: "a SHA-224", digits: 56 },
  sha256: { name: "a SHA-256", digits: 64 },
  sha384: { name: "a SHA-384", digits: 96 },
  sha512: { name: "a SHA-512", digits: 128 },
};

/** Checks a hash of one kind, and gives it in lower case. */
export function checkHash(value: string, type: IocType): string {
  const { name, digits } = HASHES[type.name]!;
  const fault = (why: string) => new Fault(`${excerpt(value)} is not ${name}: ${why}`);

  const odd = /[^\da-f]/iu.exec(value);
  if (odd) throw fault(`${excerpt(odd[0])} is not a hexadecimal digit`);
  if (value.length !== digits) {
    const why = `it has ${value.length} characters, ${name} has ${digits} hexadecimal digits`;
    const other = Object.entries(HASHES).find(([, { digits }]) => digits === value.length);
    throw fault(other ? `${why}; ${other[1].name} would have as many, which is the type \`${other[0]}\`` : why);
  }
  return value.toLowerCase();
}
