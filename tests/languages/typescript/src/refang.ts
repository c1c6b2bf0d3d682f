// Undoing what people do to indicators so that nobody clicks on them.

import { Fault, excerpt } from "./fault.ts";

/** How deep brackets may be put inside brackets. Each level is one more walk through the value. */
const DEPTH = 4;

/** What `http` and its like become. */
const SCHEMES: Record<string, string> = {
  hxxp: "http",
  hxtp: "http",
  htxp: "http",
  "h**p": "http",
  hxxps: "https",
  hxtps: "https",
  htxps: "https",
  "h**ps": "https",
  fxp: "ftp",
};

/** What is defanged in an address or a name, and from the scheme to the first slash of a URL. */
const EVERYWHERE =
  /\\\.|\[\.(?!\])|\[ *(:\/\/|[.:/@]|dot|at) *\]|\( *(:\/\/|[.:/@]|dot|at) *\)|\{ *(:\/\/|[.:/@]|dot|at) *\}/iy;

/** What is defanged behind that, where `(at)` may be what the URL says. */
const BEHIND = /\[ *(:\/\/|[.:/@]) *\]/y;

/** Undoes it, until nothing is left to undo. */
export function refang(value: string, isUrl: boolean): string {
  let refanged = value;
  for (let pass = 0; pass < DEPTH; pass++) {
    const again = once(refanged, isUrl);
    if (again === refanged) return refanged;
    refanged = again;
  }
  throw new Fault(`${excerpt(value)} has too many brackets inside brackets`);
}

function once(value: string, isUrl: boolean): string {
  const done: string[] = [];
  let taken = 0;
  let everywhere = true;
  let behindScheme = false;
  for (let at = 0; at < value.length; ) {
    const next = value.charAt(at);
    const token = "\\[({".includes(next) ? tokenAt(value, at, everywhere) : undefined;
    if (token) {
      // People write `evil [.] example`, too.
      done.push(value.slice(taken, at).replace(/ +$/, ""), token.text);
      at = token.end;
      while (value[at] === " ") at++;
      taken = at;
      behindScheme = token.text.startsWith(":");
      continue;
    }
    if (next === ":") behindScheme = true;
    else if (behindScheme && (next === "/" || next === "\\")) {
      // The slashes behind a scheme.
    } else if ("/\\?#".includes(next)) everywhere &&= !isUrl;
    else behindScheme = false;
    at++;
  }
  done.push(value.slice(taken));
  return withScheme(done.join(""));
}

/** What a piece of text stands for, and where it ends. */
interface Token {
  text: string;
  end: number;
}

function tokenAt(value: string, at: number, everywhere: boolean): Token | undefined {
  const pattern = everywhere ? EVERYWHERE : BEHIND;
  pattern.lastIndex = at;
  const found = pattern.exec(value);
  if (!found) return undefined;
  const word = found.slice(1).find((group) => group !== undefined) ?? ".";
  const words: Record<string, string> = { dot: ".", at: "@" };
  return { text: words[word.toLowerCase()] ?? word, end: pattern.lastIndex };
}

function withScheme(value: string): string {
  const colon = value.indexOf(":");
  const scheme = value.slice(0, Math.max(colon, 0)).toLowerCase();
  return Object.hasOwn(SCHEMES, scheme) ? SCHEMES[scheme] + value.slice(colon) : value;
}
