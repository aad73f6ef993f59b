// The page of one benchmark: its measures over the commits, and its contestants together.
const viewIn = (machine) => {
  const [from, to] = ["from", "to"].map((name) => placeOf(machine, setting(name)));
  return from >= 0 && to > from ? [from, to] : null;
};
// The charts over commits show the same commits. What is chosen is kept in the address.
const together = (machine, drawn) => ({
  zoomed(low, high, whole) {
    for (const each of drawn) each.zoomTo(low, high);
    const commit = (at) => short(machine.commits[Math.max(0, Math.min(machine.commits.length - 1, at))]);
    keep(whole ? { from: "", to: "" } : { from: commit(Math.ceil(low)), to: commit(Math.floor(high)) });
  },
  chosen(at) { keep({ at: short(machine.commits[at]) }); },
});
const panel = (machine, benchmark) => {
  const mine = machine.series.filter((series) => series.benchmark === benchmark).sort((a, b) => a.noise - b.noise), drawn = [], zoomed = [], shared = together(machine, zoomed);
  if (!mine.length) { main.replaceChildren(make("h1", {}, "No such benchmark"), backLink(machine)); return; }
  const parts = [backLink(machine), make("h1", {}, benchmark), make("p.lead", {}, `${numbered(machine.commits.length, "commit")}, ${machine.title}. Drag over a chart to zoom in; double-click to zoom out; click to keep a commit in the address.`)];
  const add = (made, lines, ...after) => { drawn.push(made); parts.push(...lines.length > 1 ? [key(lines)] : [], made.figure, ...after); };
  const addOverCommits = (title, lines, unit, series, bounds) => {
    const made = overCommits(machine, title, lines, unit, series, shared);
    zoomed.push(made);
    add(made, lines, disclosed("Table of this chart", commitsTable(machine, lines, unit, bounds)));
  };
  for (const series of mine) {
    const lines = [{ ...series, label: series.measure }];
    parts.push(make("h2", {}, `${series.measure[0].toUpperCase()}${series.measure.slice(1)} `, news(machine, series)));
    if (series.problem) parts.push(make("p.soft", {}, series.problem));
    addOverCommits(`${benchmark}, ${series.measure} over commits`, lines, series.unit, series, series.low.some((low, at) => low !== series.high[at]));
  }
  const about = parsed(benchmark);
  if (about) for (const unit of new Set(mine.map((series) => series.unit))) contestants(machine, about, unit, parts, add, addOverCommits);
  parts.push(make("h2", {}, "Steps"), stepsTable(machine, mine, "steps"));
  main.replaceChildren(...parts);
  for (const each of drawn) {
    try { each.draw(); } catch (error) { each.figure.replaceChildren(make("p.soft", {}, `This chart cannot be drawn: ${error.message}. The table has its values.`)); }
  }
  document.title = `${benchmark}: ${DATA.title} performance`;
};

// The contestants of one benchmark: over the commits, at the last commit, and by size.
const contestants = (machine, about, unit, parts, add, addOverCommits) => {
  const all = machine.series.filter((series) => series.unit === unit).map((series) => ({ ...series, about: parsed(series.benchmark) })).filter((series) => series.about && series.about.name === about.name);
  const rivals = all.filter((series) => series.about.parameters === about.parameters).map((series) => ({ ...series, label: series.about.contestant }));
  if (rivals.length > 1) {
    parts.push(make("h2", {}, "Contestants over commits"));
    addOverCommits(`contestants of ${about.name} over commits`, rivals, unit, null, false);
    const mine = rivals.find((series) => series.about.contestant === about.contestant);
    const now = rivals.map((series) => ({ label: series.label, value: series.value[lastOf(series.value)] })).sort((a, b) => mine.better === "bigger" ? b.value - a.value : a.value - b.value);
    parts.push(make("h2", {}, "Contestants at the last commit"), make("div.narrow", {}, table([["contestant"], [unit, "number"], [`ratio to ${about.contestant}`, "number"]],
      now.map((each) => [each.label, shown(each.value), `${shown(each.value / mine.value[lastOf(mine.value)])} ×`]))));
  }
  const family = all.filter((series) => series.about.family === about.family && series.about.size > 0), sizes = [...new Set(family.map((series) => series.about.size))].sort((a, b) => a - b);
  if (sizes.length > 2 && sizes.at(-1) / sizes[0] >= DECADE) {
    const lines = [...new Set(family.map((series) => series.about.contestant))].map((label) => ({ label, value: sizes.map((size) => {
      const one = family.find((series) => series.about.contestant === label && series.about.size === size); return one ? one.value[lastOf(one.value)] : null; }) }));
    parts.push(make("h2", {}, "By size, at the last commit"));
    add(chart({ title: `${about.name} over the number of points`, x: sizes, lines, unit, logX: true, ticks: (all) => all.map((size) => size === null || !isDecade(size) ? "" : onAxis(size)),
      about: (at) => [`${sizes[at].toLocaleString("en")} points: `, ...lines.map((line, index) => `${index ? "; " : ""}${line.label} ${withUnit(line.value[at], unit)}`)] }), lines,
    disclosed("Table of this chart", () => table([["points", "number"], ...lines.map((line) => [`${line.label}, ${unit}`, "number"])], sizes.map((size, at) => [size.toLocaleString("en"), ...lines.map((line) => shown(line.value[at]))]))));
  }
};
