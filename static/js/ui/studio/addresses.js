/** The overlay's addresses: one for each part, copied by one tap, ended by two; and what is connected now. */

import { formatTime } from "../../core/dates.js";
import { queryOf } from "../../net/http.js";
import { mountChips } from "../chips.js";
import { copyText } from "../copy.js";
import { el, language, setText } from "../dom.js";
import { button, part, say } from "./words.js";

const PARTS = ["all", "alerts", "board", "goal", "feed"];
const LOOK_EVERY_MS = 2000;
const SURE_MS = 6000;

/**
 * @param {{api: object, onAddress: (path: string) => void, onProblem: (error: Error) => void, onSaid: (words: string) => void}} options
 */
export function mountAddresses({ api, onAddress, onProblem, onSaid }) {
  let path = "";
  let wanted = "all";
  let sure = null;
  const address = el("code.address", { "data-testid": "overlay-address", dir: "ltr", tabIndex: 0 });
  const copy = button("copy", async () => {
    if (await copyText(address)) setText(copy, say("copied"));
    setTimeout(() => setText(copy, say("copy")), SURE_MS / 3);
  });
  copy.classList.add("button-strong");
  const rotate = button("rotate", async () => {
    if (!sure) {
      setText(rotate, say("rotate_sure"));
      sure = setTimeout(calm, SURE_MS);
      return;
    }
    calm();
    if (await take(api.rotate())) onSaid(say("rotated"));
  });
  const chips = mountChips("address-part", PARTS.map((name) => ({ value: name, label: say(`widget_${name}`) })), {
    label: say("address_part"), chosen: wanted,
    onChoose: (value) => {
      wanted = value;
      draw();
    },
  });
  const list = el("ul.source-list", { "data-testid": "sources" });

  function calm() {
    clearTimeout(sure);
    sure = null;
    setText(rotate, say("rotate"));
  }
  function draw() {
    const [before, key] = path.split("#");
    // The overlay speaks the studio's language, whatever that of the streaming program is.
    const query = queryOf({ lang: document.documentElement.lang, widget: wanted === "all" ? null : wanted });
    setText(address, `${location.origin}${before}?${query}#${key}`);
  }
  async function take(asked) {
    try {
      ({ path } = await asked);
      draw();
      onAddress(path);
      return true;
    } catch (error) {
      onProblem(error);
      return false;
    }
  }
  async function look() {
    if (!document.hidden) await api.fetchSources().then(show, () => {});
    setTimeout(look, LOOK_EVERY_MS);
  }
  /** The preview on this page is no source of anybody's. */
  function show(sources) {
    const lines = sources.filter(({ program }) => program !== "studio").map(({ program, widget, since_ms: ms }) => el("li.source", { "data-program": program },
      el("b", { text: say(`program_${program}`) }), " ", el("span", { text: widget.split(",").map((name) => say(`widget_${name}`)).join(", ") }), " ",
      el("span.desk-soft", { text: say("source_since", { time: formatTime(ms, language) }) })));
    list.dataset.count = String(lines.length);
    list.replaceChildren(...(lines.length ? lines : [el("li.desk-soft", { text: say("sources_none") })]));
  }
  take(api.fetchAddress());
  look();
  return part("address", el("p.desk-soft", { text: say("address_about") }), chips, address, el("div.desk-acts", {}, copy, rotate),
    el("h3.desk-legend", { text: say("sources") }), list);
}
