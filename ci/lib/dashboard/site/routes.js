// Shows what the address names: all benchmarks, one of them, or two commits.
const show = (event) => {
  if (location.hash === "#main") return;
  for (const each of charts.splice(0)) each.destroy();
  const { machine: name, benchmark, settings } = readAddress(), machine = DATA.machines.find((each) => each.name === name) || DATA.machines[0];
  if (benchmark !== undefined) panel(machine, benchmark);
  else if (settings.has("base") || settings.has("head")) compare(machine);
  else overview(machine);
  if (event) { scrollTo(0, 0); main.focus({ preventScroll: true }); }
};
document.getElementById("skip").addEventListener("click", (event) => { event.preventDefault(); main.focus(); });
setTheme(preferred());
addEventListener("hashchange", show);
show();
