// The overview: a card for each benchmark, with a sparkline and the last changes.
const CARDS_SHOWN = 60;
const spark = (series) => {
  const width = 240, height = 44, last = Math.max(1, series.value.length - 1);
  let low = Infinity, high = -Infinity;
  for (const value of series.value) if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
  const middle = (low + high) / 2, room = Math.max(high - low, Math.abs(middle) * 0.02, Number.MIN_VALUE); // so that noise of a percent does not look large
  const x = (at) => (at / last * width).toFixed(1), y = (value) => (height / 2 - (value - middle) / room * (height - 6)).toFixed(1);
  const points = series.value.map((value, at) => value === null ? null : `${x(at)},${y(value)}`).filter(Boolean);
  const marks = (word) => { const those = series.steps.filter((step) => verdict(series, stepChange(step)) === word);
    return those.length ? [make(`path.${word}`, { d: those.map((step) => `M${x(step[STEP.place])},0v${height}`).join("") })] : []; };
  return make("svg.spark", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" }, ...Object.keys(VERDICTS).flatMap(marks),
    make("path", { d: `M${points.join("L")}${points.length === 1 ? "h3" : ""}` }));
};
const fillSpark = (waiting) => { lazily.unobserve(waiting); waiting.replaceWith(spark(waiting.series)); };
const lazily = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) fillSpark(target);
}, { rootMargin: "200px" });

// All measures of each benchmark, the one with the least noise first.
const benchmarksOf = (machine) => {
  const found = new Map();
  for (const series of machine.series) {
    if (!found.has(series.benchmark)) found.set(series.benchmark, []);
    found.get(series.benchmark).push(series);
  }
  return [...found].map(([name, all]) => ({ name, all: all.sort((a, b) => a.noise - b.noise) }));
};
// Whose last step was for the worse comes first, the latest of them in front; then what has no step, what became better, and what is no longer measured.
const urgency = (machine, all) => {
  const changes = all.map((series) => ({ series, ...lastChange(series) })), worse = changes.filter(({ series, change, sure }) => sure && isWorse(series, change));
  if (all.every((series) => deadSince(machine, series) >= 0)) return [3, 0, 0];
  if (worse.length) { const place = Math.max(...worse.map((each) => each.place)); return [0, -place, -Math.max(...worse.filter((each) => each.place === place).map(({ change }) => Math.abs(change)))]; }
  const better = changes.filter(({ series, change, sure }) => sure && verdict(series, change) === "better");
  return better.length ? [2, -Math.max(...better.map((each) => each.place)), 0] : [1, 0, -Math.max(...changes.map(({ series, change }) => isWorse(series, change) ? Math.abs(change) : -Math.abs(change)))];
};
const news = (machine, series) => {
  const dead = deadSince(machine, series), { change, sure, place } = lastChange(series);
  if (dead >= 0) return make("span.change.same", {}, `not measured since ${day(machine.commits[dead][1])}`);
  const mark = changeMark(series, change, sure);
  if (sure) mark.append(make("small", {}, ` ${day(machine.commits[place][1])}`));
  return mark;
};
// Measures of one unit, such as time and processor time, are told apart by their names.
const nameBeside = (series, others) => others.some((other) => other !== series && other.unit === series.unit) ? `, ${series.measure}` : "";
const figures = (machine, series, others) => make(`span.figures${series === others[0] ? "" : ".second"}`, {},
  make("span", {}, make("strong", {}, shown(series.value[lastOf(series.value)])), make("small", {}, ` ${unitText(series.unit)}${nameBeside(series, others)}`)), news(machine, series));
const card = (machine, { name, all }) => {
  const waiting = make("div.spark", {});
  waiting.series = all[0];
  lazily.observe(waiting);
  return make("li", {}, make("a.card", { href: route(machine, name) }, make("b", {}, name), waiting, ...all.slice(0, 3).map((series, _, seen) => figures(machine, series, seen))));
};
const picker = (label, options, value, changed) => make("label", {}, label, make("select", { id: label.toLowerCase(), onchange: (event) => changed(event.target.value) },
  ...options.map(([each, text]) => make("option", { value: each, selected: each === value ? "" : false }, text))));
const searchField = (changed) => make("label.wide", {}, "Search (words in any order)", make("input", { type: "search", id: "search", value: setting("search"), oninput: (event) => changed(event.target.value) }));
const machinePicker = (machine) => DATA.machines.length > 1 ? picker("Machine", DATA.machines.map((each) => [each.name, each.name]), machine.name, (name) => { location.hash = encodeURIComponent(name); }) : null;
const STEADIEST = "steadiest first";

const overview = (machine) => {
  const measures = [...new Set(machine.series.map((series) => series.measure))], benchmarks = benchmarksOf(machine);
  const cards = make("div", {}), steps = make("div", {}), count = make("p.soft", { role: "status", id: "count" });
  const fill = () => {
    const measure = measures.includes(setting("measure")) ? setting("measure") : "", search = setting("search");
    const matching = benchmarks.filter(({ name }) => hasWords(name, search)).map(({ name, all }) => ({ name, all: measure ? all.filter((series) => series.measure === measure) : all })).filter(({ all }) => all.length);
    const order = matching.map((each) => ({ ...each, rank: urgency(machine, each.all) })).sort((a, b) => a.rank[0] - b.rank[0] || a.rank[1] - b.rank[1] || a.rank[2] - b.rank[2] || (a.name < b.name ? -1 : 1));
    cards.replaceChildren(inPages(order.length, CARDS_SHOWN, "page", (from, to) => make("ul.grid", {}, ...order.slice(from, to).map((each) => card(machine, each)))));
    steps.replaceChildren(stepsTable(machine, order.flatMap(({ all }) => all), "steps"));
    count.textContent = `${numbered(order.length, "benchmark")}, what became worse last first. The small charts do not start at 0.`;
    lastOverview = { measure, search };
  };
  const set = (changes) => { keep({ ...changes, page: "", steps: "" }); fill(); };
  const last = machine.commits.at(-1), before = machine.commits.at(-2) || last;
  main.replaceChildren(make("h1", {}, "All benchmarks"),
    make("p.lead", {}, `${numbered(machine.commits.length, "commit")}, ${machine.title}. Last commit: `, commitMark(last), `, ${day(last[1])}, “${last[2]}”. `, make("a", { href: comparison(machine, before, last) }, "Compare two commits")),
    make("div.controls", {}, machinePicker(machine),
      picker("Measure", [["", STEADIEST], ...measures.map((each) => [each, each])], setting("measure"), (measure) => set({ measure })), searchField((search) => set({ search }))),
    count, cards, make("h2", {}, "Steps"), make("p.soft", {}, "A step is a commit from which a benchmark stays at another level."), steps);
  fill();
  document.title = `${DATA.title}: performance`;
};
let lastOverview = {};
const backLink = (machine) => make("p.back", {}, make("a", { href: route(machine, undefined, lastOverview) }, "← All benchmarks"));
