/** What the limits of somebody's spending say in a room: what is left where one is near, and what goes beyond one. */

import { formatMoment } from "../core/dates.js";
import { PAGES, takeAlong } from "../net/identity.js";
import { LimitsWatch } from "../net/limits_watch.js";
import { showReminder } from "./dialogs.js";
import { language, text } from "./dom.js";

/**
 * @param {object} options
 * @param {() => string|null} options.token null for somebody who has no wallet
 * @param {() => boolean} options.isLimited whether the person has any
 * @param {() => number} options.serverMs the server's clock
 * @param {{node: HTMLElement, tell: (words: string) => void}} options.tray
 * @param {() => {show: (words: string) => void}} options.toasts
 * @returns {{isBeyond: (coins: number) => boolean, receive: (message: object) => void}} `isBeyond`: whether a limit stands
 *   against so many coins as far as is known here; then that is said
 */
export function mountLimits({ token, isLimited, serverMs, tray, toasts }) {
  const watch = new LimitsWatch({ token, isLimited, serverMs, onChange: sayLeft });
  let told = null;

  /** A limit that is near is told before it is reached. */
  function sayLeft() {
    const { near } = watch;
    if (near && near.left !== told) tray.tell(text(`limit_left_${near.window}`, { left: near.left }));
    told = near?.left ?? null;
  }
  // Whoever only watches is not looked up.
  for (const kind of ["pointerenter", "focusin"]) tray.node.addEventListener(kind, () => watch.start());
  return {
    isBeyond(coins) {
      watch.start();
      const against = watch.standsAgainst(coins);
      if (!against) return false;
      const until = against.untilMs && formatMoment(against.untilMs, language);
      const words = text(`limit_left_${against.name}`, { left: against.left, until });
      if (tray.node.checkVisibility()) tray.tell(words);
      else toasts().show(words);
      return true;
    },
    receive(message) {
      if (message.type === "reminder") showReminder(message.spent_today, () => takeAlong(token(), PAGES.spending));
      if (message.type === "unusual_purchase") toasts().show(text("unusual_told", { coins: message.coins }));
      watch.receive(message);
    },
  };
}
