// Tabs as the keyboard knows them: one stop, and the arrows go from tab to tab.

export function tabs(list) {
  const all = [...list.querySelectorAll("[role=tab]")];
  const panel = (tab) => document.getElementById(tab.getAttribute("aria-controls"));
  const choose = (chosen) => {
    for (const tab of all) {
      tab.ariaSelected = String(tab === chosen);
      tab.tabIndex = tab === chosen ? 0 : -1;
      panel(tab).hidden = tab !== chosen;
    }
  };
  const steps = { ArrowRight: 1, ArrowLeft: -1 };
  list.addEventListener("click", ({ target }) => choose(target.closest("[role=tab]") ?? all.find(({ ariaSelected }) => ariaSelected === "true")));
  list.addEventListener("keydown", (key) => {
    const step = steps[key.key];
    if (!step) return;
    const next = all.at((all.indexOf(document.activeElement) + step) % all.length);
    choose(next);
    next.focus();
  });
  choose(all[0]);
}
