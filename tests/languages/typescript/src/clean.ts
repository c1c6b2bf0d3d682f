const INVISIBLE =
  /[\u{0}-\u{1f}\u{7f}-\u{9f}\u{ad}\u{34f}\u{61c}\u{115f}\u{1160}\u{17b4}\u{17b5}\u{180b}-\u{180f}\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2060}-\u{206f}\u{3164}\u{fe00}-\u{fe0f}\u{feff}\u{ffa0}\u{fff9}-\u{fffb}\u{e0000}-\u{e0fff}]/gu;

const FOREIGN_LETTER = /^(?!\p{ASCII})\p{Alphabetic}$/u;

/** Takes away the space around a value, and the characters in it that have no ink. */
export function clean(sent: string): string {
  const kept = sent.replace(INVISIBLE, (character, at: number) => (isJoiner(character) && joins(sent, at) ? character : ""));
  return kept.trim();
}

/** In some scripts these two are part of how a word is written, and so of a domain name. */
function isJoiner(character: string): boolean {
  return character === "\u200c" || character === "\u200d";
}

function joins(text: string, at: number): boolean {
  const before = [...text.slice(Math.max(0, at - 2), at)].at(-1);
  const after = [...text.slice(at + 1, at + 3)][0];
  return [before, after].every((neighbour) => neighbour !== undefined && FOREIGN_LETTER.test(neighbour));
}
