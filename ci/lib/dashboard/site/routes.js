// Shows what the address names: #MACHINE, or #MACHINE/BENCHMARK.
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
