/** What went wrong with a request, in words for the person who made it. */

import { FanfareError } from "../net/http.js";

/**
 * @param {Error} error what is no answer of the server's is a mistake of ours, and thrown on
 * @param {(key: string, mentions?: object) => string} say the page's texts
 * @param {Record<string, (details: object) => object>} [mentions] by slug: what the page's own text for it mentions
 * @returns {string}
 */
export function problemOf(error, say, mentions = {}) {
  if (!(error instanceof FanfareError)) throw error;
  if (error.status === 0) return say("problem_away");
  if (error.status === 401) return say("problem_unauthorized");
  if (mentions[error.slug]) return say(`problem_${error.slug}`, mentions[error.slug](error.details));
  return error.message || say("problem_away");
}

/**
 * For what is tried again and again by itself: a problem is said once, until it has gone well again.
 * @param {(words: string) => void} onProblem
 * @returns {{well: () => void, failed: (words: string) => void}}
 */
export function saidOnce(onProblem) {
  let said = false;
  return {
    well() {
      said = false;
    },
    failed(words) {
      if (!said) onProblem(words);
      said = true;
    },
  };
}
