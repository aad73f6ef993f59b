// Two commits compared: what is sure, and what noise may explain.
const comparison = (machine, base, head) => route(machine, undefined, { base: short(base), head: short(head) });
// The level of a series around a commit: that of the steps, else null.
const levelAt = (series, place) => {
  const next = series.steps.findIndex((step) => step[STEP.place] > place);
  return next >= 0 ? series.steps[next][STEP.from] : series.steps.length ? series.steps.at(-1)[STEP.to] : null;
};
const NOISES = 6; // times what a series varies from commit to commit: a difference above that is sure
// From 0, the difference is taken relative to the other value: else the least noise would be sure.
const difference = (from, to) => Math.abs(from === 0 ? relative(to, from) : relative(from, to));
const apart = (series, base, head) => difference(series.value[base], series.value[head]) > NOISES * series.noise &&
  (series.high[base] < series.low[head] || series.high[head] < series.low[base]);
const compared = (series, base, head) => {
  const stepped = series.steps.some((step) => step[STEP.place] > Math.min(base, head) && step[STEP.place] <= Math.max(base, head));
  const [from, to] = [base, head].map((place) => series.value[place]);
  if (from === null || to === null) return { series, from, to, kind: 3, change: 0 };
  const change = stepped ? relative(levelAt(series, base), levelAt(series, head)) : relative(from, to), sure = change !== 0 && (stepped || apart(series, base, head));
  return { series, from, to, sure, change, kind: !sure || verdict(series, change) === "changed" ? 1 : isWorse(series, change) ? 0 : 2 };
};
const RANKED = [(each) => -Math.abs(each.change), (each) => isWorse(each.series, each.change) ? -Math.abs(each.change) : Math.abs(each.change), (each) => Math.abs(each.change), () => 0];
const boundsText = (series, place) => series.low[place] === series.high[place] ? "" : ` (${shown(series.low[place])} to ${shown(series.high[place])})`;

const compare = (machine) => {
  const [base, head] = ["base", "head"].map((name) => placeOf(machine, setting(name)));
  const field = (name) => make("label", {}, `${name === "base" ? "Base" : "Head"} (hash)`, make("input", { id: name, list: "commits", value: setting(name), onchange: (event) => { keep({ [name]: event.target.value.trim(), page: "" }); compare(machine); } }));
  const rows = make("div", {}), count = make("p.soft", { role: "status", id: "count" });
  const fill = () => {
    const all = machine.series.filter((series) => hasWords(series.benchmark, setting("search"))).map((series) => compared(series, base, head)).filter((each) => each.from !== null || each.to !== null);
    all.sort((a, b) => a.kind - b.kind || RANKED[a.kind](a) - RANKED[b.kind](b));
    const times = [0, 2, 1, 3].map((kind) => all.filter((each) => each.kind === kind).length);
    count.textContent = `${times[0]} worse, ${times[1]} better, ${times[2]} that may be noise or are neither, ${times[3]} measured at one of them only.`;
    rows.replaceChildren(longTable([["change"], ["benchmark"], ["measure"], ["base", "number"], ["head", "number"], ["unit"]], all.map((each) => () => [
      each.kind === 3 ? make("span.change.same", {}, each.from === null ? "not measured at base" : "not measured at head") : each.sure ? changeMark(each.series, each.change, true) : make("span.change.same", {}, each.change ? `${changeText(each.change)}, not sure` : "equal"),
      make("a", { href: route(machine, each.series.benchmark, { at: short(machine.commits[head]) }) }, each.series.benchmark), each.series.measure,
      ...[[each.from, base], [each.to, head]].map(([value, place]) => shown(value) + (value === null ? "" : boundsText(each.series, place))), each.series.unit]), 50, "page"));
  };
  const missing = [["base", base], ["head", head]].filter(([, place]) => place < 0).map(([name]) => name);
  const about = (name, place) => place < 0 ? [] : [make("b", {}, `${name} `), commitMark(machine.commits[place]), `, ${day(machine.commits[place][1])}, “${machine.commits[place][2]}”`, make("br", {})];
  main.replaceChildren(backLink(machine), make("h1", {}, "Two commits compared"),
    make("p.lead", {}, ...about("Base", base), ...about("Head", head), `A change is sure if a step lies between the two commits, or if their ranges are apart by more than ${NOISES} times what the benchmark varies from commit to commit. The size of a step is that of its levels. Other differences may be noise.`),
    make("div.controls", {}, machinePicker(machine), field("base"), field("head"), searchField((search) => { keep({ search, page: "" }); fill(); })),
    make("datalist", { id: "commits" }, ...machine.commits.slice(-50).reverse().map((commit) => make("option", { value: short(commit) }, commit[2]))),
    ...missing.length ? [make("p", {}, `The history of this machine has no commit that begins with the ${missing.join(" and the ")} given.`)] : [count, rows]);
  if (!missing.length) fill();
  document.title = `${setting("base")} and ${setting("head")}: ${DATA.title} performance`;
};
