// Does what the first object's `ioc_value` says: what only shows within QuickJS and under the real host.

import { Answer, Ioc, ModuleError, Rejection, defineModule, hook } from "@sclera/sdk";

console.info("the top level ran at", Date.now(), "and drew", Math.random() === Math.random());

let early;
try {
  fetch("https://service.example/");
} catch (error) {
  early = error.code;
}

const after = (ms) => new Promise((resolve) => setTimeout(() => resolve(ms), ms));

const DO = {
  nothing: () => {},
  promise: async () => {},
  async awaits() {
    const order = [];
    queueMicrotask(() => order.push("job"));
    await null;
    const all = await Promise.all([after(20), after(10), (async () => order.push("first"))()]);
    for await (const value of (async function* () { yield* all; })()) order.push(value);
    return Answer.unchanged().message(order.join(" "));
  },
  async fetches() {
    const paths = ["a", "b"];
    const answers = await Promise.all(paths.map((path) => fetch(`https://service.example/${path}`)));
    const texts = await Promise.all(answers.map((answer) => answer.text()));
    return Answer.unchanged().message(`${answers.map(({ status }) => status)} ${texts}`);
  },
  async posts() {
    const body = "é".repeat(10_000);
    const answer = await fetch("https://service.example/", { method: "POST", body, headers: { "X-One": "1" } });
    const { big } = await answer.json();
    return Answer.unchanged().message(`${big} ${answer.headers.get("x-two")}`);
  },
  early: () => Answer.unchanged().message(String(early)),
  clock() {
    const began = performance.now();
    return after(1500).then(() =>
      Answer.unchanged().message(`${new Date().toISOString()} ${performance.now() - began} ${new Date(0).getHours()}`),
    );
  },
  random() {
    const numbers = Array.from({ length: 100 }, Math.random);
    const inRange = numbers.every((number) => number >= 0 && number < 1) && new Set(numbers).size === 100;
    const uuid = /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/.test(crypto.randomUUID());
    const bytes = crypto.getRandomValues(new Uint32Array(4)).some((number) => number > 0xffff);
    return Answer.unchanged().message(`${inRange} ${uuid} ${bytes}`);
  },
  binary() {
    console.log(String.fromCharCode(0, 7, 27, 0xd800, 0xffff) + "\u202e", new Uint8Array([0, 255, 254]), Symbol("s"));
  },
  odd() {
    const circular = {};
    circular.self = circular;
    console.warn("%s %d", circular, 7, new Map([[1n, undefined]]), Object.create(null), () => {});
  },
  surrogate: (event) => event.edit(Ioc, (ioc) => void (ioc.ioc_value = "\u{1f600}".slice(0, 1))),
  text() {
    const bytes = new TextEncoder().encode("é😀");
    return Answer.unchanged().message(`${bytes.length} ${new TextDecoder().decode(bytes)} ${btoa("a")} ${atob("YQ==")}`);
  },
  throws: () => undefined.nothing,
  async rejects() {
    await null;
    throw new RangeError("too far", { cause: new Error("because") });
  },
  throwsNothing() {
    throw undefined;
  },
  fails() {
    throw new ModuleError("upstream-unavailable", "later", { retryable: true });
  },
  refuses() {
    throw new Rejection("no", "/0/ioc_value");
  },
  never: () => new Promise(() => {}),
  async floats() {
    Promise.reject(new Error("adrift"));
  },
  wrong: () => ({ outcome: "unchanged" }),
  recurses: function recurses() {
    return recurses() + 1;
  },
  loops() {
    for (;;);
  },
};

export default defineModule({
  name: "ends-javascript",
  version: "1.0.0",
  description: "Does what only shows in a component.",
  capabilities: [
    { name: "http", parameters: { origins: ["https://service.example"], methods: ["GET", "POST"] }, reason: "asks" },
  ],
  register(hooks) {
    hooks.subscribe(hook.PRELOAD_IOC_CREATE);
  },
  handle(event) {
    const [ioc] = event.objects(Ioc);
    return DO[ioc.ioc_value](event);
  },
});
