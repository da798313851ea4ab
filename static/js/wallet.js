/** The wallet's page: what a person has, every coin that came or went, what was bought, and receipts. Wiring only. */

import { createUuid7 } from "./core/uuid7.js";
import { PAGES, personOf } from "./net/identity.js";
import { fetchReceipt, fetchWallet, recognisePurchase } from "./net/wallet_api.js";
import { el } from "./ui/dom.js";
import { mountLooks } from "./ui/looks.js";
import { giftNames } from "./ui/money_page.js";
import { startMoneyPage } from "./ui/money_start.js";
import { mountRecharge } from "./ui/recharge.js";
import { policyOf } from "./ui/recharge_sheet.js";
import { mountTabs } from "./ui/tabs.js";
import { mountToasts } from "./ui/toasts.js";
import { mountHistory } from "./ui/wallet/history.js";
import { mountPurchases } from "./ui/wallet/purchases.js";
import { mountPurse } from "./ui/wallet/purse.js";
import { receiptOf } from "./ui/wallet/receipt.js";
import { mountUnusual } from "./ui/wallet/unusual.js";
import { say } from "./ui/wallet/words.js";

/** Coins move while this page is open: in a room, or when a payment is confirmed. */
const LOOK_EVERY_MS = 10_000;

const place = document.getElementById("main");
const query = new URLSearchParams(location.search);

async function showPage(token) {
  const id = query.get("receipt");
  if (id) place.replaceChildren(receiptOf(await fetchReceipt(id, token)));
  else await showWallet(token);
}

async function showWallet(token) {
  // All at once: on a slow line each answer that is waited for first is felt.
  const first = fetchWallet(token);
  first.catch(() => {});
  const giftName = await giftNames();
  const person = personOf(token);
  const makeKey = createUuid7((bytes) => crypto.getRandomValues(bytes));
  const newKey = () => makeKey(Date.now());
  const toasts = mountToasts();
  const onProblem = (words) => toasts.show(words);
  const onGood = (words) => toasts.show(words, "good");
  const purse = mountPurse({ name: person.name, onGetCoins: () => recharge.open() });
  const unusual = mountUnusual({
    onMine: async (id) => {
      await recognisePurchase(id, token);
      await looks.look();
    },
    onProblem,
  });
  const recharge = mountRecharge({
    token: () => token,
    newKey,
    onPackages: (packages) => purse.setPolicy(policyOf(packages)),
    onProblem,
    onEnd: () => {
      looks.look();
      purchases.refresh();
    },
  });
  const history = mountHistory({ token, giftName, onProblem });
  const purchases = mountPurchases({ token, newKey, onChanged: () => looks.look(), onGood, onProblem });
  const panels = [history, purchases];
  const tabs = mountTabs(panels, {
    label: say("title"),
    labelOf: ({ name }) => say(name),
    chosen: query.get("show") === "purchases" ? 1 : 0,
    onSelect: (panel) => panel.restart(),
  });
  tabs.select();
  let coins = null;

  function show(found) {
    purse.update(found);
    unusual.update(found.unusual);
    if (coins !== null && found.coins !== coins) history.refresh();
    ({ coins } = found);
  }
  const looks = mountLooks({ load: () => fetchWallet(token), show, everyMs: () => LOOK_EVERY_MS, onProblem, say });
  looks.take(await first);
  place.replaceChildren(el("div.money-side", {}, unusual.node, purse.node, recharge.node), el("div.money-lists", {}, tabs.node, history.node, purchases.node));
  document.body.append(toasts.node);
  recharge.setUser(person);
  looks.start();
}

startMoneyPage({ page: PAGES.wallet, say, show: showPage });
