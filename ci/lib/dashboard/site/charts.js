// Charts over commits or sizes, with hover, keyboard, zoom, and marks at steps.
const spansDecades = (columns) => { let low = Infinity, high = 0;
  for (const column of columns) for (const value of column) if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
  return low > 0 && high / low >= DECADE; };

const stepMarks = (series) => (chart) => {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "left"; ctx.textBaseline = "alphabetic";
  ctx.beginPath(); ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height); ctx.clip();
  let end = [-Infinity, -Infinity];
  for (const step of series.steps) {
    const x = Math.round(chart.valToPos(step[STEP.place], "x", true)), change = stepChange(step);
    const text = `${arrow(change)} ${changeText(change)}`, width = ctx.measureText(text).width;
    ctx.strokeStyle = ctx.fillStyle = colour(VERDICTS[verdict(series, change)]);
    const [from, to] = [step[STEP.first], step[STEP.last]].map((place) => chart.valToPos(place, "x", true));
    ctx.globalAlpha = 0.12; ctx.fillRect(from - 2, bbox.top, to - from + 4, bbox.height); ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5 * devicePixelRatio; ctx.setLineDash([5, 4].map((each) => each * devicePixelRatio));
    ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
    const left = Math.max(bbox.left, Math.min(x - width / 2, bbox.left + bbox.width - width)), line = left > end[0] ? 0 : left > end[1] ? 1 : -1;
    if (line >= 0 && x >= bbox.left && x <= bbox.left + bbox.width) { ctx.fillText(text, left, (14 + 15 * line) * devicePixelRatio); end[line] = left + width + 8; }
  }
  ctx.restore();
};

// Labels of an axis, without one that repeats the label before it.
const distinct = (labels) => labels.map((label, at) => label === labels.slice(0, at).findLast(Boolean) ? "" : label);
// What the vertical axis shows, if that may mislead.
const axisNote = (scale, logarithmic) => logarithmic ? "The vertical axis is logarithmic." : scale.min > 0 || scale.max < 0 ? "The vertical axis does not start at 0." : "";

