/** Questions that have to be answered before the page goes on. */

import { el, text } from "./dom.js";
import { icon } from "./icon.js";

/** Codes after which a reload leads to the same end: no valid token, removed from the room, no such room. */
const RELOAD_IS_VAIN = [4502, 4503, 4504];

/** The second half of a double tap that opened a question must not answer it. */
const DEAF_MS = 400;

/**
 * Asks before a dear gift.
 * @param {object} gift
 * @param {{quantity: number, coins: number, left: number}} cost how many, what they cost, what the wallet holds afterwards
 * @returns {Promise<boolean>}
 */
export function askForGift(gift, { quantity, coins, left }) {
  return open((close) => {
    const yes = el("button.button.button-gift", {
      type: "button", disabled: true, text: text("ask_yes"), "data-testid": "ask-yes", onclick: () => close(true),
    });
    setTimeout(() => { yes.disabled = false; }, DEAF_MS);
    return [
      el("div.dialog-art", {}, icon(gift.id, { size: 96 })),
      el("h2", { text: text("ask_heading", { what: text("so_many", { name: gift.name, quantity }) }) }),
      el("p", { text: text("ask_text", { price: coins, left }) }),
      el("div.dialog-buttons", {}, noButton(close, false), yes),
    ];
  }, false);
}

function noButton(close, answer) {
  return el("button.button", {
    type: "button", autofocus: true, text: text("ask_no"), "data-testid": "ask-no", onclick: () => close(answer),
  });
}

/**
 * Asks before a link's token makes this tab another person's.
 * @param {{from: string, to: string}} people their names
 * @returns {Promise<boolean>}
 */
export function askToReplace(people) {
  return open((close) => [
    el("h2", { text: text("replace_heading", people) }),
    el("p", { text: text("replace_text", people) }),
    el("div.dialog-buttons", {},
      el("button.button", { type: "button", autofocus: true, text: text("replace_no"), "data-testid": "stay", onclick: () => close(false) }),
      el("button.button.button-strong", { type: "button", text: text("replace_yes"), "data-testid": "replace", onclick: () => close(true) })),
  ], false);
}

/**
 * Asks whether a payment is meant, as a payer's bank does.
 * @param {string} question
 * @returns {Promise<boolean>}
 */
export function askToPay(question) {
  return askWhether({ heading: text("confirm_heading"), about: question, yes: text("confirm_yes"), no: text("confirm_no") });
}

/**
 * Asks whether something is meant.
 * @param {{heading: string, about: string, yes: string, no: string}} words
 * @returns {Promise<boolean>}
 */
export function askWhether({ heading, about, yes, no }) {
  return open((close) => [
    el("h2", { text: heading }),
    el("p", { text: about }),
    el("div.dialog-buttons", {},
      el("button.button", { type: "button", autofocus: true, text: no, "data-testid": "confirm-no", onclick: () => close(false) }),
      el("button.button.button-strong", { type: "button", text: yes, "data-testid": "confirm-yes", onclick: () => close(true) })),
  ], false);
}

/**
 * A calm word on what was spent today, which somebody has wished for. One that is still open says the new sum.
 * @param {number} coins
 * @param {() => void} onLeave the person goes to the page of their spending
 */
export function showReminder(coins, onLeave) {
  const words = text("reminder_text", { coins });
  const shown = document.querySelector(".reminder-words");
  if (shown) {
    shown.textContent = words;
    return;
  }
  open((close) => [
    el("h2", { text: text("reminder_heading") }),
    el("p.reminder-words", { text: words, "data-testid": "reminder" }),
    el("div.dialog-buttons", {},
      el("a.button", { href: "/spending", text: text("reminder_limits"), onclick: onLeave }),
      el("button.button.button-strong", { type: "button", autofocus: true, text: text("reminder_go_on"), "data-testid": "go-on", onclick: () => close() })),
  ], null);
}

/**
 * Asks for a name, until `join` lets it in or the person would rather go on watching.
 * @param {string} name the one to begin with
 * @param {(name: string) => Promise<string>} join gives a token, or throws with the reason
 * @returns {Promise<string|null>} the token
 */
export function askForName(name, join) {
  return open((close) => {
    const form = nameForm(name, async (chosen) => close(await join(chosen)));
    const no = noButton(close, null);
    no.autofocus = false;
    return [el("h2", { text: text("join_heading") }), el("p", { text: text("join_text") }), form, el("div.dialog-buttons", {}, no)];
  }, null);
}

/**
 * The field and button to join by name.
 * @param {string} name
 * @param {(name: string) => Promise<void>} onJoin throws what went wrong
 * @returns {HTMLElement}
 */
export function nameForm(name, onJoin) {
  const field = el("input.field", {
    type: "text", value: name, maxLength: 40, required: true, autocomplete: "nickname", placeholder: text("join_hint"), "data-testid": "name-field",
  });
  const problem = el("p.form-problem", { role: "alert", hidden: true });
  const button = el("button.button.button-strong", { type: "submit", text: text("join"), "data-testid": "join" });
  const form = el("form.name-form", {}, el("label.name-label", {}, text("join_as"), field), button, problem);
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

/**
 * Puts a question over the page, until `close` is called with its answer.
 * @param {(close: (answer: unknown) => void) => (Node|null)[]} contents
 * @param {unknown} [onEscape] the answer of who presses Escape; without one, Escape does nothing
 */
export function open(contents, onEscape) {
  return new Promise((resolve) => {
    const dialog = el("dialog.dialog.panel", { "data-testid": "dialog" });
    const close = (answer) => {
      // Closed first: that gives the focus back to where it was.
      dialog.close();
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

/** Says why the connection is over for good, by the code it was closed with. */
export function showClosed(code) {
  const known = [4500, 4501, 4502, 4503, 4504, 4505, 4506].includes(code);
  showEnd(text(known ? `close_${code}` : "close_other"), { reload: !RELOAD_IS_VAIN.includes(code) });
}
