// Charts over commits or sizes, with hover, keyboard, zoom, and marks at steps.
const spansDecades = (columns) => { let low = Infinity, high = 0;
  for (const column of columns) for (const value of column) if (value !== null) { low = Math.min(low, value); high = Math.max(high, value); }
  return low > 0 && high / low >= DECADE; };

const stepMarks = (machine, steps) => (chart) => {
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.font = `${12 * devicePixelRatio}px system-ui, sans-serif`;
  ctx.textAlign = "left"; ctx.textBaseline = "alphabetic";
  ctx.beginPath(); ctx.rect(bbox.left, 0, bbox.width, bbox.top + bbox.height); ctx.clip();
  let end = [-Infinity, -Infinity];
  for (const step of steps) {
    const x = Math.round(chart.valToPos(step[STEP.place], "x", true)), change = relative(step[STEP.from], step[STEP.to]);
    const text = `${change > 0 ? "▲" : "▼"} ${changeText(change)}`, width = ctx.measureText(text).width;
    ctx.strokeStyle = ctx.fillStyle = colour(change > 0 ? "worse" : "better");
    const [from, to] = [step[STEP.first], step[STEP.last]].map((place) => chart.valToPos(place, "x", true));
    ctx.globalAlpha = 0.12; ctx.fillRect(from - 2, bbox.top, to - from + 4, bbox.height); ctx.globalAlpha = 1;
    ctx.lineWidth = 1.5 * devicePixelRatio; ctx.setLineDash([5, 4].map((each) => each * devicePixelRatio));
    ctx.beginPath(); ctx.moveTo(x, bbox.top); ctx.lineTo(x, bbox.top + bbox.height); ctx.stroke();
    const left = Math.max(bbox.left, Math.min(x - width / 2, bbox.left + bbox.width - width)), line = left > end[0] ? 0 : left > end[1] ? 1 : -1;
    if (line >= 0 && x >= bbox.left && x <= bbox.left + bbox.width) { ctx.fillText(text, left, (14 + 15 * line) * devicePixelRatio); end[line] = left + width + 8; }
  }
  ctx.restore();
};

// lines: [{ label, value, low?, high? }]; x: numbers; about: (index) => nodes that describe the point under the cursor.
const chart = ({ title, x, lines, unit, about, ticks, logX, marks }) => {
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
  const describe = (index) => { hover.replaceChildren(...about(index)); };
  const zoom = (low, high) => self.setScale("x", { min: Math.max(full[0], low), max: Math.min(full[1], high) });
  const move = (fraction, factor) => { const { min, max } = self.scales.x, width = (max - min) * factor;
    let low = (min + max) / 2 - width / 2 + (max - min) * fraction; low = Math.max(full[0], Math.min(low, full[1] - width)); zoom(low, low + width); };
  const button = (text, action) => make("button.control", { type: "button", onclick: action }, text);
  const toolbar = make("div.toolbar", { role: "group", "aria-label": `zoom: ${title}` }, button("Earlier", () => move(-0.5, 1)), button("Later", () => move(0.5, 1)),
    button("Zoom in", () => move(0, 0.5)), button("Zoom out", () => move(0, 2)), button("Reset", () => zoom(...full)));
  const select = (index) => { const { min, max } = self.scales.x;
    if (x[index] < min || x[index] > max) move((x[index] - (min + max) / 2) / (max - min), 1);
    const first = lines.map((line) => line.value[index]).find((value) => value !== null);
    self.setCursor({ left: self.valToPos(x[index], "x"), top: first === undefined ? 0 : self.valToPos(first, "y") }, false);
    describe(index); announcement.textContent = hover.textContent; place.dataset.index = index; };
  place.addEventListener("keydown", (event) => {
    const at = place.dataset.index === undefined ? x.length : Number(place.dataset.index);
    const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: x.length - 1 }[event.key];
    if (to !== undefined) { event.preventDefault(); select(Math.max(0, Math.min(x.length - 1, to))); }
  });
  const figure = make("div", {}, make("div.chart", {}, place, hover), logX ? null : toolbar);
  const draw = () => {
    const width = Math.max(200, place.clientWidth);
    self = new uPlot({ width, height: Math.round(Math.max(240, Math.min(380, width * 0.42))), series, bands, padding: [marks ? 36 : 12, 34, 0, 0], legend: { show: false },
      scales: { x: { time: false, distr: logX ? 3 : 1, range: (_, min, max) => min === null || (min === x[0] && max === x.at(-1)) ? full : [min, max] }, y: { distr: logY ? 3 : 1 } },
      axes: [{ ...axis, size: 32, grid: { show: false }, values: (_, splits) => splits.map(ticks), space: logX ? 50 : 90 }, { ...axis, size: 66, grid: { ...axis.grid, filter: (_, splits) => logY ? splits.map((value) => isDecade(value) ? value : null) : splits }, values: (_, splits) => splits.map(onAxis) }],
      cursor: { drag: { x: !logX, y: false }, points: { size: 8 } },
      hooks: { draw: marks ? [marks] : [], setCursor: [(each) => { if (each.cursor.idx !== null && each.cursor.idx !== undefined) describe(each.cursor.idx); }], setScale: [(each, key) => { if (key === "x") { place.dataset.min = each.scales.x.min; place.dataset.max = each.scales.x.max; } }] },
    }, data, place);
    charts.push(self);
    new ResizeObserver(() => { if (place.clientWidth && Math.abs(place.clientWidth - self.width) > 1) self.setSize({ width: place.clientWidth, height: self.height }); }).observe(place);
    describe(x.length - 1);
  };
  return { figure, draw, unit };
};

