// IP addresses, and networks of them.

import { Fault, excerpt } from "./fault.js";

/** Checks an address, which may have a prefix length, and gives its canonical form (RFC 5952 for IPv6). */
export function checkAddress(value, _type, config) {
  const slash = value.indexOf("/");
  const [written, prefix] = slash < 0 ? [value] : [value.slice(0, slash), value.slice(slash + 1)];
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
export function parseAddress(text) {
  return parseV4(text) ?? parseV6(text);
}

/** The canonical form of an IPv6 address; undefined if it is none. */
export function canonicalV6(text) {
  const groups = parseV6(text);
  return groups && show(groups);
}

export function parseV4(text) {
  const parts = text.length > 15 ? [] : text.split(".");
  const right = parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) <= 255);
  return right ? parts.map(Number) : undefined;
}

function parseV6(text) {
  if (text.length > 45) return undefined;
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const [head, tail] = halves.map((half, index) => (half === "" ? [] : groupsOf(half, index === halves.length - 1)));
  if (!head || (halves.length === 2 && !tail)) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const missing = 8 - head.length - tail.length;
  return missing < 1 ? undefined : [...head, ...Array(missing).fill(0), ...tail];
}

/** The groups of a part of an IPv6 address; the last part may end with an IPv4 address. */
function groupsOf(text, isLast) {
  const groups = [];
  const parts = text.split(":");
  for (const [index, part] of parts.entries()) {
    const v4 = isLast && index === parts.length - 1 ? parseV4(part) : undefined;
    if (v4) groups.push(v4[0] * 256 + v4[1], v4[2] * 256 + v4[3]);
    else if (/^[\da-f]{1,4}$/i.test(part)) groups.push(parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function show(address) {
  if (address.length === 4) return address.join(".");
  const mapped = mappedV4(address);
  if (mapped) return `::ffff:${mapped.join(".")}`;
  const { start, length } = longestZeros(address);
  const hex = address.map((group) => group.toString(16));
  if (length < 2) return hex.join(":");
  return `${hex.slice(0, start).join(":")}::${hex.slice(start + length).join(":")}`;
}

/** The first of the longest runs of zeros. */
function longestZeros(groups) {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}

function mappedV4(groups) {
  if (groups.slice(0, 5).some((group) => group !== 0) || groups[5] !== 0xffff) return undefined;
  return groups.slice(6).flatMap((group) => [group >> 8, group & 255]);
}

function whyNot(value, bare) {
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

function hasPort(text) {
  const [, v6, v4, port] = /^(?:\[([^\]]*)\]|([^:]*)):(\d+)$/.exec(text) ?? [];
  return port !== undefined && Number(port) <= 65535 && Boolean(v6 === undefined ? parseV4(v4) : parseV6(v6));
}

/** Whether nobody can be reached at the address from the internet. */
function isPrivate(address) {
  const v4 = address.length === 4 ? address : mappedV4(address);
  if (v4) {
    const [a, b] = v4;
    const isShared = (a === 172 && b >= 16 && b < 32) || (a === 192 && b === 168) || (a === 169 && b === 254);
    return a === 10 || a === 127 || isShared || v4.every((number) => number === 0);
  }
  const [first] = address;
  const isLocal = (first & 0xfe00) === 0xfc00 || (first & 0xffc0) === 0xfe80;
  return isLocal || (address.slice(0, 7).every((group) => group === 0) && address[7] <= 1);
}
