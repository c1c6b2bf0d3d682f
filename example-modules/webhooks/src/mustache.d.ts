/** As much of mustache as is used. */
declare module "mustache" {
  /** Takes a template apart; throws if it cannot be one. */
  export function parse(template: string): unknown;
  export function render(
    template: string,
    view: object,
    partials: undefined,
    options: { escape: (value: unknown) => string },
  ): string;
  const mustache: { parse: typeof parse; render: typeof render };
  export default mustache;
}
