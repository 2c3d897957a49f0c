// Migration updates: the tasks of all streams, and all that is known of one.

import { showFacts, showTables } from "./details.js";
import { h } from "./elements.js";
import { count, detail, link, name, progress, servers, stale, status, time } from "./format.js";
import { read } from "./hub.js";
import { listing } from "./listing.js";

const MAX_UPDATES = 200; // of one task that are shown

export const TASK = {
  name: {
    name: "name", title: "Update", kind: "main",
    cell: (row) => [taskLink(row), row.status_detail && detail(name(row.status_detail))],
  },
  stream: { name: "stream", title: "Stream", cell: (row) => name(row.stream) },
  status: { name: "status", title: "Status", cell: (row) => [status(row.status), row.is_stale && [" ", stale()]] },
  progress: { name: "progress_percent", title: "Progress", cell: (row) => progress(row.progress_percent, row.name, row.status) },
  servers: { name: "servers", title: "Mapped servers", kind: "names", cell: (row) => servers(row.servers) },
  updated: { name: "update_time", title: "Last updated", kind: "time", cell: (row) => time(row.update_time) },
};

export const TASK_COLUMNS = Object.values(TASK);

export const taskKey = (row) => JSON.stringify([row.stream, row.name]);

export const taskLink = (row) => h("a", { href: link("updates", [row.stream, row.name]) }, name(row.name));

/** All updates. */
export function updates({ state }) {
  const table = listing({
    table: "tasks", caption: "Migration updates", columns: TASK_COLUMNS, key: taskKey, state,
    empty: "No migration tool has imported a task yet (ImportMigrationTask).",
    filters: [
      { name: "status", title: "Status" },
      { name: "stream", title: "Stream" },
      { name: "stale", title: "Stale", values: { true: "Stale", false: "Not stale" } },
      { name: "mapped", title: "Mapping", values: { true: "Mapped", false: "Not mapped" } },
    ],
  });
  return { title: "Updates", ...table };
}

/** One task. */
export function task({ parts: [stream, title] }) {
  const facts = h("dl", { class: "facts" });
  const tables = h("div");
  async function update() {
    const one = await read("task", { stream, name: title });
    showFacts(facts, taskFacts(one));
    showTables(tables, taskTables(one));
  }
  const above = h("a", { class: "up", href: link("updates") }, "Updates");
  return { title, above, element: h("div", {}, facts, tables), update };
}

const taskFacts = (one) => [
  ["Status", "status", one.status, one.is_stale],
  ["Progress", "progress", one.progress_percent, one.name, one.status],
  ["Stream", "stream", one.stream],
  ["Mapped servers", "servers", one.servers],
  ["Last updated", "time", one.update_time],
  ["Next update due", "time", one.due],
  ["Status detail", "broad", one.status_detail],
];

/** Return the parts of a task as tables, newest update first. */
const taskTables = (one) => [
  {
    title: one.updates.length > MAX_UPDATES ? `Updates: the newest ${MAX_UPDATES} of ${count(one.updates.length)}` : "Updates",
    heads: ["Last updated", "Status", "Progress", "Status detail"],
    rows: one.updates.slice(-MAX_UPDATES).reverse().map((row) => [["time", row.time], ["status", row.status],
      ["progress", row.progress_percent, one.name, row.status], ["text", row.status_detail]]),
    empty: "The tool has reported no state yet (NotifyMigrationTaskState).",
  },
  {
    title: "Resource attributes", heads: ["Type", "Value"],
    rows: one.attributes.map((pair) => pair.map((value) => ["text", value])),
    empty: "None (PutResourceAttributes).",
  },
  {
    title: "Created artifacts", heads: ["ARN", "Description"],
    rows: one.artifacts.map((row) => [["text", row.name], ["text", row.description]]),
    empty: "None (AssociateCreatedArtifact).",
  },
  {
    title: "Discovered resources", heads: ["Server", "Configuration ID", "Mapped by", "Description"],
    rows: one.resources.map((row) => [
      ["servers", one.servers.filter(({ configuration_id: id }) => id === row.configuration_id)],
      ["text", row.configuration_id], ["text", row.automatic ? "Migration Hub" : "the tool"], ["text", row.description]]),
    empty: "None (AssociateDiscoveredResource, or PutResourceAttributes).",
  },
  {
    title: "Source resources", heads: ["Name", "Status detail", "Description"],
    rows: one.sources.map((row) => [["text", row.name], ["text", row.status_detail], ["text", row.description]]),
    empty: "None (AssociateSourceResource).",
  },
];
