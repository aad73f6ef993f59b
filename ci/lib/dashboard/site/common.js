// The dashboard's data, and helpers that make elements and format figures. page.py joins these files into one script, in the order of
// PARTS, and its machine_data() makes the data. Everything shown is set as text, never as markup.
"use strict";
const DATA = JSON.parse(document.getElementById("data").textContent);
const STEP = { place: 0, before: 1, first: 2, last: 3, from: 4, to: 5 };
const LIGHT = ["#0b63b0", "#b34700", "#00755a", "#8a3b8f", "#6b5b00", "#333333"];
const DARK = ["#6fb4f2", "#ff9d5c", "#4ccca6", "#d59ae0", "#e0cc5a", "#dddddd"];
const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [4, 4], [1, 3]];
const DECADE = 10;
const main = document.getElementById("main");
const announcement = document.getElementById("announcement");
const charts = [];

// Elements: make("a.card", { href }, child, "text").
const make = (what, attributes, ...children) => {
  const [name, ...classes] = what.split(".");
  const element = ["svg", "path", "line", "g"].includes(name) ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const each of classes) element.classList.add(each);
  for (const [key, value] of Object.entries(attributes || {})) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.filter((child) => child !== null && child !== undefined));
  return element;
};

// Values of so many digits are shown with an exponent, so that they fit.
const HUGE = 1e15, TINY = 1e-9;
const isLong = (value) => value !== 0 && (Math.abs(value) >= HUGE || Math.abs(value) < TINY);
const shown = (value) => {
  if (value === null || !Number.isFinite(value)) return "–";
  const figure = Number(value.toPrecision(4));
  return isLong(figure) ? figure.toExponential() : figure.toLocaleString("en", { maximumSignificantDigits: 4 });
};
const onAxis = (value) => value === null ? null : value >= 1e6 && value < HUGE ? `${shown(value / 1e6)} M` : shown(value);
const isDecade = (value) => Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-9;
const unitText = (unit) => unit === "instructions" ? "instr." : unit;
const withUnit = (value, unit) => `${shown(value)} ${unitText(unit)}`;
const day = (time) => new Date(time * 1000).toISOString().slice(0, 10);
const short = ([name]) => /^[0-9a-f]{40,64}$/.test(name) ? name.slice(0, 10) : name;
const median = (values) => { const sorted = [...values].sort((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2; };
// More is positive, also below 0: -50 is 50 % more than -100. As relative() in series.py.
const relative = (from, to) => from === to ? 0 : from === 0 ? to * Infinity : to / Math.abs(from) - Math.sign(from);
// Of some measures, nobody knows which values are better: they are changed, neither worse nor better.
const verdict = (series, change) => series.better === "neither" ? "changed" : (series.better === "bigger" ? change < 0 : change > 0) ? "worse" : "better";
const isWorse = (series, change) => verdict(series, change) === "worse";
const VERDICTS = { worse: "worse", better: "better", changed: "soft" }; // and their colours

// A change as text with a sign, and as a coloured element. `sure` is false for what noise may explain.
const changeText = (change) => {
  if (!Number.isFinite(change)) return "from 0";
  const size = Math.abs(change);
  return `${change < 0 ? "−" : "+"}${size >= HUGE ? size.toExponential(0) + " times" : (size * 100).toFixed(size < 0.0995 ? 1 : 0) + " %"}`;
};
const arrow = (change) => change > 0 ? "▲" : "▼";
const changeMark = (series, change, sure) => {
  if (!sure) return make("span.change.same", {}, Math.abs(change) < 0.0005 ? "no step" : `${changeText(change)}, no step`);
  const word = verdict(series, change);
  return make(`span.change.${word}`, {}, `${arrow(change)} ${changeText(change)} ${word}`);
};
const lastOf = (values) => values.findLastIndex((value) => value !== null);
const stepChange = (step) => relative(step[STEP.from], step[STEP.to]);
// The latest step; without steps, the latest value against the median of all before it. Kept, since sorting needs it often.
const lastChange = (series) => series.last ??= changeOf(series);
const changeOf = (series) => {
  if (series.steps.length) { const step = series.steps.at(-1); return { change: stepChange(step), sure: true, place: step[STEP.place] }; }
  const values = series.value.filter((value) => value !== null);
  return { change: values.length > 1 ? relative(median(values.slice(0, -1)), values.at(-1)) : 0, sure: false, place: -1 };
};
// What was measured again and again, and then no more. Returns the place of its last value, or -1.
const DEAD_AFTER = 5; // times the usual distance of its measurements
const deadSince = (machine, series) => {
  const places = series.value.flatMap((value, at) => value === null ? [] : [at]), gaps = places.slice(1).map((at, index) => at - places[index]);
  return gaps.length && machine.commits.length - 1 - places.at(-1) >= DEAD_AFTER * median(gaps) ? places.at(-1) : -1;
};
const numbered = (count, word) => `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
// Whether a text has all words of a search, in any order.
const hasWords = (text, search) => { const lower = text.toLowerCase(); return search.toLowerCase().split(/\s+/).every((word) => lower.includes(word)); };

const commitMark = (commit) => {
  const hash = make("code", { title: commit[0] }, short(commit)), address = commit[3] || (DATA.repository ? `${DATA.repository}/commit/${commit[0]}` : "");
  return address ? make("a", { href: address, rel: "noreferrer" }, hash) : hash;
};

// Splits NAME/CONTESTANT/parameter:value/... Returns null for other names.
const parsed = (name) => {
  const words = name.split("/"), at = words.findIndex((word) => word.includes(":"));
  if (at < 2) return null;
  const parameters = words.slice(at), size = parameters.find((word) => word.startsWith("points:"));
  return { name: words.slice(0, at - 1).join("/"), contestant: words[at - 1], parameters: parameters.join("/"),
    family: parameters.filter((word) => word !== size).join("/"), size: size ? Number(size.slice(7)) : null };
};
