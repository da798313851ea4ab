/** The gifts on screen: the queue decides, ribbons, stage and caption show, sounds follow. For room page and overlay. */

import { Stage } from "../art/engine.js";
import { AlertQueue, isHistory } from "../core/queue.js";
import { mountCaption } from "./caption.js";
import { cue } from "./cues.js";
import { el, wantsLessMotion } from "./dom.js";
import { mountRibbons } from "./ribbons.js";

const TICK_MS = 80;

/** A scene that has not ended by then is taken as ended: the queue must never stand still. */
const SCENE_MAX_MS = 24_000;
const FLOAT_EVERY_MS = 350;

/** So many of the last gifts can be shown once more. */
const REPLAYED = 3;

/**
 * @param {object} options
 * @param {{get: (id: string) => object|undefined}} options.gifts the catalogue, or what rules make of it
 * @param {import("../art/sound.js").Sounds} options.sounds
 * @param {() => number} options.serverMs the server's clock
 * @param {() => string[]} options.topNames the room's top gifters, for the scenes that show them
 * @param {(id: string|null) => number} [options.placeOf] a person's place on the room's board
 * @param {() => string|undefined} [options.viewerId] whose page it is, where it is a viewer's
 * @param {number} [options.fps] frames a second at most
 * @returns {{nodes: HTMLElement[], queue: AlertQueue, push: (event: object) => void, pause: () => void,
 *   resume: () => void, skip: () => void, clear: () => void, replay: () => void}} `nodes` in the order in which they lie over each other
 */
export function mountAlerts({ gifts, sounds, serverMs, topNames, placeOf, viewerId, fps = 60 }) {
  const queue = new AlertQueue(gifts, viewerId);
  const ribbons = mountRibbons({ placeOf });
  const caption = mountCaption();
  const canvas = el("canvas.effects", { "aria-hidden": "true", "data-testid": "effects" });
  const stage = new Stage(canvas, {
    motion: wantsLessMotion() ? "reduce" : "full",
    fps,
    cue(name) {
      for (const node of [ribbons.node, caption.node]) cue(node, name);
    },
    // Whatever a scene writes stands above the caption.
    foot: () => Math.max(0, canvas.getBoundingClientRect().bottom - caption.node.getBoundingClientRect().top),
  });
  const beats = new WeakMap();
  let timer = null;
  let floatMs = -Infinity;
  let paused = false;
  let last = [];
  let sceneLeftMs = 0;

  function tick() {
    if (paused) return;
    const nowMs = performance.now();
    sceneLeftMs -= TICK_MS;
    if (queue.scene && sceneLeftMs < 0) queue.sceneEnded();
    const scene = queue.tick(nowMs);
    caption.update(queue.scene);
    if (scene) {
      document.body.style.setProperty("--caption-block", `${caption.node.offsetHeight}px`);
      playScene(scene);
    }
    ribbons.update(queue.lanes);
    for (const ribbon of queue.lanes) if (ribbon) soundBeat(ribbon, nowMs);
    markScene();
    if (!queue.idle) return;
    clearInterval(timer);
    timer = null;
  }

  /** Whatever need not move rests while a scene plays. */
  function markScene() {
    document.body.dataset.scene = queue.scene?.gift.id ?? "";
    document.body.dataset.sceneTier = queue.scene?.gift.tier ?? "";
  }

  async function playScene(scene) {
    sceneLeftMs = SCENE_MAX_MS;
    const onBegin = () => sound(scene);
    await stage.play({ ...performanceOf(scene), onlookers: topNames() }, { onBegin }).catch(() => {});
    if (queue.scene !== scene) return;
    queue.sceneEnded();
    // All that goes by the scene changes at once, and from one to the next without a gap.
    tick();
  }

  function sound({ gift, count }) {
    if (gift.tune !== "off") sounds.play(gift.tune ?? gift.id, { streakCount: count, gain: gift.gain });
  }

  function soundBeat(ribbon, nowMs) {
    if (beats.get(ribbon) === ribbon.beat) return;
    beats.set(ribbon, ribbon.beat);
    sound(ribbon);
    // What floats is the ribbon's ornament: over a scene it would only hide what is dearer.
    if (ribbon.gift.tier !== "float" || queue.scene?.gift.tier === "scene" || nowMs - floatMs < FLOAT_EVERY_MS) return;
    floatMs = nowMs;
    stage.play(performanceOf(ribbon)).catch(() => {});
  }

  function push(event) {
    if (isHistory(event, serverMs())) return;
    last = [...last, event].slice(-REPLAYED);
    show(event);
  }

  function show(event) {
    stage.announce({ ...gifts.get(event.gift), giftId: event.gift });
    queue.push(event, performance.now());
    timer ??= setInterval(tick, TICK_MS);
  }

  /** What was taken off the queue leaves the screen, also while it stands still. */
  function redraw() {
    stage.clear();
    caption.update(queue.scene);
    ribbons.update(queue.lanes);
    markScene();
  }
  return {
    nodes: [canvas, ribbons.node, caption.node],
    queue,
    push,
    skip() {
      queue.skip();
      redraw();
    },
    clear() {
      queue.clear();
      redraw();
    },
    replay() {
      for (const event of last) show({ ...event, streak: null });
    },
    pause() {
      paused = true;
      queue.pause(performance.now());
      stage.pause();
    },
    resume() {
      paused = false;
      queue.resume(performance.now());
      stage.resume();
    },
  };
}

function performanceOf({ gift, sender, quantity, count, pace }) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { id: giftId, animation, tier, seconds } = gift;
  return { giftId, animation, tier, seconds, quantity, count, sender: { name: sender.name }, seed, pace };
}
