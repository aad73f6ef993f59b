// All that one sets is in the address, so that a link opens just that: #MACHINE/BENCHMARK?name=value&...
//   overview: search, measure, page, steps (a page of the steps)      comparison: base, head, search, page
//   benchmark: from, to (zoom), at (commit)
const decoded = (word) => { try { return decodeURIComponent(word); } catch { return word; } };
const readAddress = () => {
  const [path, settings = ""] = location.hash.slice(1).split("?"), [machine, benchmark] = path.split("/").map(decoded);
  return { machine, benchmark, settings: new URLSearchParams(settings) };
};
const route = (machine, benchmark, settings = {}) => {
  const set = new URLSearchParams(Object.entries(settings).filter(([, value]) => value)).toString();
  return `#${[machine.name, ...benchmark === undefined ? [] : [benchmark]].map(encodeURIComponent).join("/")}${set && `?${set}`}`;
};
// Replaces settings without an entry in the browser's history. An empty value removes one.
const keep = (changes) => {
  const { settings } = readAddress(), path = location.hash.slice(1).split("?")[0];
  for (const [name, value] of Object.entries(changes)) if (value) settings.set(name, value); else settings.delete(name);
  const set = settings.toString();
  history.replaceState(null, "", `#${path}${set && `?${set}`}`);
};
const setting = (name) => readAddress().settings.get(name) || "";
// The place of the commit whose hash begins with a text, or -1.
const placeOf = (machine, text) => text ? machine.commits.findIndex((commit) => commit[0].startsWith(text)) : -1;
