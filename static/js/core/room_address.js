/** Which room a page is for. Pure. */

/** The room's id in the page's address: /room/{id}, /overlay/{id} ... @param {string} pathname */
export function roomIdOf(pathname) {
  return decodeURIComponent(pathname.split("/")[2] ?? "");
}
