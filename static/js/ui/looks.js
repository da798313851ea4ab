/** What a page shows is asked for again and again: the newest answer alone is shown, and a problem is said once. */

import { latest } from "../core/latest.js";
import { problemOf, saidOnce } from "./problem.js";

/**
 * @template Found
 * @param {object} options
 * @param {() => Promise<Found>} options.load asks the server
 * @param {(found: Found) => void} options.show
 * @param {() => number} options.everyMs how soon it is asked for again
 * @param {() => boolean} [options.isSeen] whether it is in sight, while the page is
 * @param {(words: string) => void} options.onProblem
 * @param {(key: string) => string} options.say the page's texts
 * @returns {{look: () => Promise<void>, take: (found: Found) => void, start: () => void}} `look`: now. `take` shows what
 *   was told elsewhere, as the answer to an act: what was asked for before is older. `start`: from now on, while it is
 *   seen.
 */
export function mountLooks({ load, show, everyMs, isSeen = () => true, onProblem, say }) {
  const begin = latest();
  const problems = saidOnce(onProblem);
  let timer = null;

  async function look() {
    const isNewest = begin();
    try {
      const found = await load();
      if (isNewest()) show(found);
      problems.well();
    } catch (error) {
      if (isNewest()) problems.failed(problemOf(error, say));
    }
    if (timer !== null) lookLater();
  }
  function lookLater() {
    clearTimeout(timer);
    timer = setTimeout(() => (isHidden() ? lookLater() : look()), everyMs());
  }
  const isHidden = () => document.hidden || !isSeen();
  return {
    look,
    take(found) {
      begin();
      show(found);
    },
    start() {
      lookLater();
      document.addEventListener("visibilitychange", () => isHidden() || look());
    },
  };
}
