/** The lines beside the stage and the field to say something. */

import { hueOf } from "../core/format.js";
import { el, number, setText, text } from "./dom.js";
import { icon } from "./icon.js";
import { marksOf } from "./marks.js";
import { youMark } from "./you_mark.js";

const NEAR_END_PX = 60;

/**
 * @param {{giftName: (id: string) => string, isMe: (id: string|null|undefined) => boolean,
 *   placeOf?: (id: string|null) => number, menuOf?: (item: object) => HTMLElement|null}} options `placeOf`: on the room's
 *   board; `menuOf`: a button at the end of a line
 * @returns {{node: HTMLElement, update: (items: object[]) => void}}
 */
export function mountFeed({ giftName, isMe, placeOf = () => 0, menuOf = () => null }) {
  // What is new here is announced in batches elsewhere, so the list itself stays quiet.
  const list = el("ol.feed-lines", { "aria-live": "off" });
  const node = el("section.feed", { "aria-label": text("comments"), "data-testid": "comments", tabIndex: 0 }, list);
  const lines = new Map();
  keepAtEnd(node);

  function update(items) {
    const keys = new Set(items.map((item) => item.key));
    for (const [key, line] of lines) {
      if (keys.has(key)) continue;
      line.node.remove();
      lines.delete(key);
    }
    for (const item of items) {
      if (!lines.has(item.key)) {
        lines.set(item.key, lineOf(item, isMe(item.sender?.id), placeOf, menuOf));
        list.append(lines.get(item.key).node);
      }
      if (item.kind === "gift") drawGift(lines.get(item.key), item, giftName);
    }
  }
  return { node, update };
}

/**
 * Shows the newest line whenever lines come or the size changes, unless the person has scrolled up to read.
 * Only the person's own scrolling decides: a scroll position that the browser changed because the list was hidden,
 * shown or resized says nothing of what the person wants.
 */
function keepAtEnd(node) {
  let following = true;
  let height = 0;
  function follow() {
    height = node.clientHeight;
    if (following) node.scrollTop = node.scrollHeight;
  }
  node.addEventListener("scroll", () => {
    if (node.clientHeight !== height) return;
    following = node.scrollHeight - node.scrollTop - height < NEAR_END_PX;
  });
  const sizes = new ResizeObserver(follow);
  sizes.observe(node);
  sizes.observe(node.firstChild);
}

function lineOf(item, mine, placeOf, menuOf) {
  const name = el("bdi.feed-name", { text: item.sender?.name ?? text("somebody") });
  name.style.setProperty("--hue", String(hueOf(item.sender?.id ?? "")));
  const words = item.kind === "gift"
    ? el("bdi.feed-text", {}, el("span"), el("bdi"))
    : el("bdi.feed-text", { text: item.kind === "level" ? text("level_reached", { level: number(item.level) }) : (item.text ?? "") });
  const picture = item.kind === "gift" ? icon(item.gift, { size: 22 }) : null;
  const node = el(`li.feed-line.feed-${item.kind}`, { "data-testid": item.kind }, ...marksOf(item.sender, placeOf).flatMap((mark) => [mark, " "]), name, " ", ...(mine ? [youMark(), " "] : []), words, picture, menuOf(item));
  return { node, words };
}

function drawGift(line, item, giftName) {
  line.node.dataset.gift = item.gift;
  line.node.dataset.count = String(item.count);
  const said = text("feed_gift", { gift: giftName(item.gift), count: item.count });
  // What somebody wrote runs in its own direction, whatever the page's sentence does.
  const [told, own] = line.words.children;
  setText(told, item.text ? `${said} · ` : said);
  setText(own, item.text ?? "");
}

/**
 * The field to say something. The text stays in it until the room has it.
 * @param {{onSend: (text: string) => boolean}} options onSend says whether it is on its way
 * @returns {{node: HTMLElement, update: (state: {open: boolean}) => void, submit: () => void, posted: () => void, failed: () => void,
 *   hold: (held: boolean) => void}} `hold`: whether nothing may be said now
 */
export function mountComposer({ onSend }) {
  const field = el("input.composer-field", {
    type: "text",
    maxLength: 200,
    placeholder: text("comment"),
    autocomplete: "off",
    enterKeyHint: "send",
    "aria-label": text("comment"),
    "data-testid": "comment-field",
  });
  const button = el("button.composer-send", { type: "submit", "aria-label": text("comment_send"), text: "↑" });
  const node = el("form.composer", {}, field, button);
  let open = false;
  let sending = false;
  let held = false;
  function draw() {
    field.readOnly = sending || held;
    node.dataset.sending = String(sending);
    button.disabled = !open || sending || held || !field.value.trim();
  }
  function submit() {
    const said = field.value.trim();
    if (!said || sending || held || !open) return;
    sending = onSend(said);
    // The button goes out of use now: the next words are typed in the field anyway.
    if (document.activeElement === button) field.focus();
    draw();
  }
  field.addEventListener("input", draw);
  node.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  draw();
  return {
    node,
    submit,
    update(state) {
      open = state.open;
      if (!open) sending = false;
      draw();
    },
    hold(isHeld) {
      held = isHeld;
      draw();
    },
    posted() {
      sending = false;
      field.value = "";
      draw();
    },
    failed() {
      sending = false;
      draw();
    },
  };
}
