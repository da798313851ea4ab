/** How words on dear gifts are read out: at all, only when approved, how loud. */

import { el } from "../dom.js";
import { part, say } from "./words.js";

const SWITCHES = ["enabled", "approve", "muted"];

/** @param {{onChange: (settings: object) => void}} options */
export function mountShoutOutSettings({ onChange }) {
  let settings = null;
  const boxes = SWITCHES.map((name) => {
    const box = el("input", { type: "checkbox", "data-testid": `shout-${name}`, onchange: () => onChange({ ...settings, [name]: box.checked }) });
    return { name, box, node: el("label.desk-check", {}, box, el("span", { text: say(`shout_${name}`) })) };
  });
  const volume = el("input.desk-range", {
    type: "range", min: 0, max: 100, step: 5, "data-testid": "shout-volume",
    onchange: () => onChange({ ...settings, volume: Number(volume.value) }),
  });
  return {
    node: part("shout_outs", el("div.desk-checks", {}, ...boxes.map(({ node }) => node)), el("label.desk-label", {}, el("span", { text: say("shout_volume") }), volume)),
    update({ shout_outs: now }) {
      settings = now;
      for (const { name, box } of boxes) box.checked = now[name];
      volume.value = String(now.volume);
    },
  };
}
