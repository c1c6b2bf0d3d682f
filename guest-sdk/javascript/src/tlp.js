// How far information may be shared: the Traffic Light Protocol 2.0 (https://www.first.org/tlp/).

import { IDS, LABELS } from "./generated/tlp.js";

const NAMES = Object.values(LABELS);

/** The labels, and what can be asked about them. A TLP is its name, as in an event's metadata. */
export const Tlp = Object.freeze({
  ...LABELS,

  /** All of them, from the least to the most restrictive. */
  ALL: Object.freeze(NAMES),

  /** Its id in IRIS. */
  id(name) {
    const known = Tlp.fromName(name);
    if (known === undefined) throw new TypeError(`\`${name}\` is not a TLP: choose one of ${NAMES.join(", ")}`);
    return IDS[known];
  },

  /** The one with this id. */
  fromId: (id) => NAMES.find((name) => IDS[name] === id),

  /** The one with this name, in upper or lower case. */
  fromName: (name) => NAMES.find((known) => typeof name === "string" && known === name.toLowerCase()),

  /** Less than 0 if `a` is less restrictive than `b`, more than 0 if it is more. */
  compare: (a, b) => NAMES.indexOf(a) - NAMES.indexOf(b),
});
