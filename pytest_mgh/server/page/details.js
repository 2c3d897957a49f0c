// What is known of one thing: facts, and small tables that are shown whole.

import { h, show } from "./elements.js";
import { applications, link, name, progress, quiet, servers, stale, status, time } from "./format.js";

const text = (value) => (value ? name(value) : quiet("–"));

// How the kinds of values are shown. Until then they are data: what has not changed is left alone.
const CELLS = {
  applications, progress, servers, text, time, broad: text,
  status: (value, isStale) => [status(value), isStale && [" ", stale()]],
  stream: (value) => h("a", { href: link("updates", [], { stream: value }) }, name(value)),
};

const cell = ([kind, ...values]) => CELLS[kind](...values);

/** Show facts: arrays of a title, the kind of the value, and the value. */
export function showFacts(list, facts) {
  show(list, facts, ([title]) => title, ([title, ...value]) => h("div", { class: value[0] === "broad" && "broad" },
    h("dt", {}, title), h("dd", {}, cell(value))));
}

/**
 * Show tables.
 * @param {Element} parent
 * @param {Array<{title: string, heads: Array<string>, rows: Array<Array>, empty?: string}>} tables
 */
export function showTables(parent, tables) {
  show(parent, tables, ({ title }) => title, ({ title, heads, rows, empty }) => h("section", { class: "part" },
    h("h2", {}, title),
    rows.length
      ? h("div", { class: "wide", role: "region", "aria-label": title, tabindex: "0" },
        h("table", {}, h("caption", { class: "unseen" }, title),
          h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))),
          h("tbody", {}, rows.map((row) => h("tr", {}, row.map((value) => h("td", {}, cell(value))))))))
      : h("p", { class: "nothing" }, empty)));
}