const key = (lines) => make("ul.key", {}, ...lines.map((line, index) => {
  const stroke = make("line", { x1: 0, x2: 28, y1: 5, y2: 5, "stroke-width": 2.5, "stroke-dasharray": DASHES[index % DASHES.length].join(" "), stroke: `light-dark(${LIGHT[index % LIGHT.length]}, ${DARK[index % DARK.length]})` });
  stroke.style.stroke = `light-dark(${LIGHT[index % LIGHT.length]}, ${DARK[index % DARK.length]})`;
  return make("li", {}, make("svg", { viewBox: "0 0 28 10", "aria-hidden": "true" }, stroke), line.label);
}));

const overCommits = (machine, title, lines, unit, steps) => chart({ title, lines, unit, x: machine.commits.map((_, at) => at),
  ticks: (at) => Number.isInteger(at) && machine.commits[at] ? day(machine.commits[at][1]) : "", marks: steps.length ? stepMarks(machine, steps) : undefined,
  about: (at) => {
    const commit = machine.commits[at], step = steps.find((each) => each[STEP.place] === at);
    return [...lines.flatMap((line, index) => [index ? "; " : "", lines.length > 1 ? `${line.label} ` : "", make("strong", {}, withUnit(line.value[at], unit)),
      lines.length === 1 && line.low && line.low[at] !== line.high[at] ? ` (${shown(line.low[at])} to ${shown(line.high[at])})` : ""]),
    " · ", make("code", {}, short(commit)), ` · ${day(commit[1])}`, ...step ? [" · ", changeMark(relative(step[STEP.from], step[STEP.to]), true)] : [], make("br", {}), commit[2]];
  } });
const commitsTable = (machine, lines, unit, bounds) => () => table(
  [["commit"], ["date", "number"], ...lines.flatMap((line) => [[line.label === unit ? unit : `${line.label}, ${unit}`, "number"], ...bounds ? [["low", "number"], ["high", "number"]] : []]), ["message", "subject"]],
  machine.commits.map((commit, at) => [commitMark(commit), day(commit[1]),
    ...lines.flatMap((line) => [line.value, ...bounds ? [line.low, line.high] : []].map((column) => shown(column[at]))), commit[2]]).reverse());
