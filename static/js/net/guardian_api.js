/** The routes of a guardian. */

import { demoLogin } from "./api.js";
import { post, queryOf, request } from "./http.js";

const wardPath = (id, rest = "") => `/v1/guardian/wards/${encodeURIComponent(id)}${rest}`;

/** In the demo, a token of a guardian of that name. */
export async function joinAsGuardian(name) {
  return (await demoLogin(name, "guardian")).token;
}

/** Whom the guardian answers for: {wards}. */
export function fetchWards(token) {
  return request("/v1/guardian/wards", { token });
}

/** Becomes the guardian of whoever shows that code. */
export function linkWard(code, token) {
  return post("/v1/guardian/wards", { code }, { token });
}

/** Ends being somebody's guardian. */
export function unlinkWard(id, token) {
  return request(wardPath(id), { token, method: "DELETE" });
}

/** What bounds a ward's spending, and how far it has come. */
export function fetchWardLimits(id, token) {
  return request(wardPath(id, "/limits"), { token });
}

/** Changes what the guardian allows; how it is then. */
export function putWardLimits(id, change, token) {
  return post(wardPath(id, "/limits"), change, { token, method: "PUT" });
}

/** Locks everything of a ward's, or ends that. */
export function putWardLock(id, locked, token) {
  return post(wardPath(id, "/lock"), { locked }, { token, method: "PUT" });
}

/** The latest that moved in a ward's wallet: {entries}. */
export function fetchWardStatement(id, limit, token) {
  return request(`${wardPath(id, "/statement")}?${queryOf({ limit })}`, { token });
}

/** What wards ask for: {approvals}. */
export function fetchApprovals(token) {
  return request("/v1/guardian/approvals", { token });
}

/** Agrees to one gift, purchase or promotion, or does not. */
export function decideApproval(id, approve, token) {
  return post(`/v1/guardian/approvals/${encodeURIComponent(id)}`, { approve }, { token });
}
