/** Diamonds by day, as bars. A touch, the mouse or the arrow keys choose a day, whose values stand above. */

import { mountDayBars } from "../day_bars.js";
import { diamonds, say } from "./words.js";

/** @returns {{node: HTMLElement, update: (days: object[]) => void}} */
export function mountDayPlot() {
  return mountDayBars({
    label: say("days"),
    valueOf: (day) => Number(day.diamonds),
    words(one, day) {
      const mentions = { day, diamonds: diamonds(one.diamonds), gifts: one.gifts, people: one.gifters };
      const about = say("day_about", mentions);
      return { value: mentions.diamonds, about: `${day} · ${about}`, spoken: say("day_spoken", { ...mentions, about }) };
    },
  });
}
