/** How words on dear gifts are read out: at all, only when approved, how loud. */

import { el, language } from "../dom.js";
import { choice, option, part, say } from "./words.js";

const SWITCHES = ["enabled", "approve", "muted"];
/** What the server has a voice for. */
const VOICES = ["en", "en-us", "es", "de", "pt", "pt-br", "fr", "it", "pl", "ja", "ar"];

/** @param {{onChange: (settings: object) => void}} options */
export function mountShoutOutSettings({ onChange }) {
  let settings = null;
  const boxes = SWITCHES.map((name) => {
    const box = el("input", { type: "checkbox", "data-testid": `shout-${name}`, onchange: () => onChange({ ...settings, [name]: box.checked }) });
    return { name, box, node: el("label.desk-check", {}, box, el("span", { text: say(`shout_${name}`) })) };
  });
  const names = new Intl.DisplayNames(language, { type: "language" });
  const voice = choice("shout_voice", VOICES.map((code) => option(code, names.of(code))), (value) => onChange({ ...settings, voice: value }));
  const volume = el("input.desk-range", {
    type: "range", min: 0, max: 100, step: 5, "data-testid": "shout-volume",
    onchange: () => onChange({ ...settings, volume: Number(volume.value) }),
  });
  return {
    node: part("shout_outs", el("div.desk-checks", {}, ...boxes.map(({ node }) => node)), voice.node, el("label.desk-label", {}, el("span", { text: say("shout_volume") }), volume)),
    update({ shout_outs: now }) {
      settings = now;
      for (const { name, box } of boxes) box.checked = now[name];
      voice.select.value = now.voice;
      volume.value = String(now.volume);
    },
  };
}
