import type { Label, Labels } from "./generated/tlp.js";
import type { Integer } from "./view.js";

/** How far information may be shared: the name of a label of the Traffic Light Protocol. */
export type Tlp = Label;

export declare const Tlp: Labels & {
  /** All of them, from the least to the most restrictive. */
  readonly ALL: readonly Tlp[];
  /** Its id in IRIS, which has a numbering of its own. */
  id(tlp: Tlp): number;
  /** The one with this id. */
  fromId(id: Integer | undefined): Tlp | undefined;
  /** The one with this name, in upper or lower case. */
  fromName(name: unknown): Tlp | undefined;
  /** Less than 0 if `a` is less restrictive than `b`, more than 0 if it is more. */
  compare(a: Tlp, b: Tlp): number;
};
