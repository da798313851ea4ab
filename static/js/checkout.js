/** The demo's checkout: what is to be paid, how, and the way back. No real money moves here. */

import { fetchCheckout, payCheckout } from "./net/api.js";
import { FanfareError } from "./net/http.js";
import { askToPay } from "./ui/dialogs.js";
import { el, price, text } from "./ui/dom.js";
import { coinIcon } from "./ui/icon.js";
import { mountPaymentForm } from "./ui/payment_form.js";
import { mountLanguageChoice } from "./ui/language.js";

/** Long enough to read that it was paid. */
const BACK_AFTER_MS = 1800;

const PAID = ["paid", "credited", "refunded", "charged_back", "review"];

const place = document.getElementById("checkout");

function orderOf({ coins, bonus, price: amount, tax }) {
  return el("section.order", { "aria-label": text("checkout_order") },
    el("div.order-art", { "aria-hidden": "true" }, coinIcon(88)),
    el("p.order-coins", { "data-testid": "order-coins", text: text("coins", { count: coins }) }),
    bonus ? el("p.order-bonus", { text: text("bonus", { count: bonus }) }) : null,
    el("p.order-price", {}, el("span.visually-hidden", { text: text("total") }), el("span", { text: price(amount), "data-testid": "order-price" })),
    el("p.order-tax", { text: tax.minor ? text("tax_part", { tax: price(tax) }) : text("tax_none") }));
}

function showCheckout(session, checkout) {
  const form = mountPaymentForm(checkout.price, async (payment) => {
    try {
      await pay(session, payment, form);
    } catch (error) {
      if (!(error instanceof FanfareError)) throw error;
      form.alert(error.message || text("pay_failed"));
    }
  });
  place.replaceChildren(
    el("h1.visually-hidden", { text: text("checkout_title") }),
    orderOf(checkout),
    el("div.checkout-side", {},
      el("p.checkout-unreal", { text: text("checkout_unreal"), "data-testid": "unreal" }),
      form.node,
      el("a.checkout-cancel", { href: checkout.return_url, text: text("pay_cancel"), "data-testid": "cancel" })));
}

/** Pays, and asks once more where the bank wants that. */
async function pay(session, payment, form) {
  let answer = await payCheckout(session, payment);
  if (answer.status === "confirm") {
    answer = await payCheckout(session, { ...payment, confirmed: await askToPay(answer.message) });
  }
  if (answer.status === "paid" || answer.status === "processing") showDone(answer);
  else form.alert(answer.message);
}

function showDone({ status, message, return_url: back }) {
  const node = el("section.checkout-end.panel", { tabIndex: -1, role: "status", "data-testid": "done", "data-status": status },
    el("span.done-mark", { "aria-hidden": "true" }),
    el("h1", { text: text(`done_${status}`) }),
    el("p", { text: message }),
    el("p", { text: text("done_soon") }),
    el("a.button.button-strong", { href: back, text: text("done_back") }));
  place.replaceChildren(node);
  node.focus();
  // In the place of this page: the way back from the room does not lead to what is paid.
  setTimeout(() => location.replace(back), BACK_AFTER_MS);
}

function showOver(reason, back) {
  place.replaceChildren(el("section.checkout-end.panel", { "data-testid": "over" },
    el("h1", { text: text("over_heading") }),
    el("p", { text: reason }),
    el("a.button.button-strong", { href: back, text: text("done_back") })));
}

function overReason({ status, expires_ms: expiresMs }) {
  if (PAID.includes(status)) return text("over_paid");
  return text(status === "expired" || expiresMs <= Date.now() ? "over_expired" : "over_ended");
}

async function main() {
  mountLanguageChoice();
  const session = decodeURIComponent(location.pathname.split("/")[2] ?? "");
  const checkout = await fetchCheckout(session);
  if (checkout.status === "created") showCheckout(session, checkout);
  else showOver(overReason(checkout), checkout.return_url);
}

main().catch((error) => showOver(text(error.status === 404 ? "over_unknown" : "over_away"), "/"));
