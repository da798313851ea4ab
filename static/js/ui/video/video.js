/** A video's page beyond the room's: the file that the platform names, or a clip made in code, and what was given. */

import { applyToGiven, withEarlier } from "../../core/given.js";
import { fetchRoomGifts } from "../../net/api.js";
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
  let coins = 0;
  if (media) {
    canvas.hidden = true;
    stage.prepend(player(media));
  } else {
    stage.append(mountClip(canvas));
  }
  function update(state, fresh) {
    items = fresh.reduce(applyToGiven, items);
    coins = state.coinsTotal;
    given.update(items, coins);
  }

  /** What was given before, as far back as there is room for, and which of it was thanked for. */
  async function readEarlier() {
    const { gifts: earlier } = await fetchRoomGifts(first.room.id);
    items = withEarlier(items, earlier);
    given.update(items, coins);
  }
  update(first, first.recent);
  // Without it the row begins with what the room's snapshot has.
  readEarlier().catch(() => {});
  return { update };
}

function player({ url, poster }) {
  return el("video.clip", { src: url, ...(poster && { poster }), controls: true, playsInline: true, preload: "metadata", "data-testid": "clip" });
}
