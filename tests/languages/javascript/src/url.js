// URLs.

import { Fault, excerpt } from "./fault.js";
import { canonicalV6, parseV4 } from "./ip.js";
import { checkDomain } from "./name.js";
import { toAscii } from "./punycode.js";

/** The schemes that are known here, and their default ports. */
const PORTS = { http: 80, https: 443, ftp: 21 };

/** Checks a URL, and gives it as the URL standard writes it. */
export function checkUrl(value) {
  const fault = (why) => new Fault(`${excerpt(value)} is not a URL: ${why}`);

  const [, scheme, behind] = /^([^:]*):(?=[/\\])([^]*)$/.exec(value) ?? [];
  if (scheme === undefined) {
    throw fault(isDomain(value) ? "it has no scheme; choose the type `domain`" : "it has no scheme, such as `https://`");
  }
  const known = scheme.toLowerCase();
  const parts = /^\/\/([^/?#]*)([^]*)$/.exec(behind);
  if (!Object.hasOwn(PORTS, known) || !parts) return value;
  const [, authority, rest] = parts;
  const credentials = authority.slice(0, authority.lastIndexOf("@") + 1);
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::([^]*))?$/.exec(authority.slice(credentials.length)) ?? [];
  if (host === undefined) throw fault("its IP address is not one");
  if (host === "") throw fault("it has no host");
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  const shownPort = checkPort(port, PORTS[known], fault);
  return `${known}://${credentials}${checkHost(host, fault)}${shownPort}${path.replace(/\P{ASCII}+/gu, encodeURIComponent)}`;
}

function isDomain(value) {
  try {
    checkDomain(value);
    return true;
  } catch {
    return false;
  }
}

function checkPort(port, usual, fault) {
  if (port === undefined || port === "") return "";
  if (!/^\d+$/.test(port) || Number(port) > 65535) throw fault("its port has to be a number from 0 to 65535");
  return Number(port) === usual ? "" : `:${Number(port)}`;
}

function checkHost(host, fault) {
  if (host.startsWith("[")) {
    const address = host.endsWith("]") && canonicalV6(host.slice(1, -1));
    if (!address) throw fault("its IP address is not one");
    return `[${address}]`;
  }
  if (/[ %^|<>\]\\]/.test(host)) throw fault("its host is not a domain name");
  if (/(^|\.)\d+$/.test(host)) {
    if (!parseV4(host)) throw fault("its IP address is not one");
    return host;
  }
  return toAscii(host);
}
