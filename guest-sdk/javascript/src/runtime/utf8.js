// Text as bytes, and back. QuickJS has no TextEncoder.

/** The bytes of a text. */
export function encode(text) {
  const latin1 = unescape(encodeURIComponent(text.toWellFormed()));
  const bytes = new Uint8Array(latin1.length);
  for (let index = 0; index < latin1.length; index++) bytes[index] = latin1.charCodeAt(index);
  return bytes;
}

/** The text of bytes; what is not UTF-8 becomes U+FFFD. */
export function decode(bytes) {
  const latin1 = latin1Of(bytes);
  try {
    return decodeURIComponent(escape(latin1));
  } catch {
    return leniently(latin1);
  }
}

function latin1Of(bytes) {
  let latin1 = "";
  for (let at = 0; at < bytes.length; at += 8192) {
    latin1 += String.fromCharCode.apply(null, bytes.subarray(at, at + 8192));
  }
  return latin1;
}

// The well-formed sequences of Unicode's table 3-7, else one byte.
const SEQUENCE =
  /[\x00-\x7f]+|[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[^]/g;

function leniently(latin1) {
  return latin1.replace(SEQUENCE, (sequence) =>
    sequence.length === 1 && sequence > "\x7f" ? "\ufffd" : decodeURIComponent(escape(sequence)),
  );
}

export class TextEncoder {
  get encoding() {
    return "utf-8";
  }

  encode(text = "") {
    return encode(String(text));
  }
}

export class TextDecoder {
  #fatal;

  constructor(label = "utf-8", { fatal = false } = {}) {
    if (!/^utf-?8$/i.test(label)) throw new RangeError(`TextDecoder knows utf-8 only, and not ${label}`);
    this.#fatal = fatal;
  }

  get encoding() {
    return "utf-8";
  }

  decode(input = new Uint8Array()) {
    const text = decode(bytesOf(input));
    if (this.#fatal && text.includes("\ufffd") && !latin1Of(bytesOf(input)).includes("\xef\xbf\xbd")) {
      throw new TypeError("the bytes are not UTF-8");
    }
    return text.startsWith("\ufeff") ? text.slice(1) : text;
  }
}

/** The bytes of whatever holds bytes. */
export function bytesOf(input) {
  if (input instanceof Uint8Array) return input;
  if (ArrayBuffer.isView(input)) return new Uint8Array(input.buffer, input.byteOffset, input.byteLength);
  return new Uint8Array(input);
}
