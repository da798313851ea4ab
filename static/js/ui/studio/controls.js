/** What overlays do now: pause, skip, replay, clear, sound, and which parts they show. */

import { el, percent, setAttribute, setText } from "../dom.js";
import { button, choice, option, part, say } from "./words.js";

const WIDGETS = ["alerts", "goal", "board", "feed", "combo"];

/**
 * @param {{onCommand: (command: string) => void, onChange: (change: object) => void, onBoard: (by: string) => void}} options
 */
export function mountControls({ onCommand, onChange, onBoard }) {
  let settings = null;
  const pause = button("pause", () => onCommand(settings.paused ? "resume" : "pause"));
  const mute = button("mute", () => onChange({ muted: !settings.muted }));
  const acts = ["skip", "replay", "clear"].map((name) => button(name, () => onCommand(name)));
  const loudness = el("output.desk-soft");
  const volume = el("input.desk-range", {
    type: "range", min: 0, max: 100, step: 5, "aria-label": say("volume"), "data-testid": "volume",
    oninput: () => setText(loudness, percent(volume.value / 100)),
    onchange: () => onChange({ volume: Number(volume.value) }),
  });
  const boxes = WIDGETS.map((name) => {
    const box = el("input", { type: "checkbox", "data-testid": `widget-${name}`, onchange: () => onChange({ widgets: { ...settings.widgets, [name]: box.checked } }) });
    return { name, box, node: el("label.desk-check", {}, box, el("span", { text: say(`widget_${name}`) })) };
  });
  const board = choice("board_by", ["coins", "gifts"].map((by) => option(by, say(`board_${by}`))), onBoard);
  const node = part("controls", el("div.desk-acts", {}, pause, ...acts, mute),
    el("label.desk-label", {}, el("span.desk-between", {}, el("span", { text: say("volume") }), loudness), volume),
    el("fieldset.desk-checks", {}, el("legend.desk-legend", { text: say("widgets") }), ...boxes.map((box) => box.node)), board.node);
  return {
    node,
    setBoard(by) {
      board.select.value = by;
    },
    update(now) {
      settings = now;
      setText(pause, say(now.paused ? "resume" : "pause"));
      setAttribute(pause, "data-on", now.paused);
      setText(mute, say(now.muted ? "unmute" : "mute"));
      setAttribute(mute, "data-on", now.muted);
      volume.value = String(now.volume);
      setText(loudness, percent(now.volume / 100));
      for (const { name, box } of boxes) box.checked = now.widgets[name];
    },
  };
}
