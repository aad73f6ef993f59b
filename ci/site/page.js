// The page of ci/dashboard. The data: machine_data() in ci/dashboard.py. Everything it shows is set as text, never as markup.
"use strict";
(() => {
  const DATA = JSON.parse(document.getElementById("data").textContent);
  const STEP = { place: 0, before: 1, first: 2, last: 3, from: 4, to: 5 };
  const LIGHT = ["#0b63b0", "#b34700", "#00755a", "#8a3b8f", "#6b5b00", "#333333"];
  const DARK = ["#6fb4f2", "#ff9d5c", "#4ccca6", "#d59ae0", "#e0cc5a", "#dddddd"];
  const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [1, 3]];
  const DECADE = 10;
  const main = document.getElementById("main");
  const said = document.getElementById("said");
  const charts = [];
  const chosen = { measure: "", search: "" };

  // Elements: make("a.card", { href }, child, "text").
  const make = (what, attributes, ...children) => {
    const [name, ...classes] = what.split(".");
    const element = ["svg", "path", "line"].includes(name) ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
    for (const each of classes) element.classList.add(each);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
      else if (value !== false && value !== undefined) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== undefined));
    return element;
  };

  const shown = (value) => value === null ? "–" : Number(value.toPrecision(4)).toLocaleString("en", { maximumSignificantDigits: 4 });
  const onAxis = (value) => value === null ? null : value >= 1e6 ? `${shown(value / 1e6)} M` : shown(value);
  const isDecade = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
  const withUnit = (value, unit) => `${shown(value)} ${unit === "instructions" ? "instr." : unit}`;
  const day = (time) => new Date(time * 1000).toISOString().slice(0, 10);
  const short = (commit) => commit[0].slice(0, 10);
  const median = (values) => { const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
    return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2; };
  const relative = (from, to) => from === to ? 0 : from === 0 ? Infinity : to / from - 1;

  // In words, with a sign, and in colour.
  const changeText = (change) => !Number.isFinite(change) ? "from 0" : `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(Math.abs(change) < 0.0995 ? 1 : 0)} %`;
  const changeMark = (change, sure) => {
    if (!sure) return make("span.change.same", {}, Math.abs(change) < 0.0005 ? "no step" : `${changeText(change)}, no step`);
    return make(`span.change.${change > 0 ? "worse" : "better"}`, {}, `${change > 0 ? "▲" : "▼"} ${changeText(change)} ${change > 0 ? "worse" : "better"}`);
  };
  const lastOf = (values) => values.findLastIndex((value) => value !== null);
  // The latest step, or else the latest value beside the median of all before.
  const lastChange = (series) => series.last ??= changeOf(series); // sorting asks again and again
  const changeOf = (series) => {
    if (series.steps.length) { const step = series.steps.at(-1); return { change: relative(step[STEP.from], step[STEP.to]), sure: true }; }
    const values = series.value.filter((value) => value !== null);
    return { change: values.length > 1 ? relative(median(values.slice(0, -1)), values.at(-1)) : 0, sure: false };
  };
  const weight = ({ change, sure }) => (sure ? (change > 0 ? 2 : -2) : 0) + Math.tanh(change);

  const commitMark = (commit) => {
    const hash = make("code", {}, DATA.repository ? short(commit) : commit[0]);
    return DATA.repository ? make("a", { href: `${DATA.repository}/commit/${commit[0]}`, rel: "noreferrer" }, hash) : hash;
  };

  // NAME/CONTESTANT/parameter:value/...: null for names of another form.
  const parsed = (name) => {
    const words = name.split("/"), at = words.findIndex((word) => word.includes(":"));
    if (at < 2) return null;
    const parameters = words.slice(at), size = parameters.find((word) => word.startsWith("points:"));
    return { name: words.slice(0, at - 1).join("/"), contestant: words[at - 1], parameters: parameters.join("/"),
      family: parameters.filter((word) => word !== size).join("/"), size: size ? Number(size.slice(7)) : null };
  };
  const route = (machine, benchmark) => `#${[machine.name, ...benchmark === undefined ? [] : [benchmark]].map(encodeURIComponent).join("/")}`;

  // ---- theme
  const remembered = { get() { try { return localStorage.getItem("theme"); } catch { return null; } },
    set(value) { try { localStorage.setItem("theme", value); } catch { /* file:// may forbid it */ } } };
  const system = matchMedia("(prefers-color-scheme: dark)");
  const preferred = () => remembered.get() || (system.matches ? "dark" : "light");
  const isDark = () => document.documentElement.dataset.theme === "dark";
  const setTheme = (theme) => {
    document.documentElement.dataset.theme = theme;
    document.getElementById("theme").textContent = isDark() ? "Light theme" : "Dark theme";
    for (const chart of charts) chart.redraw(false);
  };
  document.getElementById("theme").addEventListener("click", () => { const theme = isDark() ? "light" : "dark"; remembered.set(theme); setTheme(theme); });
  system.addEventListener("change", () => { if (!remembered.get()) setTheme(system.matches ? "dark" : "light"); });
  const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
  const lineColour = (index) => (isDark() ? DARK : LIGHT)[index % LIGHT.length];

  // ---- overview
  const spark = (series) => {
    const width = 240, height = 44, last = Math.max(1, series.value.length - 1);
    const values = series.value.filter((value) => value !== null);
    const low = Math.min(...values), high = Math.max(...values), middle = (low + high) / 2;
    const room = Math.max(high - low, Math.abs(middle) * 0.02, Number.MIN_VALUE); // noise of a percent is no mountain
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
      count.textContent = `${matching.length} benchmark${matching.length === 1 ? "" : "s"}, what last became worse first`;
    };
    const last = machine.commits.at(-1);
    main.replaceChildren(make("h1", {}, "All benchmarks"),
      make("p.lead", {}, `${machine.commits.length} commits on machine ${machine.name}; the last is `, commitMark(last), ` of ${day(last[1])}, “${last[2]}”.`),
      make("div.controls", {},
        DATA.machines.length > 1 ? picker("Machine", DATA.machines.map((each) => each.name), machine.name, (name) => { location.hash = encodeURIComponent(name); }) : null,
        picker("Measure", measures, chosen.measure, (measure) => { chosen.measure = measure; fill(); }),
        make("label.wide", {}, "Search", make("input", { type: "search", id: "search", value: chosen.search, oninput: (event) => { chosen.search = event.target.value; fill(); } }))),
      count, list, make("h2", {}, "Steps"), stepsTable(machine, machine.series));
    fill();
    document.title = "ringproof: performance";
  };

  // ---- tables
  const table = (head, rows) => make("div.wide-table", { tabindex: 0, role: "region", "aria-label": "table" }, make("table", {},
    make("thead", {}, make("tr", {}, ...head.map(([text, kind]) => make(kind ? `th.${kind}` : "th", { scope: "col" }, text)))),
    make("tbody", {}, ...rows.map((row) => make("tr", {}, ...row.map((cell, at) => make(head[at][1] ? `td.${head[at][1]}` : "td", {}, cell)))))));

  const stepsTable = (machine, all) => {
    const rows = all.flatMap((series) => series.steps.map((step) => ({ series, step, change: relative(step[STEP.from], step[STEP.to]) })));
    if (!rows.length) return make("p.soft", {}, "None: no benchmark changed for good.");
    rows.sort((a, b) => b.change - a.change);
    const range = ([, , first, last]) => first === last ? "exact" : `${short(machine.commits[first])} to ${short(machine.commits[last])}`;
    return table([["change"], ["benchmark"], ["measure"], ["commit before"], ["at commit"], ["between"], ["message", "subject"]],
      rows.map(({ series, step, change }) => [changeMark(change, true), make("a", { href: route(machine, series.benchmark) }, series.benchmark), series.measure,
        commitMark(machine.commits[step[STEP.before]]), commitMark(machine.commits[step[STEP.place]]), range(step), machine.commits[step[STEP.place]][2]]));
  };
  // Filled when opened: a thousand rows are many elements.
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

  // ---- charts
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

  // lines: [{ label, value, low?, high? }]; x: numbers; about: (index) => nodes that say what the cursor is on.
  const chart = ({ title, x, lines, unit, about, ticks, logX, marks }) => {
    const logY = spansDecades(lines.map((line) => line.value)), positive = (column) => logY ? column.map((value) => value > 0 ? value : null) : column;
    const place = make("div", { tabindex: 0, role: "application", "aria-roledescription": "chart", "aria-label": `${title}. Arrow keys move from point to point; the table below has all of them.` });
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
    const tell = (index) => { hover.replaceChildren(...about(index)); };
    const zoom = (low, high) => self.setScale("x", { min: Math.max(full[0], low), max: Math.min(full[1], high) });
    const move = (fraction, factor) => { const { min, max } = self.scales.x, width = (max - min) * factor;
      let low = (min + max) / 2 - width / 2 + (max - min) * fraction; low = Math.max(full[0], Math.min(low, full[1] - width)); zoom(low, low + width); };
    const button = (text, action) => make("button.control", { type: "button", onclick: action }, text);
    const toolbar = make("div.toolbar", { role: "group", "aria-label": `zoom of: ${title}` }, button("Earlier", () => move(-0.5, 1)), button("Later", () => move(0.5, 1)),
      button("Zoom in", () => move(0, 0.5)), button("Zoom out", () => move(0, 2)), button("Reset", () => zoom(...full)));
    const select = (index) => { const { min, max } = self.scales.x;
      if (x[index] < min || x[index] > max) move((x[index] - (min + max) / 2) / (max - min), 1);
      const first = lines.map((line) => line.value[index]).find((value) => value !== null);
      self.setCursor({ left: self.valToPos(x[index], "x"), top: first === undefined ? 0 : self.valToPos(first, "y") }, false);
      tell(index); said.textContent = hover.textContent; place.dataset.index = index; };
    place.addEventListener("keydown", (event) => {
      const at = place.dataset.index === undefined ? x.length : Number(place.dataset.index);
      const to = { ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: x.length - 1 }[event.key];
      if (to !== undefined) { event.preventDefault(); select(Math.max(0, Math.min(x.length - 1, to))); }
    });
    const figure = make("div", {}, make("div.chart", {}, place, hover), logX ? null : toolbar);
    const draw = () => {
      const width = Math.max(200, place.clientWidth);
      self = new uPlot({ width, height: Math.round(Math.max(240, Math.min(380, width * 0.42))), series, bands, padding: [marks ? 36 : 12, 16, 0, 0], legend: { show: false },
        scales: { x: { time: false, distr: logX ? 3 : 1, range: (_, min, max) => min === null || (min === x[0] && max === x.at(-1)) ? full : [min, max] }, y: { distr: logY ? 3 : 1 } },
        axes: [{ ...axis, size: 32, grid: { show: false }, values: (_, splits) => splits.map(ticks), space: logX ? 50 : 90 }, { ...axis, size: 66, grid: { ...axis.grid, filter: (_, splits) => logY ? splits.map((value) => isDecade(value) ? value : null) : splits }, values: (_, splits) => splits.map(onAxis) }],
        cursor: { drag: { x: !logX, y: false }, points: { size: 8 } },
        hooks: { draw: marks ? [marks] : [], setCursor: [(each) => { if (each.cursor.idx !== null && each.cursor.idx !== undefined) tell(each.cursor.idx); }], setScale: [(each, key) => { if (key === "x") { place.dataset.min = each.scales.x.min; place.dataset.max = each.scales.x.max; } }] },
      }, data, place);
      charts.push(self);
      new ResizeObserver(() => { if (place.clientWidth && Math.abs(place.clientWidth - self.width) > 1) self.setSize({ width: place.clientWidth, height: self.height }); }).observe(place);
      tell(x.length - 1);
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

  // ---- panel
  const panel = (machine, benchmark) => {
    const mine = machine.series.filter((series) => series.benchmark === benchmark), drawn = [];
    if (!mine.length) { main.replaceChildren(make("h1", {}, "No such benchmark"), make("p", {}, make("a", { href: route(machine) }, "All benchmarks"))); return; }
    const parts = [make("p", { style: "margin:1.25rem 0 0" }, make("a", { href: route(machine) }, "← All benchmarks")), make("h1", {}, benchmark), make("p.lead", {}, `Machine ${machine.name}, ${machine.commits.length} commits. Drag over a chart to zoom, double click to see all.`)];
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

  // The contestants of one benchmark: over commits, now, and over sizes.
  const together = (machine, about, unit, parts, add) => {
    const all = machine.series.filter((series) => series.unit === unit).map((series) => ({ ...series, about: parsed(series.benchmark) })).filter((series) => series.about && series.about.name === about.name);
    const rivals = all.filter((series) => series.about.parameters === about.parameters).map((series) => ({ ...series, label: series.about.contestant }));
    if (rivals.length > 1) {
      parts.push(make("h2", {}, "Contestants over commits"));
      add(overCommits(machine, `contestants of ${about.name} over commits`, rivals, unit, []), rivals, disclosed("Table of this chart", commitsTable(machine, rivals, unit, false)));
      const mine = rivals.find((series) => series.about.contestant === about.contestant);
      const now = rivals.map((series) => ({ label: series.label, value: series.value[lastOf(series.value)] })).sort((a, b) => a.value - b.value);
      parts.push(make("h2", {}, "Contestants at the last commit"), make("div.narrow", {}, table([["contestant"], [unit, "number"], [`beside ${about.contestant}`, "number"]],
        now.map((each) => [each.label, shown(each.value), `${shown(each.value / mine.value[lastOf(mine.value)])} ×`]))));
    }
    const family = all.filter((series) => series.about.family === about.family && series.about.size > 0), sizes = [...new Set(family.map((series) => series.about.size))].sort((a, b) => a - b);
    if (sizes.length > 2 && sizes.at(-1) / sizes[0] >= DECADE) {
      const lines = [...new Set(family.map((series) => series.about.contestant))].map((label) => ({ label, value: sizes.map((size) => {
        const one = family.find((series) => series.about.contestant === label && series.about.size === size); return one ? one.value[lastOf(one.value)] : null; }) }));
      parts.push(make("h2", {}, "Over the size, at the last commit"));
      add(chart({ title: `${about.name} over the number of points`, x: sizes, lines, unit, logX: true, ticks: (size) => size === null || !isDecade(size) ? "" : onAxis(size),
        about: (at) => [`${sizes[at].toLocaleString("en")} points: `, ...lines.map((line, index) => `${index ? "; " : ""}${line.label} ${withUnit(line.value[at], unit)}`)] }), lines,
      disclosed("Table of this chart", () => table([["points", "number"], ...lines.map((line) => [`${line.label}, ${unit}`, "number"])], sizes.map((size, at) => [size.toLocaleString("en"), ...lines.map((line) => shown(line.value[at]))]))));
    }
  };

  const show = (event) => {
    const decode = (word) => { try { return decodeURIComponent(word); } catch { return word; } };
    const [name, benchmark] = location.hash.slice(1).split("/").map(decode);
    if (location.hash === "#main") return;
    for (const each of charts.splice(0)) each.destroy();
    const machine = DATA.machines.find((each) => each.name === name) || DATA.machines[0];
    if (benchmark === undefined) overview(machine); else panel(machine, benchmark);
    if (event) { scrollTo(0, 0); main.focus({ preventScroll: true }); }
  };
  document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
  setTheme(preferred());
  addEventListener("hashchange", show);
  show();
})();
