import type { Integer } from "./view.js";

/** How far information may be shared: the Traffic Light Protocol 2.0 (https://www.first.org/tlp/). */
export type Tlp = "clear" | "green" | "amber" | "amber+strict" | "red";

export declare const Tlp: {
  readonly CLEAR: "clear";
  readonly GREEN: "green";
  readonly AMBER: "amber";
  readonly AMBER_STRICT: "amber+strict";
  readonly RED: "red";
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
