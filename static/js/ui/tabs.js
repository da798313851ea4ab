/** A row of tabs over panels, one of which is shown. Arrow keys go from tab to tab. */

import { nextTile } from "../core/tray_model.js";
import { el, isRightToLeft } from "./dom.js";

const KEYS = ["ArrowLeft", "ArrowRight", "Home", "End"];

/**
 * @param {{name: string, node: HTMLElement}[]} panels
 * @param {{label: string, labelOf: (panel: object) => string, chosen: number, onSelect: (panel: object) => void}} options `chosen`: the
 *   one to begin with
 * @returns {{node: HTMLElement, shown: object, focus: () => void, setHidden: (panel: object, hidden: boolean) => void}}
 */
export function mountTabs(panels, { label, labelOf, chosen, onSelect }) {
  const buttons = panels.map((panel, i) => {
    const { id } = panel.node;
    panel.node.setAttribute("role", "tabpanel");
    panel.node.setAttribute("aria-labelledby", `${id}-tab`);
    return el("button.tab", {
      type: "button", role: "tab", id: `${id}-tab`, "data-tier": panel.name, "aria-controls": id, text: labelOf(panel),
      onclick: () => select(i),
    });
  });
  const node = el("div.tabs", { role: "tablist", "aria-label": label }, ...buttons);
  let shown = chosen;

  function select(wanted) {
    shown = wanted;
    buttons.forEach((button, i) => {
      button.setAttribute("aria-selected", String(i === wanted));
      button.tabIndex = i === wanted ? 0 : -1;
      panels[i].node.hidden = i !== wanted;
    });
    onSelect(panels[wanted]);
  }
  node.addEventListener("keydown", (event) => {
    if (!KEYS.includes(event.key)) return;
    event.preventDefault();
    const there = buttons.filter((button) => !button.hidden);
    const next = there[nextTile(event.key, there.indexOf(document.activeElement), there.length, 1, isRightToLeft())];
    select(buttons.indexOf(next));
    next.focus();
  });
  return {
    node,
    select: () => select(shown),
    get shown() {
      return panels[shown];
    },
    focus: () => buttons[shown].focus(),
    setHidden(panel, hidden) {
      buttons[panels.indexOf(panel)].hidden = hidden;
    },
  };
}
