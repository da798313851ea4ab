/** Fields for numbers of coins, each of which may be left empty. */

import { coinsIn } from "../core/spending.js";
import { el } from "./dom.js";

/**
 * @param {{name: string, label: string, empty: string}[]} fields `empty`: what it means to leave it so
 * @param {string} testid what their test ids begin with
 * @returns {{labels: HTMLElement[], read: () => Record<string, number|null>|null, write: (valueOf: (name: string) => number|null|undefined) => void,
 *   reject: (name: string) => null}}
 *   `read`: null where something is no number of coins; that field has the focus then
 */
export function mountCoinFields(fields, testid) {
  const inputs = new Map(fields.map(({ name, empty }) => [name, el("input.field", {
    type: "text", inputMode: "numeric", maxLength: 16, name, autocomplete: "off", placeholder: empty, "data-testid": `${testid}-${name}`,
  })]));
  function reject(name) {
    inputs.get(name).focus();
    return null;
  }
  return {
    labels: fields.map(({ name, label }) => el("label.limits-field", {}, el("span", { text: label }), inputs.get(name))),
    reject,
    read() {
      const coins = {};
      for (const [name, { value }] of inputs) {
        coins[name] = coinsIn(value);
        if (coins[name] === undefined) return reject(name);
      }
      return coins;
    },
    write(valueOf) {
      for (const [name, input] of inputs) input.value = valueOf(name) ?? "";
    },
  };
}
