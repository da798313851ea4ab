/** What is watched on the viewer's page: the demo's stage, or a video's clip and what was given on it. */

import { pathOf } from "../core/rooms.js";
import { mountStageScene } from "./stage_scene.js";

const VIDEO = new URL("./video/video.js", import.meta.url);

/** The picture of one page. */
export class Picture {
  #mounted = null;

  /**
   * Brings it to life, after the frame in which the room can be used: the style sheet has lit it since the first paint.
   * @param {{state: () => object, gifts: Map<string, object>}} options what is known of the room, and the catalogue
   */
  start({ state, gifts }) {
    this.#mounted ??= new Promise((resolve) => {
      requestAnimationFrame(() => setTimeout(() => resolve(mount(state, gifts))));
    });
  }

  /** Tells it what has happened in the room. @param {object} state @param {object[]} fresh */
  update(state, fresh) {
    this.#mounted?.then((mounted) => mounted?.update(state, fresh));
  }
}

/** A room that came by the address of the other kind goes to its own page. */
async function mount(state, gifts) {
  const { room } = state();
  const isVideo = document.body.dataset.kind === "video";
  if (isVideo !== (room.kind === "video")) location.replace(pathOf(room));
  const canvas = document.getElementById("stage-scene");
  if (!isVideo) return mountStageScene(canvas);
  const { mountVideo } = await import(VIDEO);
  return mountVideo({ canvas, state: state(), gifts });
}
