// What the test has asked of the hub: faults, waiting work, and what callers may do.

import { showFacts } from "./details.js";
import { h } from "./elements.js";
import { detail, name, quiet, time } from "./format.js";
import { listing } from "./listing.js";

const BACKGROUND = { eager: "at once", manual: "when the hub settles" };

const TABLES = [
  {
    title: "Faults", table: "faults", empty: "No faults.",
    key: (row) => JSON.stringify({ ...row, times: 0, after: 0, used: 0, draws: 0 }),
    columns: [
      { title: "Operation", kind: "main", cell: (row) => row.operation },
      { title: "Error", cell: (row) => [row.error, row.message && detail(name(row.message))] },
      { title: "When", kind: "code", cell: aim },
      { title: "After", cell: (row) => (row.after ? `${row.after} more` : "at once") },
      { title: "Left", cell: (row) => row.times ?? "until it recovers" },
      { title: "Share of calls", cell: (row) => (row.rate == null ? "all" : `${Math.round(row.rate * 100)}%`) },
      { title: "Used", kind: "number", cell: (row) => row.used },
    ],
  },
  {
    title: "Throttled operations", table: "throttles", empty: "No throttled operations.",
    key: (row) => row.operation,
    columns: [
      { title: "Operation", kind: "main", cell: (row) => row.operation },
      { title: "Calls a second", kind: "number", cell: (row) => row.per_second },
    ],
  },
  {
    title: "Pending work", table: "pending", empty: "No pending background work.",
    key: (row) => JSON.stringify({ ...row, due: 0 }),
    columns: [
      { title: "Started by", kind: "main", cell: (row) => row.operation },
      { title: "Subject", cell: (row) => name(row.subject.join(" / ")) },
      { title: "Due", kind: "time", cell: (row) => (row.due == null ? quiet("at Settle") : time(row.due)) },
      { title: "Region", cell: (row) => row.region },
      { title: "Account", cell: (row) => row.account_id },
    ],
  },
  {
    title: "Notes", table: "notes", empty: "No notes.", key: (row) => row.number,
    columns: [{ title: "Note", kind: "main", cell: (row) => name(row.text) }],
  },
  {
    title: "Principals", table: "principals", empty: "", key: (row) => row.arn,
    columns: [
      { title: "Name", kind: "main", cell: (row) => [name(row.name), row.default && detail("the default principal")] },
      { title: "ARN", kind: "code", cell: (row) => name(row.arn) },
      { title: "Policies", cell: policies },
    ],
  },
];

const POLICIES = [["identity-based policy", "policy"], ["permissions boundary", "permissions_boundary"], ["session policy", "session_policy"]];

function aim(row) {
  if (row.when == null) return quiet("always");
  return name(typeof row.when === "string" ? row.when : JSON.stringify(row.when));
}

function policies(row) {
  const given = POLICIES.map(([kind, member]) => [kind, row[member]]).filter(([, source]) => source != null);
  if (!given.length) return quiet("none: everything is allowed");
  return given.map(([kind, source]) => h("details", {}, h("summary", {}, kind),
    h("pre", { class: "record", tabindex: "0" }, typeof source === "string" ? source : JSON.stringify(source, null, 2))));
}

/** The simulation: what makes this hub different from AWS's. */
export function simulation({ summary }) {
  const facts = h("dl", { class: "facts" });
  const tables = TABLES.map(({ title, columns, ...options }) => ({
    title, ...listing({
      caption: title, search: false, brief: true, ...options, columns: columns.map((column) => ({ ...column, sort: false })),
    }),
  }));
  const element = h("div", {}, facts, tables.map(({ title, element }) => h("section", { class: "part" }, h("h2", {}, title), element)));
  async function update() {
    const figures = summary();
    if (figures) {
      showFacts(facts, [
        ["Background work runs", "text", BACKGROUND[figures.background] ?? `${figures.background} seconds later`],
        ["Home Region", "text", figures.home_region ?? "not set"],
      ]);
    }
    await Promise.all(tables.map((table) => table.update()));
  }
  return { title: "Faults and pending work", element, update };
}
