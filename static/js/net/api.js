/** The server's HTTP routes that the pages use. An answer, or an ApiError with the server's own words. */

/** A refusal of the server, or no answer at all (status 0). */
export class ApiError extends Error {
  /** @param {number} status @param {{error?: string, message?: string, detail?: string}} problem */
  constructor(status, problem) {
    super(problem.message ?? problem.detail ?? problem.title ?? "");
    this.status = status;
    this.slug = problem.error ?? "unavailable";
  }
}

/** A line that gives no answer for this long is dead, whatever the browser thinks of it. */
const ANSWER_MS = 10_000;

async function request(path, { token, ...options } = {}) {
  const headers = { accept: "application/json", ...options.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(path, { ...options, headers, signal: AbortSignal.timeout(ANSWER_MS) });
  } catch {
    throw new ApiError(0, {});
  }
  const body = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(response.status, body);
  return body;
}

function post(path, body, { headers, ...options } = {}) {
  const typed = { "content-type": "application/json", ...headers };
  return request(path, { ...options, method: "POST", headers: typed, body: JSON.stringify(body) });
}

/** The catalogue: {version, gifts}. */
export function fetchGifts() {
  return request("/v1/gifts");
}

/** The rooms that are there: {rooms, cursor}. */
export function fetchRooms() {
  return request("/v1/rooms");
}

/** What became of a gift: {status: applied | refused | never | pending}. */
export function fetchGiftSend(id, token) {
  return request(`/v1/gift-sends/${encodeURIComponent(id)}`, { token });
}

/** What coins cost where the token's person lives. */
export function fetchPackages(token) {
  return request("/v1/packages", { token });
}

/** Opens a checkout; one key opens one, however often. */
export function createPurchase(wanted, { token, key }) {
  return post("/v1/me/purchases", wanted, { token, headers: { "idempotency-key": key } });
}

/** One of the caller's purchases. */
export function fetchPurchase(id, token) {
  return request(`/v1/me/purchases/${encodeURIComponent(id)}`, { token });
}

/** Demo only: a token for a name, or for a guest without one. */
export function demoLogin(name, role) {
  return post("/v1/demo/login", { name, role });
}

/** Demo only: what is to be paid at a checkout. */
export function fetchCheckout(session) {
  return request(checkoutPath(session));
}

/** Demo only: pays at a checkout: {status: paid | processing | declined | confirm | cancelled, message, return_url}. */
export function payCheckout(session, payment) {
  return post(checkoutPath(session), payment);
}

function checkoutPath(session) {
  return `/v1/demo/checkouts/${encodeURIComponent(session)}`;
}
