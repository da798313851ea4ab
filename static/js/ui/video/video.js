/** A video's page beyond the room's: the file that the platform names, or a clip made in code, and what was given. */

import { applyToGiven } from "../../core/given.js";
import { el } from "../dom.js";
import { mountClip } from "./clip.js";
import { mountGiven } from "./given.js";

/**
 * @param {{canvas: HTMLCanvasElement, state: object, gifts: Map<string, object>}} options
 * @returns {{update: (state: object, fresh: object[]) => void}}
 */
export function mountVideo({ canvas, state: first, gifts }) {
  const stage = canvas.parentElement;
  const given = mountGiven({ gifts });
  stage.after(given.node);
  const { media } = first.room;
  let items = [];
  if (media) {
    canvas.hidden = true;
    stage.prepend(player(media));
  } else {
    stage.append(mountClip(canvas));
  }
  function update(state, fresh) {
    items = fresh.reduce(applyToGiven, items);
    given.update(items, state.coinsTotal);
  }
  update(first, first.recent);
  return { update };
}

function player({ url, poster }) {
  return el("video.clip", { src: url, ...(poster && { poster }), controls: true, playsInline: true, preload: "metadata", "data-testid": "clip" });
}
