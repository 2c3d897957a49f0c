// Servers and applications of the discovery repository, and the progress update streams.

import { showFacts, showTables } from "./details.js";
import { h } from "./elements.js";
import { applications as applicationLinks, count, detail, link, name, quiet, servers as serverLinks, shares, status, tally, TASK_STATUSES, time } from "./format.js";
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
    empty: "There are no servers in the discovery repository.",
  });
  return { title: "Servers", ...table };
}

/** All applications. */
export function applications({ state }) {
  const table = listing({
    table: "applications", caption: "Applications", columns: Object.values(APPLICATION), key: byId, state,
    filters: [{ name: "status", title: "Status" }],
    empty: "There are no applications in the discovery repository.",
  });
  return { title: "Applications", ...table };
}

const AGENT_COLUMNS = [
  { name: "agent_id", title: "Agent ID", kind: "code", cell: (row) => name(row.agent_id) },
  { name: "hostname", title: "Server", kind: "names", cell: (row) => (row.servers.length ? serverLinks(row.servers) : text(row.hostname)) },
  { name: "type", title: "Type", sort: false, cell: (row) => text(row.type) },
  { name: "health", title: "Health", cell: (row) => text(row.health) },
  { name: "collection_status", title: "Collection", cell: (row) => text(row.collection_status) },
  { name: "version", title: "Version", sort: false, cell: (row) => text(row.version) },
  { name: "last_health_ping", title: "Last health ping", kind: "time", cell: (row) => time(row.last_health_ping) },
];

const IMPORT_COLUMNS = [
  {
    name: "name", title: "Import", kind: "main",
    cell: (row) => [h("a", { href: link("imports", [row.import_task_id]) }, name(row.name)), detail(name(row.url))],
  },
  { name: "status", title: "Status", cell: (row) => text(row.status) },
  { name: "records", title: "Records", kind: "number", cell: (row) => count(row.records) },
  { name: "failed_records", title: "Failed records", kind: "number", cell: (row) => count(row.failed_records) },
  { name: "requested", title: "Requested", kind: "time", cell: (row) => time(row.requested) },
];

const EXPORT_COLUMNS = [
  { name: "export_id", title: "Export ID", kind: "code", cell: (row) => name(row.export_id) },
  { name: "kind", title: "Content", cell: (row) => [text(row.kind), row.agent_id && detail(name(row.agent_id))] },
  { name: "status", title: "Status", cell: (row) => [text(row.status), row.message && detail(name(row.message))] },
  { name: "files", title: "Files", sort: false, cell: (row) => text(row.files.join(", ")) },
  { name: "requested", title: "Requested", kind: "time", cell: (row) => time(row.requested) },
];

/** All agents and collectors. */
export function agents({ state }) {
  const table = listing({
    table: "agents", caption: "Agents", columns: AGENT_COLUMNS, key: (row) => row.agent_id, state,
    filters: [{ name: "health", title: "Health" }],
    empty: "There are no discovery agents. Tests add them with add_agent.",
  });
  return { title: "Agents", ...table };
}

/** All imports. */
export function imports({ state }) {
  const table = listing({
    table: "imports", caption: "Imports", columns: IMPORT_COLUMNS, key: (row) => row.import_task_id, state,
    empty: "No imports yet (StartImportTask).",
  });
  return { title: "Imports", ...table };
}

/** All exports. */
export function exports({ state }) {
  const table = listing({
    table: "exports", caption: "Exports", columns: EXPORT_COLUMNS, key: (row) => row.export_id, state,
    empty: "No exports yet (StartExportTask).",
  });
  return { title: "Exports", ...table };
}

/** One import, and what of it failed. */
export function importTask({ parts: [id] }) {
  return details("Imports", "imports", id, [], async () => {
    const one = await read("import", { id });
    return {
      title: one.name,
      facts: [
        ["Import task ID", "text", id], ["Status", "text", one.status], ["File", "text", one.url], ["Kind of file", "text", one.classification],
        ["Requested", "time", one.requested], ["Completed", "time", one.completed],
        ["Records", "text", count(one.records)], ["Failed records", "text", count(one.failed_records)], ["Applications", "text", count(one.applications)],
      ],
      tables: [{
        title: "Failed records", heads: ["Line", "Reason"], empty: "Nothing failed.",
        rows: one.failures.map(([line, reason]) => [["text", String(line)], ["text", reason]]),
      }],
    };
  });
}

/** All progress update streams. */
export function streams({ state }) {
  const table = listing({
    table: "streams", caption: "Streams", columns: STREAM_COLUMNS, key: (row) => row.name, state,
    empty: "There are no progress update streams yet (CreateProgressUpdateStream).",
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
  return details("Servers", "servers", id, [["Migration updates", tasks]], async () => {
    const one = await read("server", { id });
    return {
      title: one.hostname ?? id,
      facts: [
        ["Server ID", "text", id],
        ...one.attributes.flatMap((group) => group.facts.map(([title, value]) => [title, "text", value])),
        ["Applications", "applications", one.applications],
      ],
      tables: [
        tagTable(one.tags),
        {
          title: "Sources", heads: ["Source", "Time", "Attributes"],
          rows: one.entries.map((entry) => [["text", entry.source], ["time", entry.time], ["text", entry.values]]),
        },
        {
          title: "Neighbors", heads: ["Server", "Direction", "Port", "Connections"],
          rows: one.neighbors.map((row) => [["servers", [row]], ["text", row.direction], ["text", `${row.protocol} ${row.port}`], ["text", count(row.count)]]),
        },
        {
          title: "Processes", heads: ["Name", "Command line", "Path"],
          rows: one.processes.map((row) => [["text", row.name], ["text", row.command_line], ["text", row.path]]),
        },
      ].filter(({ rows }) => rows.length),
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
  const parts = [["Servers", members], ["Migration updates", tasks]];
  return details("Applications", "applications", id, parts, async () => {
    const one = await read("application", { id });
    return {
      title: one.name ?? id,
      facts: [
        ["Application ID", "text", id], ["Status", "status", one.status], ["Last updated", "time", one.last_updated],
        ["Wave", "text", one.wave], ["Description", "text", one.description],
      ],
      tables: [],
    };
  });
}

const tagTable = (tags) => ({ title: "Tags", heads: ["Key", "Value"], rows: tags.map((tag) => tag.map((value) => ["text", value])) });

/**
 * Show one thing.
 * @param {string} above - the title of the view above it
 * @param {string} view - that view
 * @param {string} id
 * @param {Array} listings - pairs of a heading and a listing
 * @param {Function} readOne - reads its title, facts and tables
 */
function details(above, view, id, listings, readOne) {
  const facts = h("dl", { class: "facts" });
  const tables = h("div");
  const below = listings.map(([heading, list]) => [h("h2", {}, heading), list.element]);
  async function update() {
    const one = await readOne();
    const title = document.querySelector("h1 bdi");
    if (title && title.textContent !== one.title) title.textContent = one.title;
    showFacts(facts, one.facts);
    showTables(tables, one.tables);
    await Promise.all(listings.map(([, list]) => list.update()));
  }
  return { title: id, above: h("a", { class: "up", href: link(view) }, above), element: h("div", {}, facts, tables, below), update };
}
