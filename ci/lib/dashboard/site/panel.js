// The page of one benchmark: its measures over the commits, and its contestants together.
const panel = (machine, benchmark) => {
  const mine = machine.series.filter((series) => series.benchmark === benchmark), drawn = [];
  if (!mine.length) { main.replaceChildren(make("h1", {}, "No such benchmark"), make("p", {}, make("a", { href: route(machine) }, "All benchmarks"))); return; }
  const parts = [make("p", { style: "margin:1.25rem 0 0" }, make("a", { href: route(machine) }, "← All benchmarks")), make("h1", {}, benchmark), make("p.lead", {}, `Machine ${machine.name}, ${machine.commits.length} commits. Drag over a chart to zoom in; double-click to zoom out.`)];
  const add = (made, lines, ...after) => { drawn.push(made); parts.push(...lines.length > 1 ? [key(lines)] : [], made.figure, ...after); };
  for (const series of mine) {
    const { change, sure } = lastChange(series), lines = [{ ...series, label: series.measure }];
    parts.push(make("h2", {}, `${series.measure[0].toUpperCase()}${series.measure.slice(1)} `, changeMark(change, sure)));
    add(overCommits(machine, `${benchmark}, ${series.measure} over commits`, lines, series.unit, series.steps), lines, disclosed("Table of this chart", commitsTable(machine, lines, series.unit, series.low.some((low, at) => low !== series.high[at]))));
  }
  const about = parsed(benchmark);
  if (about) for (const unit of new Set(mine.map((series) => series.unit))) together(machine, about, unit, parts, add);
  parts.push(make("h2", {}, "Steps"), stepsTable(machine, mine));
  main.replaceChildren(...parts);
  for (const each of drawn) each.draw();
  document.title = `${benchmark}: ringproof performance`;
};

// The contestants of one benchmark: over the commits, at the last commit, and by size.
const together = (machine, about, unit, parts, add) => {
  const all = machine.series.filter((series) => series.unit === unit).map((series) => ({ ...series, about: parsed(series.benchmark) })).filter((series) => series.about && series.about.name === about.name);
  const rivals = all.filter((series) => series.about.parameters === about.parameters).map((series) => ({ ...series, label: series.about.contestant }));
  if (rivals.length > 1) {
    parts.push(make("h2", {}, "Contestants over commits"));
    add(overCommits(machine, `contestants of ${about.name} over commits`, rivals, unit, []), rivals, disclosed("Table of this chart", commitsTable(machine, rivals, unit, false)));
    const mine = rivals.find((series) => series.about.contestant === about.contestant);
    const now = rivals.map((series) => ({ label: series.label, value: series.value[lastOf(series.value)] })).sort((a, b) => a.value - b.value);
    parts.push(make("h2", {}, "Contestants at the last commit"), make("div.narrow", {}, table([["contestant"], [unit, "number"], [`ratio to ${about.contestant}`, "number"]],
      now.map((each) => [each.label, shown(each.value), `${shown(each.value / mine.value[lastOf(mine.value)])} ×`]))));
  }
  const family = all.filter((series) => series.about.family === about.family && series.about.size > 0), sizes = [...new Set(family.map((series) => series.about.size))].sort((a, b) => a - b);
  if (sizes.length > 2 && sizes.at(-1) / sizes[0] >= DECADE) {
    const lines = [...new Set(family.map((series) => series.about.contestant))].map((label) => ({ label, value: sizes.map((size) => {
      const one = family.find((series) => series.about.contestant === label && series.about.size === size); return one ? one.value[lastOf(one.value)] : null; }) }));
    parts.push(make("h2", {}, "By size, at the last commit"));
    add(chart({ title: `${about.name} over the number of points`, x: sizes, lines, unit, logX: true, ticks: (size) => size === null || !isDecade(size) ? "" : onAxis(size),
      about: (at) => [`${sizes[at].toLocaleString("en")} points: `, ...lines.map((line, index) => `${index ? "; " : ""}${line.label} ${withUnit(line.value[at], unit)}`)] }), lines,
    disclosed("Table of this chart", () => table([["points", "number"], ...lines.map((line) => [`${line.label}, ${unit}`, "number"])], sizes.map((size, at) => [size.toLocaleString("en"), ...lines.map((line) => shown(line.value[at]))]))));
  }
};
