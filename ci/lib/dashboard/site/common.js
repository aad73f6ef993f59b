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

// A change as text with a sign, and as a coloured element.
const changeText = (change) => !Number.isFinite(change) ? "from 0" : `${change < 0 ? "−" : "+"}${Math.abs(change * 100).toFixed(Math.abs(change) < 0.0995 ? 1 : 0)} %`;
const changeMark = (change, sure) => {
  if (!sure) return make("span.change.same", {}, Math.abs(change) < 0.0005 ? "no step" : `${changeText(change)}, no step`);
  return make(`span.change.${change > 0 ? "worse" : "better"}`, {}, `${change > 0 ? "▲" : "▼"} ${changeText(change)} ${change > 0 ? "worse" : "better"}`);
};
const lastOf = (values) => values.findLastIndex((value) => value !== null);
// The latest step; without steps, the latest value against the median of all before it.
const lastChange = (series) => series.last ??= changeOf(series); // kept, since sorting needs it often
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

// Splits NAME/CONTESTANT/parameter:value/... Returns null for other names.
const parsed = (name) => {
  const words = name.split("/"), at = words.findIndex((word) => word.includes(":"));
  if (at < 2) return null;
  const parameters = words.slice(at), size = parameters.find((word) => word.startsWith("points:"));
  return { name: words.slice(0, at - 1).join("/"), contestant: words[at - 1], parameters: parameters.join("/"),
    family: parameters.filter((word) => word !== size).join("/"), size: size ? Number(size.slice(7)) : null };
};
const route = (machine, benchmark) => `#${[machine.name, ...benchmark === undefined ? [] : [benchmark]].map(encodeURIComponent).join("/")}`;
