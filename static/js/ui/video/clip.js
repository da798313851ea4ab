/**
 * The demo's stand-in for a video's file: northern lights over a bay, drawn on a canvas, twenty seconds that begin
 * again at their end. Cheap on purpose: what stands still is painted once for each size.
 */

import { el, setAttribute, text, wantsLessMotion } from "../dom.js";

const FRAME_MS = 1000 / 24;
const PIXELS_MAX = 600_000;
const SECONDS = 20;
const TURN = Math.PI * 2;
/** Curtains of light: colours from their foot up, where they hang, how they wave. Whole waves: the end meets the beginning. */
const CURTAINS = [
  { colors: ["110 255 190 / 0", "120 255 190 / .8", "60 220 170 / .4", "90 140 255 / .15", "120 80 255 / 0"], at: 0.52, tall: 0.46, waves: 2, pace: 1 },
  { colors: ["90 230 255 / 0", "90 230 255 / .6", "70 150 255 / .3", "160 60 220 / .1", "160 60 220 / 0"], at: 0.45, tall: 0.38, waves: 3, pace: -2 },
  { colors: ["255 120 190 / 0", "255 120 190 / .4", "190 80 220 / .2", "90 40 160 / .08", "90 40 160 / 0"], at: 0.38, tall: 0.34, waves: 1, pace: 1 },
];
const HORIZON = 0.66;

/**
 * @param {HTMLCanvasElement} canvas
 * @returns {HTMLElement} its controls
 */
export function mountClip(canvas) {
  const context = canvas.getContext("2d", { alpha: false });
  const done = el("span.clip-done");
  const button = el("button.clip-play", { type: "button", "data-testid": "play", onclick: () => set(!playing) });
  const controls = el("div.clip-controls", {}, button, el("span.clip-track", { "aria-hidden": "true" }, done));
  let parts = null;
  let playing = false;
  let seconds = 0;
  let lastMs = null;

  function resize() {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const scale = Math.min(1, Math.sqrt(PIXELS_MAX / (width * height)));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    parts = paintParts(canvas.width, canvas.height);
    draw();
  }

  function draw() {
    if (parts) drawFrame(context, parts, (seconds / SECONDS) * TURN);
    done.style.setProperty("--part", String(seconds / SECONDS));
  }

  function step(ms) {
    if (!playing) return;
    requestAnimationFrame(step);
    if (lastMs !== null && ms - lastMs < FRAME_MS - 2) return;
    seconds = (seconds + Math.min(0.25, (ms - (lastMs ?? ms)) / 1000)) % SECONDS;
    lastMs = ms;
    draw();
  }

  function set(wanted) {
    playing = wanted;
    lastMs = null;
    setAttribute(button, "aria-label", text(playing ? "pause" : "play"));
    setAttribute(button, "data-playing", playing);
    if (playing) requestAnimationFrame(step);
  }

  // The picture's own touch puts things away; the control is not meant by that.
  controls.addEventListener("click", (event) => event.stopPropagation());
  new ResizeObserver(resize).observe(canvas);
  resize();
  set(!wantsLessMotion());
  return controls;
}

function offscreen(width, height, paint) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width: Math.max(1, Math.round(width)), height: Math.max(1, Math.round(height)) });
  paint(canvas.getContext("2d"), canvas.width, canvas.height);
  return canvas;
}

function gradient(context, height, colors) {
  const fill = context.createLinearGradient(0, height, 0, 0);
  colors.forEach((color, i) => fill.addColorStop(i / (colors.length - 1), color));
  return fill;
}

function paintParts(width, height) {
  const horizon = Math.round(height * HORIZON);
  return {
    width,
    height,
    horizon,
    sky: offscreen(width, horizon, (context, w, h) => paintSky(context, w, h)),
    land: offscreen(width, horizon, (context, w, h) => paintLand(context, w, h)),
    strips: CURTAINS.map(({ colors, tall }) => offscreen(1, height * tall, (context, w, h) => {
      context.fillStyle = gradient(context, h, colors.map((color) => `rgb(${color})`));
      context.fillRect(0, 0, w, h);
    })),
    // Sky, lights and land of one frame, which the water shows once more.
    above: offscreen(width, horizon, () => {}),
  };
}

