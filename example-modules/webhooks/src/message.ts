// What the templates know of an event.

import type { Event, JsonObject, JsonValue } from "@sclera/sdk";
import { stringifyJson } from "@sclera/sdk";

/** What the templates know. */
export interface View {
  /** One line that says it all. */
  summary: string;
  hook: string;
  kind: string;
  /** The kind of object: `ioc`. */
  type: string;
  /** What happened to it: `create`; of a manual hook, nothing. */
  operation: string;
  menu: string;
  user: string;
  /** When, as in ISO 8601. */
  when: string;
  delivery_id: string;
  /** What the server knows of the case: `id`, `name`, `customer`, `tlp`. */
  case: Record<string, unknown>;
  /** The first object. */
  object: JsonObject;
  /** All of them. */
  objects: JsonObject[];
  /** What each is called. */
  titles: string[];
  secrets: Record<string, unknown>;
  /** All of it as JSON, for `{{{json}}}`. */
  json: string;
}

/** What an object of each kind is called by. */
const TITLES: Record<string, string[]> = {
  ioc: ["ioc_value"],
  asset: ["asset_name"],
  note: ["note_title"],
  event: ["event_title"],
  evidence: ["filename"],
  task: ["task_title"],
  global_task: ["task_title"],
  case: ["name", "case_name"],
  report: ["file_path", "report_id"],
};

const PAST: Record<string, string> = { create: "created", update: "updated", delete: "deleted" };

/** Titles that a summary has. */
const SHOWN = 5;

export function viewOf(event: Event, secrets: Record<string, unknown>): View {
  const objects = event.objects();
  const { type, operation } = partsOf(event.hook);
  const titles = objects.map((object) => titleOf(type, object));
  const { case_id, case_name, customer, tlp } = event.metadata;
  const known = {
    hook: event.hook,
    kind: event.kind,
    type,
    operation,
    menu: event.menuName ?? "",
    user: event.triggeredBy ?? "",
    when: event.triggeredAt.toISOString(),
    delivery_id: event.deliveryId,
    case: { id: case_id, name: case_name, customer, tlp },
  };
  const summary = summaryOf(known, titles);
  // Reports are whole documents, in base64: they go nowhere unless a template asks for them.
  const told = objects.map(({ file: _, ...rest }) => rest);
  const json = stringifyJson({ summary, ...known, objects: told });
  return { summary, ...known, object: objects[0] ?? {}, objects, titles, secrets, json };
}

/** `global_task` and `create` of `on_postload_global_task_create`. */
function partsOf(hook: string): { type: string; operation: string } {
  const [, manual] = /^on_manual_trigger_(.+)$/.exec(hook) ?? [];
  if (manual !== undefined) return { type: manual, operation: "" };
  const [, type = hook, operation = ""] = /^on_(?:pre|post)load_(.+)_([^_]+)$/.exec(hook) ?? [];
  return { type, operation };
}

function titleOf(type: string, object: JsonObject): string {
  const fields = TITLES[type] ?? [];
  const candidates: (JsonValue | undefined)[] = [...fields, `${type}_id`, "id"].map((field) => object[field]);
  const title = candidates.find((value) => typeof value === "string" || typeof value === "number");
  return title === undefined || title === "" ? "(without a name)" : String(title);
}

function summaryOf(known: Pick<View, "type" | "operation" | "user" | "case">, titles: string[]): string {
  const type = known.type === "ioc" ? "IOC" : known.type.replaceAll("_", " ");
  const what = `${type.charAt(0).toUpperCase()}${type.slice(1)} ${PAST[known.operation] ?? (known.operation || "sent")}`;
  const by = known.user && ` by ${known.user}`;
  const { id, name } = known.case;
  const where = id === undefined ? "" : ` in case ${id}${name === undefined ? "" : ` (${name})`}`;
  const more = titles.length > SHOWN ? ` and ${titles.length - SHOWN} more` : "";
  return `${what}${by}${where}: ${titles.slice(0, SHOWN).join(", ")}${more}`;
}
