// Tables in pages: of steps, and of the data in a chart.
const table = (head, rows) => make("div.wide-table", { tabindex: 0, role: "region", "aria-label": "table" }, make("table", {},
  make("thead", {}, make("tr", {}, ...head.map(([text, kind]) => make(kind ? `th.${kind}` : "th", { scope: "col" }, text)))),
  make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell, at) => make(head[at][1] ? `td.${head[at][1]}` : "td", {}, ...[cell].flat())))))));

// A page of `count` things and, if there are more, buttons for the other pages. draw(from, to) makes the page; `name` is its setting.
const inPages = (count, size, name, draw) => {
  const place = make("div", {}), last = Math.max(0, Math.ceil(count / size) - 1);
  const go = (page, chosen) => {
    const from = page * size, to = Math.min(count, from + size), step = (text, by) => make("button.control", { type: "button", disabled: page + by < 0 || page + by > last ? "" : false, onclick: () => go(page + by, true) }, text);
    if (chosen && name) keep({ [name]: page ? String(page + 1) : "" });
    place.replaceChildren(draw(from, to), ...last ? [make("div.toolbar", { role: "group", "aria-label": "pages" }, step("Previous", -1), step("Next", 1), make("span.soft", {}, `${from + 1} to ${to} of ${count.toLocaleString("en")}`))] : []);
  };
  go(Math.min(last, Math.max(0, (Number(name && setting(name)) || 1) - 1)), false);
  return place;
};
// rows: functions that return the cells, since a thousand rows are many elements.
const longTable = (head, rows, size, name) => inPages(rows.length, size, name, (from, to) => table(head, rows.slice(from, to).map((row) => row())));

const STEPS_SHOWN = 20;
// A commit and all that changed with it. The newest commit first.
const stepsByCommit = (machine, all) => {
  const places = new Map();
  for (const series of all) for (const step of series.steps) {
    if (!places.has(step[STEP.place])) places.set(step[STEP.place], []);
    places.get(step[STEP.place]).push({ series, step, change: stepChange(step) });
  }
  return [...places].sort(([a], [b]) => b - a).map(([place, changes]) => ({ place, changes: changes.sort((a, b) => isWorse(b.series, b.change) - isWorse(a.series, a.change) || Math.abs(b.change) - Math.abs(a.change)) }));
};
const summed = (changes) => Object.keys(VERDICTS).flatMap((word) => {
  const those = changes.filter(({ series, change }) => verdict(series, change) === word);
  return those.length ? [make(`span.change.${word}`, {}, those.length === 1 ? `${arrow(those[0].change)} ${changeText(those[0].change)} ${word}` : `${those.length} ${word}, most ${changeText(those[0].change)}`), " "] : [];
});
const between = (machine, step) => step[STEP.first] === step[STEP.last] ? "" : `, between ${short(machine.commits[step[STEP.first]])} and ${short(machine.commits[step[STEP.last]])}`;
const changeLine = (machine, { series, step, change }) => make("li", {}, make("a", { href: route(machine, series.benchmark, { at: short(machine.commits[step[STEP.place]]) }) }, series.benchmark), ` ${series.measure} `, changeMark(series, change, true), between(machine, step));
const changedList = (machine, changes) => {
  const list = (from, to) => make("ul.changes", {}, ...changes.slice(from, to).map((each) => changeLine(machine, each)));
  return changes.length < 3 ? list(0, 2) : disclosed(numbered(new Set(changes.map(({ series }) => series.benchmark)).size, "benchmark"), () => inPages(changes.length, 50, "", list));
};
const SIDE = 6; // as in shuffles.py
const isShort = (series) => series.value.filter((value) => value !== null).length < 2 * SIDE;
const stepsTable = (machine, all, name) => {
  const rows = stepsByCommit(machine, all);
  if (!rows.length) return make("p.soft", {}, all.length && all.every(isShort) ? `No step. In times, a step needs ${SIDE} commits on each side, and no benchmark has ${2 * SIDE} yet.` : "No benchmark changed permanently.");
  return longTable([["date"], ["commit"], ["changes"], ["what changed"], ["message", "subject"], ["commit before"]], rows.map(({ place, changes }) => () => {
    const commit = machine.commits[place], before = machine.commits[Math.max(...changes.map(({ step }) => step[STEP.before]))];
    return [day(commit[1]), commitMark(commit), summed(changes), changedList(machine, changes), commit[2], [commitMark(before), " ", make("a", { href: comparison(machine, before, commit) }, "compare")]];
  }), STEPS_SHOWN, name);
};
// Filled when it is opened, since its content may have many elements.
const disclosed = (title, content) => {
  const details = make("details", {}, make("summary", {}, title));
  details.fill = () => { if (details.children.length === 1) details.append(content()); };
  details.addEventListener("toggle", () => { if (details.open) details.fill(); });
  return details;
};
addEventListener("beforeprint", () => {
  for (const each of document.querySelectorAll("details")) { if (each.fill) each.fill(); each.open = true; }
  for (const each of document.querySelectorAll("div.spark")) fillSpark(each);
  setTheme("light");
});
addEventListener("afterprint", () => setTheme(preferred()));
