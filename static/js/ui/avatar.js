/** A round picture of a person: their own, or their initials on a colour that stays theirs. */

import { hueOf, initials } from "../core/format.js";
import { el, text } from "./dom.js";

/**
 * @param {{id: string|null, name: string|null, avatar?: string}} person
 * @returns {HTMLElement}
 */
export function avatar(person) {
  const name = person.name ?? text("somebody");
  const node = el("span.avatar", { "aria-hidden": "true", text: person.name ? initials(name) : "★" });
  node.style.setProperty("--hue", String(hueOf(person.id ?? name)));
  if (person.avatar?.startsWith("https://")) {
    const picture = el("img", { alt: "", referrerPolicy: "no-referrer", loading: "lazy", src: person.avatar });
    // A picture that does not come leaves the initials standing.
    picture.addEventListener("error", () => picture.remove());
    node.append(picture);
  }
  return node;
}
