/** Why a value cannot be right: a short sentence for the user who sent it. */
export class Fault extends Error {}

/** How many characters of a value go into a sentence. */
const LENGTH = 60;

/** The beginning of a value, with what has no ink made visible. */
export function excerpt(value: string): string {
  // Twice as many UTF-16 units as characters at most, so that a huge value is not taken apart.
  const characters = [...value.slice(0, 2 * LENGTH + 2)];
  const shown = characters.slice(0, LENGTH).join("").replace(/[\\'"]|(?! )[\p{Z}\p{C}\p{Mn}\p{Me}]/gu, escaped);
  return `\`${shown}${characters.length > LENGTH ? "…" : ""}\``;
}

function escaped(character: string): string {
  if (/[\\'"]/.test(character)) return `\\${character}`;
  return `\\u{${character.codePointAt(0)!.toString(16)}}`;
}
