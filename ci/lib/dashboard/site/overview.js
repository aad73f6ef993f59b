// The overview: a sparkline and the last change of each benchmark.
const spark = (series) => {
  const width = 240, height = 44, last = Math.max(1, series.value.length - 1);
  const values = series.value.filter((value) => value !== null);
  const low = Math.min(...values), high = Math.max(...values), middle = (low + high) / 2;
  const room = Math.max(high - low, Math.abs(middle) * 0.02, Number.MIN_VALUE); // so that noise of a percent does not look large
  const x = (at) => (at / last * width).toFixed(1), y = (value) => (height / 2 - (value - middle) / room * (height - 6)).toFixed(1);
  const points = series.value.map((value, at) => value === null ? null : `${x(at)},${y(value)}`).filter(Boolean);
  return make("svg.spark", { viewBox: `0 0 ${width} ${height}`, preserveAspectRatio: "none", "aria-hidden": "true" },
    ...series.steps.map((step) => make(`line.${step[STEP.to] > step[STEP.from] ? "up" : "down"}`, { x1: x(step[0]), x2: x(step[0]), y1: 0, y2: height })),
    make("path", { d: `M${points.join("L")}${points.length === 1 ? "h3" : ""}` }));
};
const fillSpark = (waiting) => { lazily.unobserve(waiting); waiting.replaceWith(spark(waiting.series)); };
const lazily = new IntersectionObserver((entries) => {
  for (const { isIntersecting, target } of entries) if (isIntersecting) fillSpark(target);
}, { rootMargin: "200px" });

const card = (machine, series) => {
  const { change, sure } = lastChange(series), waiting = make("div.spark", {});
  waiting.series = series;
  lazily.observe(waiting);
  return make("li", {}, make("a.card", { href: route(machine, series.benchmark) }, make("b", {}, series.benchmark), waiting,
    make("span.figures", {}, make("span", {}, make("strong", {}, shown(series.value[lastOf(series.value)])), make("small", {}, ` ${series.unit === "instructions" ? "instr." : series.unit}`)), changeMark(change, sure))));
};
const picker = (label, options, value, changed) => make("label", {}, label, make("select", { id: label.toLowerCase(), onchange: (event) => changed(event.target.value) },
  ...options.map((option) => make("option", { value: option, selected: option === value ? "" : false }, option))));

const overview = (machine) => {
  const measures = [...new Set(machine.series.map((series) => series.measure))];
  if (!measures.includes(chosen.measure)) chosen.measure = measures[0];
  const list = make("ul.grid", {}), count = make("p.soft", { role: "status", id: "count" });
  const fill = () => {
    const matching = machine.series.filter((series) => series.measure === chosen.measure && series.benchmark.toLowerCase().includes(chosen.search.toLowerCase()));
    matching.sort((a, b) => weight(lastChange(b)) - weight(lastChange(a)) || (a.benchmark < b.benchmark ? -1 : 1));
    list.replaceChildren(...matching.map((series) => card(machine, series)));
    count.textContent = `${matching.length} benchmark${matching.length === 1 ? "" : "s"}, latest slowdowns first`;
  };
  const last = machine.commits.at(-1);
  main.replaceChildren(make("h1", {}, "All benchmarks"),
    make("p.lead", {}, `${machine.commits.length} commits on machine ${machine.name}. Last commit: `, commitMark(last), `, ${day(last[1])}, “${last[2]}”.`),
    make("div.controls", {},
      DATA.machines.length > 1 ? picker("Machine", DATA.machines.map((each) => each.name), machine.name, (name) => { location.hash = encodeURIComponent(name); }) : null,
      picker("Measure", measures, chosen.measure, (measure) => { chosen.measure = measure; fill(); }),
      make("label.wide", {}, "Search", make("input", { type: "search", id: "search", value: chosen.search, oninput: (event) => { chosen.search = event.target.value; fill(); } }))),
    count, list, make("h2", {}, "Steps"), stepsTable(machine, machine.series));
  fill();
  document.title = "ringproof: performance";
};
