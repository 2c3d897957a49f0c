// A table of the hub, a page of rows at a time: searched, filtered and sorted by the hub.

import { h, icon, show } from "./elements.js";
import { count } from "./format.js";
import { read } from "./hub.js";

const LIMIT = 100;
let made = 0;

/**
 * Make a table.
 * @param {Object} options
 * @param {string} options.table its name at the hub
 * @param {string} options.caption
 * @param {string} options.empty what stands there while there is nothing at all
 * @param {Array<{name: string, title: string, cell: function(Object): *, sort?: boolean,
 *   kind?: string}>} options.columns the first one names the row
 * @param {Array<{name: string, title: string, values?: Object<string, string>}>} options.filters
 *   `values` are labels by value; without them the hub has the values
 * @param {function(Object): string} options.key
 * @param {Object<string, string>} options.where what its rows always have
 * @param {function(Object): Node} options.more what a row shows when it is opened
 * @param {boolean} options.search whether it can be searched
 * @param {State} options.state what it is asked for; the page's address by default
 */
export function listing(options) {
  const { table, caption, columns, key, empty, filters = [], where = {}, more, search = true } = options;
  const state = options.state ?? new LocalState();
  const id = `listing-${++made}`;
  let asked = null; // what the reader asked for, to be announced once it is there
  let total = 0;
  let page = { offset: 0 };

  const ask = (changes) => {
    asked = changes;
    state.set({ offset: null, ...changes });
  };
  const field = search && h("input", {
    type: "search", id: `${id}-search`, placeholder: "Search", autocomplete: "off", spellcheck: "false",
    oninput: () => state.later(() => ask({ search: field.value })),
  });
  const selects = filters.map((filter) => h("select", {
    id: `${id}-${filter.name}`, onchange: (event) => ask({ [filter.name]: event.target.value }),
  }));
  const range = h("span", { class: "range" });
  const turn = (name, label, to) => h("button", {
    type: "button", class: "plain", "aria-label": label, title: label,
    onclick: (event) => {
      if (event.currentTarget.getAttribute("aria-disabled") === "true") return;
      asked = {};
      state.set({ offset: to() || null });
    },
  }, icon(name));
  const last = () => Math.floor(Math.max(0, total - 1) / LIMIT) * LIMIT;
  const back = [turn("first", "First page", () => 0), turn("previous", "Previous page", () => page.offset - LIMIT)];
  const forth = [turn("next", "Next page", () => page.offset + LIMIT), turn("last", "Last page", last)];
  const pages = h("div", { class: "pages", role: "group", "aria-label": `Pages of ${caption}` }, back, range, forth);

  const heads = columns.map((column) => h(
    "th", { scope: "col", class: column.kind },
    column.sort === false ? column.title : h("button", {
      type: "button", class: "sort", onclick: () => sortBy(column.name),
    }, column.title),
  ));
  const grid = h("table", { id }, h("caption", { class: "unseen" }, caption),
    h("thead", {}, h("tr", {}, more && h("th", { scope: "col", class: "opener" }, h("span", { class: "unseen" }, "Details")), heads)));
  const nothing = h("p", { class: "nothing", hidden: true });
  const element = h("div", { class: "listing" },
    h("div", { class: "toolbar" },
      field && h("label", { class: "search", for: field.id }, h("span", { class: "unseen" }, `Search ${caption.toLowerCase()}`), field),
      selects.map((select, at) => h("label", { class: "filter" }, `${filters[at].title} `, select)),
      pages),
    h("div", { class: "wide", role: "region", "aria-label": caption, tabindex: "0" }, grid), nothing);

  function sortBy(name) {
    const { sort, descending } = state.get();
    // Up, down, and then the table's own order again.
    if (sort !== name) ask({ sort: name, descending: null });
    else if (!descending) ask({ sort: name, descending: "true" });
    else ask({ sort: null, descending: null });
  }

  function showHeads({ sort, descending }) {
    heads.forEach((head, at) => {
      if (columns[at].name !== sort) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", descending ? "descending" : "ascending");
    });
  }

  function showFilters(choices, query) {
    filters.forEach((filter, at) => {
      const chosen = query[filter.name] ?? "";
      const values = filter.values ?? Object.fromEntries((choices[filter.name] ?? []).map((one) => [one, one]));
      const options = Object.entries({ "": "All", ...values, ...(chosen && { [chosen]: values[chosen] ?? chosen }) });
      show(selects[at], options, ([value]) => value, ([value, label]) => h("option", { value }, label));
      selects[at].value = chosen;
    });
  }

  function showPages(rows) {
    const first = total ? page.offset + 1 : 0;
    range.textContent = `${count(first)}–${count(page.offset + rows.length)} of ${count(total)}`;
    for (const button of back) button.setAttribute("aria-disabled", page.offset === 0);
    for (const button of forth) button.setAttribute("aria-disabled", page.offset >= last());
    pages.hidden = options.brief === true && total <= LIMIT;
  }

  const opened = new Set();

  function group(row) {
    const cells = columns.map((column, at) => h(
      at === 0 ? "th" : "td", { scope: at === 0 && "row", class: column.kind }, column.cell(row),
    ));
    if (!more) return h("tbody", {}, h("tr", {}, cells));
    const name = key(row);
    const place = h("tr", { class: "more", hidden: true }, h("td", { colspan: columns.length + 1 }));
    const toggle = () => {
      const open = place.hidden;
      place.hidden = !open;
      opener.setAttribute("aria-expanded", open);
      if (!open) opened.delete(name);
      else if (opened.add(name) && !place.firstChild.hasChildNodes()) place.firstChild.append(more(row));
    };
    const opener = h("button", {
      type: "button", class: "plain", "aria-expanded": "false", "aria-label": options.opens(row), onclick: toggle,
    }, icon("next"));
    if (opened.has(name)) toggle();
    return h("tbody", {}, h("tr", {}, h("td", { class: "opener" }, opener), cells), place);
  }

  async function update() {
    const query = { ...state.get() };
    const answered = asked; // the reader may ask for something else while this is read
    asked = null;
    if (field && field !== document.activeElement) field.value = query.search ?? "";
    try {
      page = await read(table, { ...query, ...where, limit: LIMIT });
    } catch (error) {
      asked ??= answered;
      throw error;
    }
    total = page.total;
    showHeads(query);
    showFilters(page.choices, query);
    show(grid, page.rows, key, group, grid.tHead);
    showPages(page.rows);
    const narrowed = query.search || filters.some((filter) => query[filter.name]);
    nothing.textContent = narrowed ? "Nothing matches." : empty;
    nothing.hidden = total > 0;
    if (answered) announce(`${caption}: ${total ? range.textContent : nothing.textContent}`);
  }

  return { element, update, field };
}

/** What an embedded table is asked for. */
class LocalState {
  #query = {};

  get() {
    return this.#query;
  }

  set(changes) {
    Object.assign(this.#query, changes);
    dispatchEvent(new Event("mgh-query"));
  }

  later(then) {
    then();
  }
}

/** Tell screen readers what came of something that the reader did. */
export function announce(text) {
  document.getElementById("announcement").textContent = text;
}
