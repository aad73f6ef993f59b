// Tables of steps, and of the data in a chart.
const table = (head, rows) => make("div.wide-table", { tabindex: 0, role: "region", "aria-label": "table" }, make("table", {},
  make("thead", {}, make("tr", {}, ...head.map(([text, kind]) => make(kind ? `th.${kind}` : "th", { scope: "col" }, text)))),
  make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell, at) => make(head[at][1] ? `td.${head[at][1]}` : "td", {}, cell)))))));

const stepsTable = (machine, all) => {
  const rows = all.flatMap((series) => series.steps.map((step) => ({ series, step, change: relative(step[STEP.from], step[STEP.to]) })));
  if (!rows.length) return make("p.soft", {}, "No benchmark changed permanently.");
  rows.sort((a, b) => b.change - a.change);
  const range = ([, , first, last]) => first === last ? "exact" : `${short(machine.commits[first])} to ${short(machine.commits[last])}`;
  return table([["change"], ["benchmark"], ["measure"], ["commit before"], ["at commit"], ["between"], ["message", "subject"]],
    rows.map(({ series, step, change }) => [changeMark(change, true), make("a", { href: route(machine, series.benchmark) }, series.benchmark), series.measure,
      commitMark(machine.commits[step[STEP.before]]), commitMark(machine.commits[step[STEP.place]]), range(step), machine.commits[step[STEP.place]][2]]));
};
// Filled when it is opened, since a thousand rows are many elements.
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
