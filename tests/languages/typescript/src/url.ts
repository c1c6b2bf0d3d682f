// URLs.

import { Fault, excerpt } from "./fault.ts";
import { canonicalV6, parseV4 } from "./ip.ts";
import { checkDomain } from "./name.ts";
import { toAscii } from "./punycode.ts";

/** The schemes that are known here, and their default ports. */
const PORTS: Record<string, number> = { http: 80, https: 443, ftp: 21 };

/** Checks a URL, and gives it as the URL standard writes it. */
export function checkUrl(value: string): string {
  const fault = (why: string) => new Fault(`${excerpt(value)} is not a URL: ${why}`);

  const [, scheme, behind = ""] = /^([^:]*):(?=[/\\])([^]*)$/.exec(value) ?? [];
  if (scheme === undefined) {
    throw fault(isDomain(value) ? "it has no scheme; choose the type `domain`" : "it has no scheme, such as `https://`");
  }
  const known = scheme.toLowerCase();
  const parts = /^\/\/([^/?#]*)([^]*)$/.exec(behind);
  if (!Object.hasOwn(PORTS, known) || !parts) return value;
  const [, authority = "", rest = ""] = parts;
  const credentials = authority.slice(0, authority.lastIndexOf("@") + 1);
  const [, host, port] = /^(\[[^\]]*\]|[^:]*)(?::([^]*))?$/.exec(authority.slice(credentials.length)) ?? [];
  if (host === undefined) throw fault("its IP address is not one");
  if (host === "") throw fault("it has no host");
  const path = rest.startsWith("/") ? rest : `/${rest}`;
  const shownPort = checkPort(port, PORTS[known], fault);
  return `${known}://${credentials}${checkHost(host, fault)}${shownPort}${path.replace(/\P{ASCII}+/gu, encodeURIComponent)}`;
}

/** Makes the fault of a URL. */
type Blame = (why: string) => Fault;

function isDomain(value: string): boolean {
  try {
    checkDomain(value);
    return true;
  } catch {
    return false;
  }
}

function checkPort(port: string | undefined, usual: number | undefined, fault: Blame): string {
  if (port === undefined || port === "") return "";
  if (!/^\d+$/.test(port) || Number(port) > 65535) throw fault("its port has to be a number from 0 to 65535");
  return Number(port) === usual ? "" : `:${Number(port)}`;
}

function checkHost(host: string, fault: Blame): string {
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
