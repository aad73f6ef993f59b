// A ring of your own for `ringproof check --subject 'exec:node myring.js'`: let the class Ring call your ring, and
// correct the declarations. fuzz/README.md, "A ring in another process", explains both.
const crypto = require("crypto");

const DECLARATIONS = "placement=own position-bits=32 successor=at-or-after ties=by-name empty-key=accepts" +
  " adding-twice=ignores removing-absent=ignores finding-in-empty=ignores";

// Own placement: where a key lies, and where a point of a node lies. Names and keys are strings with a character for
// each byte ("latin1"). If yours are Unicode, declare names=utf-8 and keys=utf-8, and let read() and write() decode.
const position = (key) => crypto.createHash("sha1").update(key, "latin1").digest().readUInt32BE(0);
const point = (name, index) => position(`${name}#${index}`);

class Ring { // YOUR RING: let these methods call it.
  points = [];
  add(name, replicas) {
    if (this.points.some((point) => point.name === name)) return;
    for (let i = 0; i < replicas; i++) this.points.push({ at: point(name, i), name });
    this.points.sort((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1));
  }
  remove(name) {
    this.points = this.points.filter((point) => point.name !== name);
  }
  find(key) { // undefined if there is no node
    const at = position(key);
    return (this.points.find((point) => point.at >= at) || this.points[0])?.name;
  }
}

const read = (text) => text[0] !== '"' ? Number(text)
  : text.slice(1, -1).replace(/\\x(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)));
const write = (name) => `"${name.replace(/[^a-z0-9]/gi, (c) => "\\x" + c.charCodeAt(0).toString(16).padStart(2, "0"))}"`;

const rings = []; // there may be several rings at once
let now = 0;
function answer(line) {
  const [word, ...values] = line.split(" ").map((text, i) => (i > 0 && text !== "own" ? read(text) : text));
  if (word === "use") now = values[0];
  if (word === "ring") rings[now] = new Ring();
  if (word === "position") return position(...values);
  if (word === "point") return point(...values);
  if (word === "find") return ((name) => (name === undefined ? "none" : write(name)))(rings[now].find(...values));
  if (word === "add" || word === "remove") rings[now][word](...values);
  return ["ring", "use", "destroy", "add", "remove"].includes(word) ? "ok" : "cannot do this";
}

console.log(`ringproof 1 name=myring ${DECLARATIONS}`);
require("readline").createInterface({ input: process.stdin }).on("line", (line) => console.log(answer(line)));
