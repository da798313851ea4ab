/** Buying coins without leaving the room for longer than the checkout: the sheet, exactly what is missing, and what is awaited after. */

import { exactFor } from "../core/recharge.js";
import { fetchPackages } from "../net/api.js";
import { PAGES, takeAlong } from "../net/identity.js";
import { Purchases } from "../net/purchases.js";
import { el, setText, text } from "./dom.js";
import { openRechargeSheet } from "./recharge_sheet.js";

/** Soon after the checkout, and then less and less often: it may never have been paid. */
const LOOK_FIRST_MS = 1000;
const LOOK_MAX_MS = 10_000;
const STAYS_MS = 15_000;

/**
 * @param {{token: () => string, newKey: () => string, onPackages: (packages: object) => void,
 *   onProblem: (problem: string) => void, onEnd?: () => void}} options `onEnd`: what was awaited has come, or never will
 * @returns {{node: HTMLElement, open: () => Promise<void>, buyExactly: (missing: number) => Promise<void>,
 *   setUser: (user: {id: string}) => void}}
 */
export function mountRecharge({ token, newKey, onPackages, onProblem, onEnd = () => {} }) {
  const note = mountNote(() => purchases?.forget());
  let purchases = null;
  let userId = null;

  async function load() {
    const packages = await fetchPackages(token());
    onPackages(packages);
    return packages;
  }
  async function buy(wanted) {
    const here = { "return_url": location.pathname + location.search };
    const purchase = await purchases.buy({ ...wanted, ...here }, { token: token(), newKey });
    location.assign(purchase.checkout_url);
  }
  async function telling(act) {
    try {
      await act();
    } catch (error) {
      onProblem(error.message || text("purchase_failed"));
    }
  }
  async function look(waitMs = LOOK_FIRST_MS) {
    const { awaited } = purchases;
    if (!awaited) {
      note.hide();
      return;
    }
    const found = await purchases.look(token()).catch((error) => ({ status: "", underWay: error.status !== 404 }));
    if (found.status) note.show(text(`bought_${found.status}`, { coins: awaited.coins }), found.status);
    if (found.underWay) {
      setTimeout(look, waitMs, Math.min(1.2 * waitMs, LOOK_MAX_MS));
      return;
    }
    purchases.forget();
    onEnd();
    setTimeout(note.hide, STAYS_MS);
  }
  const open = () => telling(async () => openRechargeSheet(await load(), buy, walletLink(token())));
  return {
    node: note.node,
    open,
    /** In one touch, where so many are sold. */
    buyExactly: (missing) => telling(async () => {
      const exact = exactFor(await load(), missing);
      await (exact ? buy({ coins: exact.coins }) : open());
    }),
    setUser({ id }) {
      if (id === userId) return;
      userId = id;
      purchases = new Purchases(sessionStorage, id);
      load().catch(() => {});
      look();
    },
  };
}

/** The way to the wallet's page, for the same person; not where that is open. */
function walletLink(token) {
  if (location.pathname === PAGES.wallet) return null;
  return el("a.sheet-wallet", {
    href: PAGES.wallet, text: text("wallet_link"), "data-testid": "to-wallet", onclick: () => takeAlong(token, PAGES.wallet),
  });
}

/** What became of the purchase that is awaited; it can be put away. */
function mountNote(onClose) {
  const words = el("span", { role: "status" });
  const close = el("button.icon-button", {
    type: "button", "aria-label": text("close"), text: "×",
    onclick: () => {
      onClose();
      hide();
    },
  });
  const node = el("div.recharge-note.panel", { hidden: true, "data-testid": "bought" }, words, close);
  function hide() {
    node.hidden = true;
  }
  return {
    node,
    hide,
    show(said, status) {
      node.hidden = false;
      node.dataset.status = status;
      setText(words, said);
    },
  };
}
