// Migration updates: the tasks of all tools, and all that is known of one.

import { h, show } from "./elements.js";
import { count, link, moment, name, progress, quiet, servers, stale, status } from "./format.js";
import { read } from "./hub.js";
import { listing } from "./listing.js";

const MOST = 200; // updates of one task that are shown

const KNOWN = {
  name: {
    name: "name", title: "Update", kind: "main",
    cell: (row) => [
      h("a", { href: link("updates", [row.tool, row.name]) }, name(row.name)),
      row.detail && h("span", { class: "detail" }, name(row.detail)),
    ],
  },
  tool: { name: "tool", title: "Tool", cell: (row) => name(row.tool) },
  status: { name: "status", title: "Status", cell: (row) => [status(row.status), row.stale && [" ", stale()]] },
  percent: { name: "percent", title: "Progress", cell: (row) => progress(row.percent, row.name, row.status) },
  servers: { name: "servers", title: "Mapped servers", kind: "names", cell: (row) => servers(row.servers) },
  updated: { name: "updated", title: "Last updated", kind: "time", cell: (row) => moment(row.updated) },
};

export const COLUMNS = Object.values(KNOWN);

export const taskKey = (row) => JSON.stringify([row.tool, row.name]);

/** All updates. */
export function updates({ state }) {
  const table = listing({
    table: "tasks", caption: "Migration updates", columns: COLUMNS, key: taskKey, state,
    empty: "No migration tool has imported a task yet (ImportMigrationTask).",
    filters: [
      { name: "status", title: "Status" },
      { name: "tool", title: "Tool" },
      { name: "stale", title: "Stale", values: { true: "Stale", false: "Not stale" } },
      { name: "mapped", title: "Mapping", values: { true: "Mapped", false: "Not mapped" } },
    ],
  });
  return { title: "Updates", ...table };
}

/** One task. */
export function task({ parts: [tool, id] }) {
  const facts = h("dl", { class: "facts" });
  const sections = h("div");
  const element = h("div", {}, facts, sections);
  async function update() {
    const one = await read("task", { tool, name: id });
    show(facts, taskFacts(one), ([title]) => title, fact(one));
    show(sections, taskTables(one), ({ title }) => title, section);
  }
  return { title: id, above: h("a", { class: "up", href: link("updates") }, "Updates"), element, update };
}

const taskFacts = (one) => [
  ["Status", one.status, one.stale],
  ["Progress", one.percent, one.status],
  ["Tool", one.tool],
  ["Mapped servers", one.servers],
  ["Last updated", one.updated],
  ["Next update due", one.due],
  ["Status detail", one.detail],
];

const fact = (one) => ([title, said]) => {
  const value = {
    Status: () => [status(one.status), one.stale && [" ", stale()]],
    Progress: () => progress(said, one.name, one.status),
    Tool: () => h("a", { href: link("updates", [], { tool: said }) }, name(said)),
    "Mapped servers": () => servers(said),
    "Last updated": () => moment(said),
    "Next update due": () => moment(said),
    "Status detail": () => (said ? name(said) : quiet("–")),
  }[title];
  return h("div", { class: title === "Status detail" && "broad" }, h("dt", {}, title), h("dd", {}, value()));
};

/** Return the parts of a task as tables, newest update first. */
function taskTables(one) {
  return [
    {
      title: one.updates.length > MOST ? `Updates: the newest ${MOST} of ${count(one.updates.length)}` : "Updates",
      heads: ["Last updated", "Status", "Progress", "Status detail"],
      rows: one.updates.map((row) => [["moment", row.time], ["status", row.status],
        ["progress", row.progress_percent, one.name, row.status], ["name", row.status_detail]]).slice(-MOST).reverse(),
      empty: "The tool has told no state yet (NotifyMigrationTaskState).",
    },
    {
      title: "Resource attributes", heads: ["Type", "Value"],
      rows: one.attributes.map(([type, value]) => [["name", type], ["name", value]]),
      empty: "None (PutResourceAttributes).",
    },
    {
      title: "Created artifacts", heads: ["ARN", "Description"],
      rows: one.artifacts.map((row) => [["name", row.name], ["name", row.description]]),
      empty: "None (AssociateCreatedArtifact).",
    },
    {
      title: "Discovered resources", heads: ["Server", "Configuration ID", "Mapped by", "Description"],
      rows: one.resources.map((row) => [
        ["servers", one.servers.filter(({ id }) => id === row.configuration_id)], ["name", row.configuration_id],
        ["name", row.automatic ? "Migration Hub" : "the tool"], ["name", row.description]]),
      empty: "None (AssociateDiscoveredResource, or PutResourceAttributes).",
    },
    {
      title: "Source resources", heads: ["Name", "Status detail", "Description"],
      rows: one.sources.map((row) => [["name", row.name], ["name", row.status_detail], ["name", row.description]]),
      empty: "None (AssociateSourceResource).",
    },
  ];
}

const CELLS = { moment, status, progress, servers, name: (text) => (text ? name(text) : quiet("–")) };

/** Make a small table that is shown whole. */
export function section({ title, heads, rows, empty }) {
  const cells = (row) => row.map(([kind, ...said]) => h("td", {}, CELLS[kind](...said)));
  return h("section", { class: "part" }, h("h2", {}, title),
    rows.length
      ? h("div", { class: "wide", role: "region", "aria-label": title, tabindex: "0" },
        h("table", {}, h("caption", { class: "unseen" }, title),
          h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
          h("tbody", {}, rows.map((row) => h("tr", {}, cells(row))))))
      : h("p", { class: "nothing" }, empty));
}
