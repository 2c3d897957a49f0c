// Servers and applications of the discovery repository, and the tools that report.

import { h, show } from "./elements.js";
import { applications as applicationLinks, count, link, moment, name, quiet, shares, status, tally, TASK_STATUSES } from "./format.js";
import { read } from "./hub.js";
import { listing } from "./listing.js";
import { COLUMNS, section, taskKey } from "./updates.js";

const text = (said) => (said ? name(said) : quiet("–"));
const byId = (row) => row.id;

const SERVER_COLUMNS = [
  { name: "hostname", title: "Host name", kind: "main", cell: (row) => h("a", { href: link("servers", [row.id]) }, name(row.hostname ?? row.id)) },
  { name: "id", title: "Server ID", kind: "code", cell: (row) => name(row.id) },
  { name: "ip_addresses", title: "IP addresses", sort: false, cell: (row) => text(row.ip_addresses.join(", ")) },
  { name: "os", title: "Operating system", cell: (row) => text(row.os) },
  { name: "type", title: "Type", cell: (row) => text(row.type) },
  { name: "applications", title: "Applications", kind: "names", cell: (row) => applicationLinks(row.applications) },
  { name: "tasks", title: "Updates", cell: (row) => tally(row.tasks) },
];

const APPLICATION_COLUMNS = [
  {
    name: "name", title: "Application", kind: "main",
    cell: (row) => [
      h("a", { href: link("applications", [row.id]) }, name(row.name ?? row.id)),
      row.description && h("span", { class: "detail" }, name(row.description)),
    ],
  },
  { name: "status", title: "Status", cell: (row) => status(row.status) },
  { name: "wave", title: "Wave", sort: false, cell: (row) => text(row.wave) },
  { name: "servers", title: "Servers", kind: "number", cell: (row) => count(row.servers) },
  { name: "tasks", title: "Updates", sort: false, cell: (row) => tally(row.tasks) },
  { name: "updated", title: "Last updated", kind: "time", cell: (row) => moment(row.updated) },
];

const total = (tasks) => TASK_STATUSES.reduce((sum, one) => sum + tasks[one], 0);

const TOOL_COLUMNS = [
  {
    name: "name", title: "Tool", kind: "main",
    cell: (row) => [
      h("a", { href: link("updates", [], { tool: row.name }) }, name(row.name)),
      row.deleting && [" ", h("span", { class: "badge" }, "Being deleted")],
    ],
  },
  { name: "tasks", title: "Updates", kind: "number", cell: (row) => count(total(row.tasks)) },
  { name: "shares", title: "Share of statuses", sort: false, cell: (row) => shares(row.tasks, TASK_STATUSES, row.name) },
  { name: "counts", title: "By status", sort: false, cell: (row) => tally(row.tasks) },
  { name: "updated", title: "Last updated", kind: "time", cell: (row) => moment(row.updated) },
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
    table: "applications", caption: "Applications", columns: APPLICATION_COLUMNS, key: byId, state,
    filters: [{ name: "status", title: "Status" }],
    empty: "The discovery repository knows no application.",
  });
  return { title: "Applications", ...table };
}

/** All tools: the progress update streams. */
export function tools({ state }) {
  const table = listing({
    table: "tools", caption: "Tools", columns: TOOL_COLUMNS, key: (row) => row.name, state,
    empty: "No migration tool has a progress update stream yet (CreateProgressUpdateStream).",
  });
  return { title: "Tools", ...table };
}

const embedded = (options) => listing({ search: false, brief: true, ...options });

const mappedTasks = (where) => embedded({
  table: "tasks", caption: "Migration updates", columns: COLUMNS, key: taskKey, where,
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
        ["Server ID", one.id], ["Type", one.type], ["Operating system", one.os], ["Source", one.source],
        ["IP addresses", one.ip_addresses.join(", ")], ["MAC addresses", one.mac_addresses.join(", ")],
        ["Applications", one.applications],
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
        ["Application ID", one.id], ["Status", { status: one.status }], ["Last updated", { moment: one.updated }],
        ["Wave", one.wave], ["Description", one.description],
      ],
    };
  });
}

function details(above, view, id, tables, readOne) {
  const facts = h("dl", { class: "facts" });
  const tags = h("div");
  const element = h("div", {}, facts, tags, tables.element);
  async function update() {
    const one = await readOne();
    const title = document.querySelector("h1 bdi");
    if (title && title.textContent !== one.title) title.textContent = one.title;
    show(facts, one.facts, ([name]) => name, ([name, said]) => h("div", {}, h("dt", {}, name), h("dd", {}, fact(said))));
    show(tags, one.tags?.length ? [one.tags] : [], () => "tags", (pairs) => section({
      title: "Tags", heads: ["Key", "Value"], rows: pairs.map((pair) => pair.map((said) => ["name", said])),
    }));
    await tables.update();
  }
  return { title: id, above: h("a", { class: "up", href: link(view) }, above), element, update };
}

function fact(said) {
  if (Array.isArray(said)) return applicationLinks(said);
  if (said && "status" in Object(said)) return status(said.status);
  if (said && "moment" in Object(said)) return moment(said.moment);
  return text(said);
}