// lines: [{ label, value, low?, high? }]; x: numbers; about: (index) => nodes that describe the point under the cursor.
// shared: { zoomed(low, high), chosen(index) } are told what the user does; `view` is the range to begin with, `at` the point.
const chart = ({ title, x, lines, unit, about, ticks, logX, marks, shared, view, at: first }) => {
  const logY = spansDecades(lines.map((line) => line.value)), positive = (column) => logY ? column.map((value) => value > 0 ? value : null) : column;
  const place = make("div", { tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": `${title}. Arrow keys move from point to point. The table below has all points.` });
  const hover = make("p.hover", {}), data = [x], series = [{}], bands = [];
  lines.forEach((line, index) => {
    const stroke = () => lineColour(index);
    if (line.low) {
      data.push(positive(line.high), positive(line.low));
      bands.push({ series: [series.length, series.length + 1], fill: () => `${lineColour(index)}2b` });
      series.push({ stroke: "transparent", points: { show: false } }, { stroke: "transparent", points: { show: false } });
    }
    data.push(positive(line.value));
    series.push({ label: line.label, stroke, dash: DASHES[index % DASHES.length], width: 1.75, spanGaps: true, points: { show: x.length < 60, size: 5, fill: stroke } });
  });
  const axis = { stroke: () => colour("soft"), grid: { stroke: () => colour("grid"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
  const whole = [x[0], x.at(-1)], margin = logX ? 1 : Math.max(0.5, (whole[1] - whole[0]) * 0.01);
  const full = logX ? [whole[0] / 1.2, whole[1] * 1.2] : [whole[0] - margin, whole[1] + margin];
  let self = null;
  const note = make("p.soft.note", {});
  const describe = (index) => { hover.replaceChildren(...about(index)); };
  const zoom = (low, high) => self.setScale("x", { min: Math.max(full[0], low), max: Math.min(full[1], high) });
  const move = (fraction, factor) => { const { min, max } = self.scales.x, width = (max - min) * factor;
    let low = (min + max) / 2 - width / 2 + (max - min) * fraction; low = Math.max(full[0], Math.min(low, full[1] - width)); zoom(low, low + width); };
  const button = (text, action) => make("button.control", { type: "button", onclick: action }, text);
  const toolbar = make("div.toolbar", { role: "group", "aria-label": `zoom: ${title}` }, button("Earlier", () => move(-0.5, 1)), button("Later", () => move(0.5, 1)),
    button("Zoom in", () => move(0, 0.5)), button("Zoom out", () => move(0, 2)), button("Reset", () => zoom(...full)));
  const select = (index, told = true) => { const { min, max } = self.scales.x;
    if (x[index] < min || x[index] > max) move((x[index] - (min + max) / 2) / (max - min), 1);
    const first = lines.map((line) => line.value[index]).find((value) => value !== null);
    self.setCursor({ left: self.valToPos(x[index], "x"), top: first === undefined ? 0 : self.valToPos(first, "y") }, false);
    describe(index); place.dataset.index = index; if (told) { announcement.textContent = hover.textContent; if (shared) shared.chosen(index); } };
  place.addEventListener("keydown", (event) => {
    const at = place.dataset.index === undefined ? x.length : Number(place.dataset.index);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: x.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); select(Math.max(0, Math.min(x.length - 1, to))); }
  });
  const figure = make("div", {}, make("div.chart", {}, place, note, hover), logX ? null : toolbar);
  const draw = () => {
    const width = Math.max(200, place.clientWidth);
    self = new uPlot({ width, height: Math.round(Math.max(240, Math.min(380, width * 0.42))), series, bands, padding: [marks ? 36 : 12, 34, 0, 0], legend: { show: false },
      scales: { x: { time: false, distr: logX ? 3 : 1, range: (_, min, max) => min === null || (min === x[0] && max === x.at(-1)) ? full : [min, max] }, y: { distr: logY ? 3 : 1 } },
      axes: [{ ...axis, size: 32, grid: { show: false }, values: (_, splits) => distinct(ticks(splits)), space: logX ? 50 : 90 }, { ...axis, size: 66, grid: { ...axis.grid, filter: (_, splits) => logY ? splits.map((value) => isDecade(value) ? value : null) : splits }, values: (_, splits) => splits.map(onAxis) }],
      cursor: { drag: { x: !logX, y: false }, points: { size: 8 } },
      hooks: { draw: marks ? [marks] : [], setCursor: [(each) => { if (each.cursor.idx !== null && each.cursor.idx !== undefined) describe(each.cursor.idx); }], setScale: [(each, key) => {
        if (key === "y") note.textContent = axisNote(each.scales.y, logY);
        if (key !== "x") return;
        const { min, max } = each.scales.x, before = place.dataset.max;
        place.dataset.min = min; place.dataset.max = max;
        if (shared && before !== undefined) shared.zoomed(min, max, min <= full[0] && max >= full[1]);
      }] },
    }, data, place);
    charts.push(self);
    new ResizeObserver(() => { if (place.clientWidth && Math.abs(place.clientWidth - self.width) > 1) self.setSize({ width: place.clientWidth, height: self.height }); }).observe(place);
    self.over.addEventListener("click", () => { if (shared && self.cursor.idx !== null) { place.dataset.index = self.cursor.idx; shared.chosen(self.cursor.idx); } });
    describe(x.length - 1);
    queueMicrotask(() => { // the chart sets its scales in one, too
      if (view) zoom(...view);
      if (first >= 0) select(first, false);
    });
  };
  const zoomTo = (low, high) => { const { min, max } = self.scales.x; if (low !== min || high !== max) zoom(low, high); };
  return { figure, draw, unit, zoomTo };
};

const key = (lines) => make("ul.key", {}, ...lines.map((line, index) => {
  const stroke = make("line", { x1: 0, x2: 28, y1: 5, y2: 5, "stroke-width": 2.5, "stroke-dasharray": DASHES[index % DASHES.length].join(" "), stroke: `light-dark(${LIGHT[index % LIGHT.length]}, ${DARK[index % DARK.length]})` });
  stroke.style.stroke = `light-dark(${LIGHT[index % LIGHT.length]}, ${DARK[index % DARK.length]})`;
  return make("li", {}, make("svg", { viewBox: "0 0 28 10", "aria-hidden": "true" }, stroke), line.label);
}));

const clock = (time) => new Date(time * 1000).toISOString().slice(11, 16);
// Dates below the axis, or times if all commits in view are of one day.
const commitTicks = (machine) => (places) => {
  const commits = places.map((at) => Number.isInteger(at) ? machine.commits[at] : undefined), days = commits.map((commit) => commit ? day(commit[1]) : "");
  const inOneDay = new Set(days.filter(Boolean)).size === 1;
  return inOneDay ? commits.map((commit, at) => commit ? `${at === days.findIndex(Boolean) ? `${days[at]} ` : ""}${clock(commit[1])}` : "") : days;
};
const overCommits = (machine, title, lines, unit, series, shared) => chart({ title, lines, unit, shared, x: machine.commits.map((_, at) => at),
  ticks: commitTicks(machine), marks: series && series.steps.length ? stepMarks(series) : undefined, view: viewIn(machine), at: placeOf(machine, setting("at")),
  about: (at) => {
    const commit = machine.commits[at], step = series && series.steps.find((each) => each[STEP.place] === at);
    return [...lines.flatMap((line, index) => [index ? "; " : "", lines.length > 1 ? `${line.label} ` : "", make("strong", {}, withUnit(line.value[at], unit)),
      lines.length === 1 && line.low ? boundsText(line, at) : ""]),
    " · ", commitMark(commit), ` · ${day(commit[1])}`, ...step ? [" · ", changeMark(series, stepChange(step), true)] : [], make("br", {}), commit[2]];
  } });
const ROWS_SHOWN = 100;
const commitsTable = (machine, lines, unit, bounds) => () => longTable(
  [["commit"], ["date", "number"], ...lines.flatMap((line) => [[line.label === unit ? unit : `${line.label}, ${unit}`, "number"], ...bounds ? [["low", "number"], ["high", "number"]] : []]), ["message", "subject"]],
  machine.commits.map((commit, at) => () => [commitMark(commit), day(commit[1]),
    ...lines.flatMap((line) => [line.value, ...bounds ? [line.low, line.high] : []].map((column) => shown(column[at]))), commit[2]]).reverse(), ROWS_SHOWN, "");
