/** The gifts on screen: the queue decides, ribbons and stage show, sounds follow. For room page and overlay. */

import { Stage } from "../art/engine.js";
import { AlertQueue, isHistory } from "../core/queue.js";
import { el, wantsLessMotion } from "./dom.js";
import { mountRibbons } from "./ribbons.js";

const TICK_MS = 80;

/** A scene that has not ended by then is taken as ended: the queue must never stand still. */
const SCENE_MAX_MS = 20_000;
const FLOAT_EVERY_MS = 350;

/**
 * @param {object} options
 * @param {Map<string, object>} options.gifts the catalogue
 * @param {import("../art/sound.js").Sounds} options.sounds
 * @param {() => number} options.serverMs the server's clock
 * @param {() => string[]} options.topNames the room's top gifters, for the scenes that show them
 * @param {number} [options.fps] frames a second at most
 * @returns {{ribbons: HTMLElement, canvas: HTMLCanvasElement, queue: AlertQueue, push: (event: object) => void,
 *   pause: () => void, resume: () => void}}
 */
export function mountAlerts({ gifts, sounds, serverMs, topNames, fps = 60 }) {
  const queue = new AlertQueue(gifts);
  const ribbons = mountRibbons();
  const canvas = el("canvas.effects", { "aria-hidden": "true", "data-testid": "effects" });
  const stage = new Stage(canvas, { motion: wantsLessMotion() ? "reduce" : "full", fps, cue: ribbons.cue });
  const beats = new WeakMap();
  let timer = null;
  let floatMs = 0;
  let paused = false;
  let sceneLeftMs = 0;

  function tick() {
    if (paused) return;
    const nowMs = performance.now();
    sceneLeftMs -= TICK_MS;
    if (queue.scene && sceneLeftMs < 0) endScene(queue.scene);
    const scene = queue.tick(nowMs);
    if (scene) playScene(scene);
    ribbons.update(queue.lanes);
    for (const ribbon of queue.lanes) if (ribbon) soundBeat(ribbon, nowMs);
    // Whatever need not move rests while a scene plays.
    document.body.dataset.scene = queue.scene?.gift.id ?? "";
    if (!queue.idle) return;
    clearInterval(timer);
    timer = null;
  }

  async function playScene(scene) {
    sceneLeftMs = SCENE_MAX_MS;
    sounds.play(scene.gift.id, { streakCount: scene.count });
    await stage.play({ ...performanceOf(scene), onlookers: topNames() }).catch(() => {});
    endScene(scene);
  }

  function endScene(scene) {
    if (queue.scene === scene) queue.sceneEnded();
  }

  function soundBeat(ribbon, nowMs) {
    if (beats.get(ribbon) === ribbon.beat) return;
    beats.set(ribbon, ribbon.beat);
    sounds.play(ribbon.gift.id, { streakCount: ribbon.count });
    if (ribbon.gift.tier !== "float" || nowMs - floatMs < FLOAT_EVERY_MS) return;
    floatMs = nowMs;
    stage.play(performanceOf(ribbon)).catch(() => {});
  }

  function push(event) {
    if (isHistory(event, serverMs())) return;
    queue.push(event, performance.now());
    timer ??= setInterval(tick, TICK_MS);
  }
  return {
    ribbons: ribbons.node,
    canvas,
    queue,
    push,
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

function performanceOf({ gift, sender, quantity, count }) {
  const seed = Math.floor(Math.random() * 2 ** 31);
  return { giftId: gift.id, animation: gift.animation, quantity, count, sender: { name: sender.name }, seed };
}
