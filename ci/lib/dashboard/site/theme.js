// The light and the dark theme.
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
