// IP addresses, and networks of them.

import type { IocType } from "@sclera/sdk";
import { Fault, excerpt } from "./fault.ts";
import type { Config } from "./indicator.ts";

/** Checks an address, which may have a prefix length, and gives its canonical form (RFC 5952 for IPv6). */
export function checkAddress(value: string, _type: IocType, config: Config): string {
  const slash = value.indexOf("/");
  const written = slash < 0 ? value : value.slice(0, slash);
  const prefix = slash < 0 ? undefined : value.slice(slash + 1);
  const bare = /^\[([^]*)\]$/.exec(written)?.[1] ?? written;
  const address = parseAddress(bare);
  if (!address) throw new Fault(whyNot(value, bare));
  if (config.reject_private_ips && isPrivate(address)) {
    throw new Fault(`${excerpt(value)} is a private address, which this server does not take as an IOC`);
  }
  if (prefix === undefined) return show(address);
  const longest = address.length === 4 ? 32 : 128;
  if (!/^\d+$/.test(prefix) || Number(prefix) > longest) {
    throw new Fault(`${excerpt(value)} is not a network: its prefix length has to be a number from 0 to ${longest}`);
  }
  return `${show(address)}/${Number(prefix)}`;
}

/** The four numbers of an IPv4 address, or the eight of an IPv6 address; undefined if it is neither. */
export function parseAddress(text: string): number[] | undefined {
  return parseV4(text) ?? parseV6(text);
}

/** The canonical form of an IPv6 address; undefined if it is none. */
export function canonicalV6(text: string): string | undefined {
  const groups = parseV6(text);
  return groups && show(groups);
}

export function parseV4(text: string): number[] | undefined {
  const parts = text.length > 15 ? [] : text.split(".");
  const right = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return right ? parts.map(Number) : undefined;
}

function parseV6(text: string): number[] | undefined {
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => (half === "" ? [] : groupsOf(half, index === halves.length - 1)));
  if (halves.length === 1) return head?.length === 8 ? head : undefined;
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...Array<number>(missing).fill(0), ...tail];
}

/** The groups of a part of an IPv6 address; the last part may end with an IPv4 address. */
function groupsOf(text: string, isLast: boolean): number[] | undefined {
  const groups: number[] = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const v4 = isLast && index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4) groups.push(pair(v4, 0), pair(v4, 2));
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

/** Two of an IPv4 address's numbers as one. */
function pair(v4: number[], at: number): number {
  return (v4[at] ?? 0) * 256 + (v4[at + 1] ?? 0);
}

function show(address: number[]): string {
  if (address.length === 4) return address.join(".");
  const mapped = mappedV4(address);
  if (mapped) return `::ffff:${mapped.join(".")}`;
  const { start, length } = longestZeros(address);
  const hex = address.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups: number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

function mappedV4(groups: number[]): number[] | undefined {
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  return groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
}

function whyNot(value: string, bare: string): string {
  const shown = excerpt(value);
  const runs = bare.split(".");
  const allNumbers = runs.length <= 6 && runs.every((run) => /^\d+$/.test(run));
  if (bare.includes("%")) {
    return `${shown} has a zone (\`%…\`), which means something on one machine only: leave it out`;
  }
  if (hasPort(bare) || hasPort(value)) {
    return `${shown} is an IP address with a port: leave the port out, or choose the type \`ip-dst|port\``;
  }
  if (allNumbers && runs.length !== 4) return `${shown} is not an IP address: an IPv4 address has four numbers`;
  if (allNumbers && runs.some((run) => run.length > 1 && run.startsWith("0"))) {
    return `${shown} is not an IP address: a number with a leading zero can be read in two ways`;
  }
  if (allNumbers) return `${shown} is not an IP address: each number of an IPv4 address is at most 255`;
  return `${shown} is not an IP address`;
}

function hasPort(text: string): boolean {
  const [, v6, v4 = "", port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  return port !== undefined && Number(port) <= 65535 && Boolean(v6 === undefined ? parseV4(v4) : parseV6(v6));
}

/** Whether nobody can be reached at the address from the internet. */
function isPrivate(address: number[]): boolean {
  const v4 = address.length === 4 ? address : mappedV4(address);
  if (v4) {
    const [a = 0, b = 0] = v4;
    const isShared = (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254);
    return a === 10 || a === 127 || isShared || v4.every((number) => number === 0);
  }
  const [first = 0, last = 0] = [address[0], address[7]];
  const isLocal = (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
  return isLocal || (address.slice(0, 7).every((group) => group === 0) && last <= 1);
}
