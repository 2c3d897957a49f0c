// The dashboard: how far the migration is, and what happened last.

import { h, show } from "./elements.js";
import { eventKey, outcome } from "./events.js";
import { applications as applicationLinks, count, detail, link, name, several, shares, status, tally, TASK_STATUSES } from "./format.js";
import { read } from "./hub.js";
import { APPLICATION, byId, streamLink } from "./inventory.js";
import { TASK, taskKey, taskLink } from "./updates.js";

const APPLICATION_STATUSES = ["NOT_STARTED", "IN_PROGRESS", "COMPLETED"];
const NEWEST = { sort: "last_updated", descending: "true" };

const PANELS = [
  {
    title: "Most recent updates", href: link("updates"), wide: true, table: "tasks", query: { limit: 10 }, key: taskKey,
    columns: [
      { ...TASK.name, cell: (row) => [taskLink(row), detail(name(row.stream))] },
      TASK.status, TASK.progress, TASK.servers, { ...TASK.updated, kind: null },
    ],
    empty: "No migration tool has imported a task yet.",
  },
  {
    title: "Most recent applications", href: link("applications", [], NEWEST), table: "applications", query: { ...NEWEST, limit: 5 }, key: byId,
    columns: [{ ...APPLICATION.name, cell: (row) => applicationLinks([row]) }, APPLICATION.status, APPLICATION.tasks],
    empty: "There are no applications.",
  },
  {
    title: "Streams", href: link("streams"), table: "streams", query: { limit: 5 }, key: (row) => row.name,
    columns: [{ title: "Stream", kind: "main", cell: streamLink }, { title: "Updates", cell: (row) => tally(row.tasks) }],
    empty: "There are no progress update streams.",
  },
  {
    title: "Latest calls", href: link("events"), table: "events", query: { limit: 5 }, key: eventKey,
    columns: [{ title: "Operation", cell: (row) => row.operation }, { title: "Outcome", cell: (row) => outcome(row) }],
    empty: "No calls yet.",
  },
];

/** The first view. */
export function dashboard({ summary }) {
  const applications = card("Applications", "applications", APPLICATION_STATUSES);
  const tasks = card("Migration updates", "updates", TASK_STATUSES);
  const numbers = h("ul", { class: "numbers" });
  const panels = PANELS.map(panel);
  const elements = (wide) => panels.filter((one) => Boolean(one.wide) === wide).map((one) => one.element);
  const element = h("div", { class: "dashboard" },
    applications.element, tasks.element, numbers,
    h("div", { class: "broad" }, elements(true)), h("div", { class: "narrow" }, elements(false)));

  async function update() {
    const figures = summary();
    if (figures) {
      applications.show(figures.applications);
      tasks.show(figures.tasks);
      show(numbers, numbersOf(figures), ([title]) => title, number);
    }
    const pages = await Promise.all(panels.map(({ table, query }) => read(table, query)));
    panels.forEach((one, at) => one.show(pages[at].rows));
  }
  return { title: "Dashboard", element, update };
}

const numbersOf = (figures) => [
  ["Servers", figures.servers, link("servers"), "discovered"],
  ["Not mapped", figures.tasks.unmapped, link("updates", [], { mapped: "false" }), `of ${several(figures.tasks.total, "update")}`],
  ["Stale", figures.tasks.stale, link("updates", [], { stale: "true" }), "updates overdue"],
  ["Failed calls", figures.events.failed, link("events", [], { failed: "true" }), `of ${several(figures.events.total, "call")}`],
  ["Pending work", figures.pending, link("simulation"), "in the background"],
  ["Faults", figures.faults + figures.throttles, link("simulation"), "waiting for calls"],
];

const number = ([title, figure, href, what]) => h("li", {},
  h("a", { href }, h("span", { class: "title" }, title), h("strong", {}, count(figure)), detail(what)));

/** Make a card that counts by status. */
function card(title, view, statuses) {
  const total = h("strong", {}, "–");
  const bar = h("div");
  const legend = h("ul", { class: "legend" });
  const element = h("section", { class: "card" },
    h("h2", {}, h("a", { href: link(view) }, title)), total, bar, legend);
  return {
    element,
    show(counts) {
      total.textContent = count(counts.total);
      show(bar, [counts], () => "bar", () => shares(counts, statuses, title));
      show(legend, statuses.map((one) => [one, counts[one]]), ([one]) => one, ([one, figure]) => h("li", {},
        h("a", { href: link(view, [], { status: one }) }, status(one), h("strong", {}, count(figure)))));
    },
  };
}

/** Make a small table of what is newest. */
function panel({ title, href, columns, key, empty, ...options }) {
  const body = h("tbody");
  const table = h("table", {}, h("caption", { class: "unseen" }, title),
    h("thead", {}, h("tr", {}, columns.map((column) => h("th", { scope: "col" }, column.title)))), body);
  const nothing = h("p", { class: "nothing" }, empty);
  const element = h("section", { class: "panel" },
    h("div", { class: "head" }, h("h2", {}, title), h("a", { href, "aria-label": `All: ${title}` }, "View all")),
    h("div", { class: "wide", role: "region", "aria-label": title, tabindex: "0" }, table), nothing);
  const cell = (row) => ({ kind, cell: make }, at) => h(at ? "td" : "th", { scope: at === 0 && "row", class: kind }, make(row));
  return {
    ...options,
    element,
    show(rows) {
      show(body, rows, key, (row) => h("tr", {}, columns.map(cell(row))));
      table.hidden = rows.length === 0;
      nothing.hidden = rows.length > 0;
    },
  };
}
