/** How somebody pays at the demo's checkout: the method, its number, and numbers to try by a tap. */

import { el, price, setText, text } from "./dom.js";

/** Each method, its field's label, and what can be tried there. */
const METHODS = [
  {
    name: "card", field: "card_number",
    numbers: [
      ["number_pays", "4242 4242 4242 4242"],
      ["number_asks", "4000 0025 0000 3155"],
      ["number_declines", "4000 0000 0000 0002"],
      ["number_poor", "4000 0000 0000 9995"],
    ],
  },
  { name: "wallet" },
  { name: "account" },
  {
    name: "bank", field: "account_number",
    numbers: [["number_pays", "DE89 3704 0044 0532 0130 11"], ["number_fails", "DE89 3704 0044 0532 0130 0000"]],
  },
];

/**
 * @param {object} amount what is to be paid
 * @param {(payment: {method: string, number: string}) => Promise<void>} onPay ends when it was answered
 * @returns {{node: HTMLElement, alert: (problem: string) => void}}
 */
export function mountPaymentForm(amount, onPay) {
  const pay = el("button.button.button-gift.pay", { type: "submit", "data-testid": "pay", text: text("pay", { price: price(amount) }) });
  const problem = el("p.pay-problem", { role: "alert", hidden: true, "data-testid": "pay-problem" });
  const details = METHODS.map(mountDetails);
  const radios = METHODS.map(({ name }, i) => el("input.visually-hidden", {
    type: "radio", name: "method", value: name, checked: i === 0, "data-testid": `method-${name}`, onchange: show,
  }));
  const choice = el("fieldset.methods", {}, el("legend.section-title", { text: text("method") }),
    ...radios.map((radio) => el("label.method", {}, radio, el("span", { text: text(`method_${radio.value}`) }))));
  const node = el("form.payment.panel", { noValidate: true }, choice, ...details.map((detail) => detail.node), problem, pay);

  function chosen() {
    return radios.findIndex((radio) => radio.checked);
  }
  function show() {
    details.forEach((detail, i) => { detail.node.hidden = i !== chosen(); });
    alert("");
  }
  function alert(message) {
    problem.hidden = !message;
    setText(problem, message);
  }
  node.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (pay.disabled) return;
    const { name } = METHODS[chosen()];
    alert("");
    pay.disabled = true;
    setText(pay, text("paying"));
    await onPay({ method: name, number: details[chosen()].number });
    pay.disabled = false;
    setText(pay, text("pay", { price: price(amount) }));
  });
  show();
  return { node, alert };
}

/** What a method asks for, and says about itself. */
function mountDetails({ name, field: label, numbers }) {
  if (!label) return { node: el("p.method-about", { text: text(`method_about_${name}`) }), number: "" };
  const field = el("input.field.pay-number", {
    type: "text", inputMode: name === "card" ? "numeric" : "text", maxLength: 40, autocomplete: "off", spellcheck: false, dir: "ltr",
    placeholder: numbers[0][1], "data-testid": `number-${name}`,
  });
  const tries = numbers.map(([what, number]) => el("button.try", {
    type: "button", "data-number": number.replaceAll(" ", ""),
    onclick: () => { field.value = number; },
  }, el("span", { text: text(what) }), el("bdi.try-number", { dir: "ltr", text: number })));
  const about = name === "bank" ? el("p.method-about", { text: text("method_about_bank") }) : null;
  const node = el("div.details", {}, about,
    el("label.name-label", {}, text(label), field),
    el("div.tries", { role: "group", "aria-label": text("try_numbers") }, el("p.tries-title", { text: text("try_numbers") }), ...tries));
  return {
    node,
    get number() {
      return field.value;
    },
  };
}
