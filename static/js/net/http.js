/** Requests to the server. An answer, or a FanfareError with the server's own words. */

/** A refusal of the server: `slug` names it for programs, `message` says it for people. */
export class FanfareError extends Error {
  /**
   * @param {{error?: string, message?: string, detail?: string, retryable?: boolean, details?: object}} refusal
   * @param {number} [status] of an HTTP answer; 0 without any
   */
  constructor({ error = "unavailable", message, detail, title, retryable, details = {} }, status = 0) {
    super(message ?? detail ?? title ?? "");
    this.name = "FanfareError";
    this.slug = error;
    this.retryable = retryable ?? status === 0;
    this.details = details;
    this.status = status;
  }
}

/** A line that gives no answer for this long is dead, whatever the browser thinks of it. */
const ANSWER_MS = 10_000;

/** A document, or a whole history, takes longer. */
const FILE_MS = 120_000;

/** The answer as JSON. */
export async function request(path, options) {
  const response = await answerOf(path, { withinMs: ANSWER_MS, ...options });
  return response.json().catch(() => ({}));
}

/** The answer as a file. */
export async function requestFile(path, options) {
  const response = await answerOf(path, { withinMs: FILE_MS, ...options });
  return response.blob().catch(() => {
    throw new FanfareError({});
  });
}

async function answerOf(path, { token, withinMs, server = "", ...options }) {
  const headers = { accept: "application/json", ...options.headers };
  if (token) headers.authorization = `Bearer ${token}`;
  let response;
  try {
    response = await fetch(server + path, { ...options, headers, signal: AbortSignal.timeout(withinMs) });
  } catch {
    throw new FanfareError({});
  }
  if (!response.ok) throw new FanfareError(await response.json().catch(() => ({})), response.status);
  return response;
}

/** Those of the values that are there, as a query. */
export function queryOf(values) {
  return new URLSearchParams(Object.entries(values).filter(([, value]) => value));
}

/** Sends a body as JSON. */
export function post(path, body, { method = "POST", headers, ...options } = {}) {
  const typed = { "content-type": "application/json", ...headers };
  return request(path, { ...options, method, headers: typed, body: JSON.stringify(body) });
}
