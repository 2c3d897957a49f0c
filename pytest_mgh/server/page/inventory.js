// Servers and applications of the discovery repository, and the progress update streams.

import { showFacts, showTables } from "./details.js";
import { h } from "./elements.js";
import { applications as applicationLinks, count, detail, link, name, quiet, shares, status, tally, TASK_STATUSES, time } from "./format.js";
import { read } from "./hub.js";
import { listing } from "./listing.js";
import { TASK_COLUMNS, taskKey } from "./updates.js";

const text = (value) => (value ? name(value) : quiet("–"));

export const byId = (row) => row.configuration_id;

const SERVER_COLUMNS = [
  { name: "hostname", title: "Host name", kind: "main", cell: (row) => h("a", { href: link("servers", [byId(row)]) }, name(row.hostname ?? byId(row))) },
  { name: "configuration_id", title: "Server ID", kind: "code", cell: (row) => name(byId(row)) },
  { name: "ip_addresses", title: "IP addresses", sort: false, cell: (row) => text(row.ip_addresses.join(", ")) },
  { name: "os", title: "Operating system", cell: (row) => text(row.os) },
  { name: "type", title: "Type", cell: (row) => text(row.type) },
  { name: "applications", title: "Applications", kind: "names", cell: (row) => applicationLinks(row.applications) },
  { name: "tasks", title: "Updates", cell: (row) => tally(row.tasks) },
];

export const APPLICATION = {
  name: {
    name: "name", title: "Application", kind: "main",
    cell: (row) => [applicationLinks([row]), row.description && detail(name(row.description))],
  },
  status: { name: "status", title: "Status", cell: (row) => status(row.status) },
  wave: { name: "wave", title: "Wave", sort: false, cell: (row) => text(row.wave) },
  servers: { name: "servers", title: "Servers", kind: "number", cell: (row) => count(row.servers) },
  tasks: { name: "tasks", title: "Updates", sort: false, cell: (row) => tally(row.tasks) },
  updated: { name: "last_updated", title: "Last updated", kind: "time", cell: (row) => time(row.last_updated) },
};

const total = (tasks) => TASK_STATUSES.reduce((sum, one) => sum + tasks[one], 0);

export const streamLink = (row) => h("a", { href: link("updates", [], { stream: row.name }) }, name(row.name));

const STREAM_COLUMNS = [
  {
    name: "name", title: "Stream", kind: "main",
    cell: (row) => [streamLink(row), row.deleting && [" ", h("span", { class: "badge" }, "Being deleted")]],
  },
  { name: "tasks", title: "Updates", kind: "number", cell: (row) => count(total(row.tasks)) },
  { name: "shares", title: "Share of statuses", sort: false, cell: (row) => shares(row.tasks, TASK_STATUSES, row.name) },
  { name: "counts", title: "By status", sort: false, cell: (row) => tally(row.tasks) },
  { name: "last_updated", title: "Last updated", kind: "time", cell: (row) => time(row.last_updated) },
];

/** All servers. */
export function servers({ state }) {
  const table = listing({
    table: "servers", caption: "Servers", columns: SERVER_COLUMNS, key: byId, state,
    empty: "The discovery repository knows no server.",
  });
  return { title: "Servers", ...table };
}

/** All applications. */
export function applications({ state }) {
  const table = listing({
    table: "applications", caption: "Applications", columns: Object.values(APPLICATION), key: byId, state,
    filters: [{ name: "status", title: "Status" }],
    empty: "The discovery repository knows no application.",
  });
  return { title: "Applications", ...table };
}

/** All progress update streams. */
export function streams({ state }) {
  const table = listing({
    table: "streams", caption: "Streams", columns: STREAM_COLUMNS, key: (row) => row.name, state,
    empty: "No migration tool has a progress update stream yet (CreateProgressUpdateStream).",
  });
  return { title: "Streams", ...table };
}

const embedded = (options) => listing({ search: false, brief: true, ...options });

const mappedTasks = (where) => embedded({
  table: "tasks", caption: "Migration updates", columns: TASK_COLUMNS, key: taskKey, where,
  empty: "No migration update is mapped to it.",
});

/** One server. */
export function server({ parts: [id] }) {
  const tasks = mappedTasks({ server: id });
  return details("Servers", "servers", id, tasks, async () => {
    const one = await read("server", { id });
    return {
      title: one.hostname ?? id,
      facts: [
        ["Server ID", "text", id], ["Type", "text", one.type], ["Operating system", "text", one.os], ["Source", "text", one.source],
        ["IP addresses", "text", one.ip_addresses.join(", ")], ["MAC addresses", "text", one.mac_addresses.join(", ")],
        ["Applications", "applications", one.applications],
      ],
      tags: one.tags,
    };
  });
}

/** One application. */
export function application({ parts: [id] }) {
  const members = embedded({
    table: "servers", caption: "Servers", columns: SERVER_COLUMNS, key: byId, where: { application: id },
    empty: "It has no servers.",
  });
  const tasks = mappedTasks({ application: id });
  const both = {
    element: h("div", {}, h("h2", {}, "Servers"), members.element, h("h2", {}, "Migration updates"), tasks.element),
    update: () => Promise.all([members.update(), tasks.update()]),
  };
  return details("Applications", "applications", id, both, async () => {
    const one = await read("application", { id });
    return {
      title: one.name ?? id,
      facts: [
        ["Application ID", "text", id], ["Status", "status", one.status], ["Last updated", "time", one.last_updated],
        ["Wave", "text", one.wave], ["Description", "text", one.description],
      ],
      tags: [],
    };
  });
}

function details(above, view, id, tables, readOne) {
  const facts = h("dl", { class: "facts" });
  const tags = h("div");
  async function update() {
    const one = await readOne();
    const title = document.querySelector("h1 bdi");
    if (title && title.textContent !== one.title) title.textContent = one.title;
    showFacts(facts, one.facts);
    showTables(tags, one.tags.length
      ? [{ title: "Tags", heads: ["Key", "Value"], rows: one.tags.map((tag) => tag.map((value) => ["text", value])) }]
      : []);
    await tables.update();
  }
  return { title: id, above: h("a", { class: "up", href: link(view) }, above), element: h("div", {}, facts, tags, tables.element), update };
}
