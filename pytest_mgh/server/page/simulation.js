// What the test has asked of the hub: faults, waiting work, and what callers may do.

import { h, show } from "./elements.js";
import { moment, name, quiet } from "./format.js";
import { listing } from "./listing.js";

const BACKGROUND = {
  eager: "at once",
  manual: "when it is told to settle",
};

const FAULT_COLUMNS = [
  { name: "operation", title: "Operation", kind: "main", cell: (row) => row.operation },
  { name: "error", title: "Error", cell: (row) => [row.error, row.message && h("span", { class: "detail" }, name(row.message))] },
  { name: "times", title: "Left", cell: (row) => (row.times == null ? "until it recovers" : row.times) },
  { name: "rate", title: "Share of calls", cell: (row) => (row.rate == null ? "all" : `${Math.round(row.rate * 100)}%`) },
  { name: "used", title: "Used", kind: "number", cell: (row) => row.used },
];

const THROTTLE_COLUMNS = [
  { name: "operation", title: "Operation", kind: "main", cell: (row) => row.operation },
  { name: "per_second", title: "Calls a second", kind: "number", cell: (row) => row.per_second },
];

const PENDING_COLUMNS = [
  { name: "operation", title: "Started by", kind: "main", cell: (row) => row.operation },
  { name: "subject", title: "Subject", cell: (row) => name(row.subject.join(" / ")) },
  { name: "due", title: "Due", kind: "time", cell: (row) => (row.due == null ? quiet("at Settle") : moment(row.due)) },
  { name: "region", title: "Region", cell: (row) => row.region },
  { name: "account_id", title: "Account", cell: (row) => row.account_id },
];

const CALLER_COLUMNS = [
  { name: "name", title: "Caller", kind: "main", cell: (row) => [name(row.name), row.default && h("span", { class: "detail" }, "the default principal")] },
  { name: "arn", title: "ARN", kind: "code", cell: (row) => name(row.arn) },
  {
    name: "policies", title: "Policies",
    cell: (row) => {
      const policies = Object.entries(row.policies);
      if (!policies.length) return quiet("none: all is allowed");
      return policies.map(([kind, source]) => h("details", {}, h("summary", {}, kind),
        h("pre", { class: "record", tabindex: "0" }, typeof source === "string" ? source : JSON.stringify(source, null, 2))));
    },
  },
];

const unsorted = (columns) => columns.map((column) => ({ ...column, sort: false }));

const TABLES = [
  { title: "Faults", table: "faults", columns: FAULT_COLUMNS, empty: "No call is to fail." },
  { title: "Throttled operations", table: "throttles", columns: THROTTLE_COLUMNS, empty: "No operation is throttled.", key: (row) => row.operation },
  { title: "Pending work", table: "pending", columns: PENDING_COLUMNS, empty: "No background work waits.", key: (row) => JSON.stringify([row.operation, row.account_id, row.region, row.subject]) },
  { title: "Callers", table: "callers", columns: CALLER_COLUMNS, empty: "", key: (row) => row.arn },
];

/** The simulation: what makes this hub different from AWS's. */
export function simulation({ summary }) {
  const facts = h("dl", { class: "facts" });
  const tables = TABLES.map(({ title, key = (row) => JSON.stringify({ ...row, used: 0, times: 0 }), ...options }) => ({
    title, ...listing({ caption: title, search: false, brief: true, ...options, key, columns: unsorted(options.columns) }),
  }));
  const element = h("div", {}, facts, tables.map(({ title, element }) => h("section", { class: "part" }, h("h2", {}, title), element)));
  async function update() {
    const told = summary();
    const background = told && (BACKGROUND[told.background] ?? `${told.background} seconds later`);
    show(facts, told ? [["Background work is done", background], ["Home Region", told.home_region ?? "not set"]] : [],
      ([title]) => title, ([title, said]) => h("div", {}, h("dt", {}, title), h("dd", {}, said)));
    await Promise.all(tables.map((table) => table.update()));
  }
  return { title: "Faults and pending work", element, update };
}