function paintSky(context, width, height) {
  context.fillStyle = gradient(context, height, ["#1b3a5c", "#10204a", "#070b22"]);
  context.fillRect(0, 0, width, height);
  for (let i = 0; i < 140; i += 1) {
    const x = (i * 0.618034) % 1;
    const y = ((i * 0.7548777) % 1) ** 1.4;
    context.fillStyle = `rgb(255 255 255 / ${0.25 + 0.6 * ((i * 0.37) % 1)})`;
    context.fillRect(x * width, y * height * 0.9, i % 9 ? 1 : 2, i % 9 ? 1 : 2);
  }
}

/** Two rows of hills; on the nearer one a cabin with a lit window. */
function paintLand(context, width, height) {
  for (const [color, low, high, waves] of [["#0c1a33", 0.86, 0.2, 1.7], ["#060d1c", 0.95, 0.16, 3.1]]) {
    context.fillStyle = color;
    context.beginPath();
    context.moveTo(0, height);
    for (let i = 0; i <= 60; i += 1) {
      const x = i / 60;
      const ridge = Math.abs(Math.sin(x * waves * 4 + waves)) * 0.6 + Math.abs(Math.sin(x * waves * 11)) * 0.25;
      context.lineTo(x * width, height * (low - high * ridge * Math.abs(1.15 - 1.9 * x)));
    }
    context.lineTo(width, height);
    context.fill();
  }
  const unit = height / 40;
  context.fillStyle = "#04070f";
  context.fillRect(width * 0.16, height - 3.2 * unit, 3.4 * unit, 3.2 * unit);
  context.fillStyle = "#ffd27a";
  context.shadowColor = "#ffb454";
  context.shadowBlur = 2 * unit;
  context.fillRect(width * 0.16 + 1.2 * unit, height - 2.2 * unit, unit, unit);
}

function drawFrame(context, { width, height, horizon, sky, land, strips, above }, phase) {
  const up = above.getContext("2d");
  up.globalCompositeOperation = "source-over";
  up.globalAlpha = 1;
  up.drawImage(sky, 0, 0);
  up.globalCompositeOperation = "lighter";
  CURTAINS.forEach((curtain, i) => drawCurtain(up, strips[i], curtain, phase, { width, height }));
  up.globalCompositeOperation = "source-over";
  up.globalAlpha = 1;
  up.drawImage(land, 0, 0);
  context.drawImage(above, 0, 0);
  drawWater(context, above, phase, { width, height, horizon });
}

function drawCurtain(context, strip, { at, waves, pace }, phase, { width, height }) {
  const wide = Math.max(2, Math.round(width / 260));
  for (let x = 0; x < width; x += wide) {
    const along = x / width;
    const sway = Math.sin(along * TURN * waves * 0.5 + phase * pace) + 0.5 * Math.sin(along * 17 + phase * pace * 2);
    const light = 0.5 + 0.5 * Math.sin(along * 23 + phase * 3 * pace + sway * 2);
    context.globalAlpha = (0.12 + 0.5 * light) * Math.min(1, 2.6 * along, 2.6 * (1 - along) + 0.2);
    const foot = height * (at + 0.055 * sway);
    context.drawImage(strip, x, foot - strip.height, wide, strip.height);
  }
}

/** The picture above once more, upside down and darker, in slices that the waves shift. */
function drawWater(context, above, phase, { width, height, horizon }) {
  context.fillStyle = "#040915";
  context.fillRect(0, horizon, width, height - horizon);
  const slice = Math.max(2, Math.round(height / 120));
  const stretch = horizon / (height - horizon);
  for (let y = horizon; y < height; y += slice) {
    const deep = (y - horizon) / (height - horizon);
    const shift = Math.sin(y * 0.35 + phase * 6) * (1 + deep * width * 0.006);
    context.globalAlpha = 0.62 * (1 - deep * 0.75);
    const from = Math.max(0, horizon - (y - horizon + slice) * Math.min(1, stretch));
    context.drawImage(above, 0, from, width, slice, shift, y, width, slice);
  }
  context.globalAlpha = 1;
}
