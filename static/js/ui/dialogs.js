/** Questions that have to be answered before the page goes on. */

import { el, language, text } from "./dom.js";
import { icon } from "./icon.js";

/**
 * Asks before a dear gift.
 * @param {object} gift
 * @param {{coins: number, left: number}} cost what it costs, and what the wallet holds afterwards
 * @returns {Promise<boolean>}
 */
export function askForGift(gift, { coins, left }) {
  return open((close) => [
    el("div.dialog-art", {}, icon(gift.id, { size: 96 })),
    el("h2", { text: text("ask_heading", { name: gift.name }) }),
    el("p", { text: text("ask_text", { price: coins, left, language }) }),
    el("div.dialog-buttons", {},
      el("button.button", { type: "button", autofocus: true, text: text("ask_no"), "data-testid": "ask-no", onclick: () => close(false) }),
      el("button.button.button-gift", { type: "button", text: text("ask_yes"), "data-testid": "ask-yes", onclick: () => close(true) })),
  ], false);
}

/**
 * Asks for a name, until `join` lets it in.
 * @param {string} name the one to begin with
 * @param {(name: string) => Promise<string>} join gives a token, or throws with the reason
 * @returns {Promise<string>} the token
 */
export function askForName(name, join) {
  return open((close) => {
    const form = nameForm(name, async (chosen) => close(await join(chosen)));
    return [el("h2", { text: text("join_heading") }), el("p", { text: text("join_text") }), form];
  });
}

/**
 * The field and button to join by name.
 * @param {string} name
 * @param {(name: string) => Promise<void>} onJoin throws what went wrong
 * @returns {HTMLElement}
 */
export function nameForm(name, onJoin) {
  const field = el("input.field", {
    type: "text", value: name, maxLength: 40, required: true, autocomplete: "nickname",
    placeholder: text("join_hint"), "aria-label": text("join_as"), "data-testid": "name-field",
  });
  const problem = el("p.form-problem", { role: "alert", hidden: true });
  const button = el("button.button.button-strong", { type: "submit", text: text("join"), "data-testid": "join" });
  const form = el("form.name-form", {}, field, button, problem);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!field.value.trim()) return;
    button.disabled = true;
    try {
      await onJoin(field.value.trim());
    } catch (error) {
      problem.hidden = false;
      problem.textContent = error.status === 404 ? text("invitation") : error.message || text("login_failed");
    }
    button.disabled = false;
  });
  return form;
}

/**
 * Says why the page cannot go on, and stays.
 * @param {string} reason
 * @param {{reload?: boolean}} [options] whether loading the page again may help
 */
export function showEnd(reason, { reload = true } = {}) {
  open(() => [
    el("h2", { text: text("connection_stopped") }),
    el("p", { text: reason, "data-testid": "end-reason" }),
    el("div.dialog-buttons", {},
      el("a.button", { href: "/", text: text("back") }),
      reload ? el("button.button.button-strong", { type: "button", text: text("retry"), "data-testid": "reload", onclick: () => location.reload() }) : null),
  ]);
}

function open(contents, onEscape) {
  return new Promise((resolve) => {
    const dialog = el("dialog.dialog.panel", { "data-testid": "dialog" });
    const close = (answer) => {
      dialog.remove();
      resolve(answer);
    };
    dialog.append(...contents(close));
    dialog.addEventListener("cancel", (event) => {
      event.preventDefault();
      if (onEscape !== undefined) close(onEscape);
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
