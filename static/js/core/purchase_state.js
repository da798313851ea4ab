/** What can be done about a purchase, by what it is now. Pure: the time is passed in. */

/**
 * @param {{status: string, checkout_url: string|null, expires_ms: number, credited_ms: number|null,
 *   withdraw_until_ms: number|null, refunded: {minor: number}}} purchase as the server tells it
 * @param {number} nowMs
 * @returns {{pay: boolean, receipt: boolean, giveBack: boolean, undo: "none"|"until"|"over"|null, partly: boolean}} `undo`: what is
 *   said of giving it back; null where that is no question
 */
export function stateOf(purchase, nowMs) {
  const { status, withdraw_until_ms: untilMs } = purchase;
  const credited = status === "credited";
  const giveBack = credited && untilMs !== null && nowMs <= untilMs;
  return {
    pay: status === "created" && purchase.checkout_url !== null && nowMs < purchase.expires_ms,
    receipt: purchase.credited_ms !== null,
    giveBack,
    undo: credited ? undoOf(untilMs, giveBack) : null,
    partly: credited && purchase.refunded.minor > 0,
  };
}

function undoOf(untilMs, giveBack) {
  if (untilMs === null) return "none";
  return giveBack ? "until" : "over";
}
