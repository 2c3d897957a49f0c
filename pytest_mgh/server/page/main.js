// The frame of the console: which view is shown, and when it is shown anew.

import { h, icon } from "./elements.js";
import { announce } from "./listing.js";
import { clockText, count, name } from "./format.js";
import { act, listen, Refusal, Unreachable } from "./hub.js";
import { dashboard } from "./dashboard.js";
import { events } from "./events.js";
import { agents, application, applications, exports, imports, importTask, server, servers, streams } from "./inventory.js";
import { simulation } from "./simulation.js";
import { task, updates } from "./updates.js";

// How many parts of the address follow the view's name, and what shows them.
const VIEWS = {
  dashboard: { 0: dashboard },
  servers: { 0: servers, 1: server },
  agents: { 0: agents },
  imports: { 0: imports, 1: importTask },
  exports: { 0: exports },
  applications: { 0: applications, 1: application },
  updates: { 0: updates, 2: task },
  streams: { 0: streams },
  events: { 0: events },
  simulation: { 0: simulation },
};

const place = (id) => document.getElementById(id);
let view = null; // what is shown
let summary = null; // the hub's figures, as they came last
let clock = null; // the hub's clock then

// Addresses

function readAddress() {
  const [path, query] = location.hash.slice(1).split(/\?(.*)/s);
  const parts = path.split("/").map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return part;
    }
  });
  const known = VIEWS[parts[0]]?.[parts.length - 1] ? parts : ["dashboard"];
  return { path: known, query: Object.fromEntries(new URLSearchParams(query)) };
}

/** What the table of the view is asked for, as the address has it. */
const addressState = {
  get: () => readAddress().query,
  set(changes) {
    const asked = Object.entries({ ...readAddress().query, ...changes });
    const query = new URLSearchParams(asked.filter(([, value]) => value !== "" && value != null));
    const [path] = location.hash.split("?");
    history.replaceState(null, "", query.size ? `${path || "#dashboard"}?${query}` : path || "#dashboard");
    refresh();
  },
  later(then) {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, 150);
  },
};

function go({ focus }) {
  const { path } = readAddress();
  const address = JSON.stringify(path);
  if (view?.address !== address) {
    view = { address, ...VIEWS[path[0]][path.length - 1]({ parts: path.slice(1), state: addressState, summary: () => summary }) };
    const title = h("h1", { tabindex: "-1" }, name(view.title));
    place("view").replaceChildren(h("div", { class: "title" }, view.above, title), view.element);
    document.title = `${view.title} · Migration Hub`;
    for (const link of document.querySelectorAll("nav a")) {
      if (link.hash === `#${path[0]}`) showCurrent(link);
      else link.removeAttribute("aria-current");
    }
    scrollTo(0, 0);
    if (focus) title.focus({ preventScroll: true });
  }
  refresh();
}

function showCurrent(link) {
  link.setAttribute("aria-current", "page");
  link.scrollIntoView({ block: "nearest", inline: "nearest" }); // where the list is one line
}

// What is shown

let refreshing = false;
let outdated = false;

/** Read the view anew; what is asked for meanwhile is done once after that. */
async function refresh() {
  outdated = true;
  if (refreshing || document.hidden) return;
  refreshing = true;
  while (outdated) {
    outdated = false;
    const current = view;
    try {
      await current.update();
      if (current === view) showProblem(null);
    } catch (error) {
      if (current === view) showProblem(error);
    }
  }
  refreshing = false;
}

function showProblem(error) {
  const problem = place("problem");
  const message = error instanceof Refusal ? error.message : "";
  problem.hidden = !message;
  if (problem.textContent !== message) problem.textContent = message;
  // A lost connection shows beside the clock; anything else is a mistake in here.
  if (error && !message && !(error instanceof Unreachable)) reportError(error);
}

function showSummary(figures) {
  const before = summary;
  summary = figures;
  clock = { now: figures.now, at: performance.now() };
  place("account").textContent = figures.account_id;
  place("home-region").textContent = figures.home_region ?? "not set";
  place("settle").textContent = figures.pending ? `Settle (${count(figures.pending)})` : "Settle";
  for (const mark of document.querySelectorAll("[data-count]")) {
    const figure = figureOf(figures, mark.dataset.count);
    mark.textContent = figure ? count(figure) : "";
  }
  tick();
  if (!before || JSON.stringify({ ...before, now: 0 }) !== JSON.stringify({ ...figures, now: 0 })) refresh();
}

function figureOf(figures, name) {
  if (name === "simulation") return figures.faults + figures.throttles + figures.pending;
  return name.split(".").reduce((part, member) => part[member], figures);
}

function tick() {
  if (!clock) return;
  const date = new Date(clock.now * 1000 + performance.now() - clock.at);
  if (Number.isNaN(date.getTime())) return;
  place("clock").textContent = clockText(date);
  place("clock").dateTime = date.toISOString();
}

function connected(is) {
  const live = place("live");
  const state = is ? "live" : "lost";
  if (live.dataset.state === state) return;
  if (live.dataset.state !== "waiting") announce(is ? "Connected again" : "Connection lost");
  live.dataset.state = state;
  live.textContent = is ? "Live" : "Reconnecting";
}

// What the reader can do

async function control(what, body, done) {
  try {
    await act(what, body);
    announce(done);
  } catch (error) {
    showProblem(error);
  }
}

place("settle").addEventListener("click", () => control("settle", undefined, "The pending work is done"));
place("advance").addEventListener("click", () => control("advance", { seconds: 3600 }, "The clock advanced by one hour"));
place("reset").addEventListener("click", () => place("confirm").showModal());
place("confirm-no").addEventListener("click", () => place("confirm").close());
place("confirm-yes").addEventListener("click", () => {
  place("confirm").close();
  control("reset", undefined, "The hub was reset");
});

function showTheme() {
  const root = document.documentElement;
  const dark = (root.dataset.theme ?? (systemIsDark.matches ? "dark" : "light")) === "dark";
  place("theme").replaceChildren(icon(dark ? "sun" : "moon"));
  place("theme").setAttribute("aria-label", `Switch to the ${dark ? "light" : "dark"} theme`);
  place("theme").title = place("theme").getAttribute("aria-label");
  return dark;
}

const systemIsDark = matchMedia("(prefers-color-scheme: dark)");
systemIsDark.addEventListener("change", showTheme);
place("theme").addEventListener("click", () => {
  const chosen = showTheme() ? "light" : "dark";
  document.documentElement.dataset.theme = chosen;
  try {
    localStorage.setItem("mgh-console-theme", chosen);
  } catch {
    // It lasts as long as the page then.
  }
  showTheme();
});

place("skip").addEventListener("click", (event) => {
  event.preventDefault(); // the address says which view is shown
  place("main").focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, select, textarea, dialog")) return;
  if (!view.field) {
    location.hash = "#updates";
    go({ focus: false });
  }
  event.preventDefault();
  view.field.focus();
  view.field.select();
});

addEventListener("hashchange", () => go({ focus: true }));
addEventListener("mgh-query", refresh);
document.addEventListener("visibilitychange", () => outdated && refresh());

if (new URLSearchParams(location.search).has("token")) {
  history.replaceState(null, "", location.pathname + location.hash); // the cookie has it from now on
}
showTheme();
go({ focus: false });
listen(showSummary, connected);
setInterval(tick, 1000);
