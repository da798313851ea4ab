/**
 * The demo's stand-in for the stream: a night stage with a singer, drawn on a canvas. Cheap on purpose: a still
 * backdrop painted once for each size, and over it a few moving lights at 24 frames a second.
 */

import { wantsLessMotion } from "./dom.js";

const FRAME_MS = 1000 / 24;
const PIXELS_MAX = 900_000;
const BEAMS = [
  { at: 0.12, hue: "255 77 109", swing: 0.1, pace: 0.31 },
  { at: 0.36, hue: "255 180 84", swing: 0.07, pace: 0.23 },
  { at: 0.64, hue: "146 104 255", swing: 0.08, pace: 0.27 },
  { at: 0.88, hue: "90 209 255", swing: 0.1, pace: 0.35 },
];

/** @param {HTMLCanvasElement} canvas */
export function mountStageScene(canvas) {
  const context = canvas.getContext("2d", { alpha: false });
  const motes = Array.from({ length: 36 }, (_, i) => ({ x: (i * 0.618) % 1, y: (i * 0.377) % 1, pace: 0.4 + ((i * 7) % 10) / 10 }));
  let backdrop = null;
  let lastMs = 0;

  function resize() {
    const { clientWidth: width, clientHeight: height } = canvas;
    if (!width || !height) return;
    const scale = Math.min(1, Math.sqrt(PIXELS_MAX / (width * height)));
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    backdrop = paintBackdrop(canvas.width, canvas.height);
    draw(lastMs);
  }

  function draw(ms) {
    const seconds = ms / 1000;
    const { width, height } = canvas;
    context.globalCompositeOperation = "source-over";
    context.drawImage(backdrop, 0, 0);
    context.globalCompositeOperation = "lighter";
    for (const beam of BEAMS) drawBeam(context, width, height, beam, seconds);
    drawMotes(context, width, height, motes, seconds);
    context.globalCompositeOperation = "source-over";
    drawSinger(context, width, height, floorOf(width, height), seconds);
    drawCrowd(context, width, height, seconds);
  }

  function step(ms) {
    requestAnimationFrame(step);
    if (ms - lastMs < FRAME_MS - 2 || !backdrop) return;
    lastMs = ms;
    draw(ms);
  }

  new ResizeObserver(resize).observe(canvas);
  resize();
  if (!wantsLessMotion()) requestAnimationFrame(step);
}

function paintBackdrop(width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  const context = canvas.getContext("2d");
  const floor = floorOf(width, height);
  const light = floor - singerHeight(width, height) * 0.68;
  fill(context, context.createLinearGradient(0, 0, 0, floor), ["#0b0a1c", "#241338", "#3d1738"], 0, 0, width, floor);
  const unit = Math.min(width, height);
  glow(context, width / 2, light, unit * 0.75, ["rgb(255 120 110 / .75)", "rgb(190 50 110 / .35)", "rgb(60 20 80 / 0)"]);
  paintRing(context, width / 2, light, unit * 0.36);
  paintPanels(context, width, height);
  fill(context, context.createLinearGradient(0, floor, 0, height), ["#2a1230", "#0d0a18", "#07070f"], 0, floor, width, height - floor);
  context.save();
  context.translate(width / 2, floor);
  context.scale(1, 0.16);
  glow(context, 0, 0, unit * 0.8, ["rgb(255 180 130 / .75)", "rgb(255 77 109 / .25)", "rgb(255 77 109 / 0)"]);
  context.restore();
  return canvas;
}

/** On a tall picture the lower third belongs to gifts and comments. */
function floorOf(width, height) {
  return height * (height > width ? 0.66 : 0.84);
}

function singerHeight(width, height) {
  return Math.min(width * 0.92, height * 0.62);
}

function fill(context, gradient, colors, x, y, width, height) {
  colors.forEach((color, i) => gradient.addColorStop(i / (colors.length - 1), color));
  context.fillStyle = gradient;
  context.fillRect(x, y, width, height);
}

function glow(context, x, y, radius, colors) {
  fill(context, context.createRadialGradient(x, y, 0, x, y, radius), colors, x - radius, y - radius, radius * 2, radius * 2);
}

/** A ring of bulbs hangs behind the singer: the one bright shape of the stage. */
function paintRing(context, x, y, radius) {
  context.save();
  context.shadowColor = "#ff8a5c";
  context.shadowBlur = radius * 0.25;
  context.strokeStyle = "rgb(255 214 170 / .9)";
  context.lineWidth = Math.max(2, radius * 0.022);
  context.beginPath();
  context.arc(x, y, radius, 0, Math.PI * 2);
  context.stroke();
  context.strokeStyle = "rgb(255 140 120 / .35)";
  context.lineWidth = Math.max(1, radius * 0.01);
  context.beginPath();
  context.arc(x, y, radius * 1.13, 0, Math.PI * 2);
  context.stroke();
  context.restore();
}

/** Tall panels of light to both sides, as in a theatre's wings. */
function paintPanels(context, width, height) {
  const top = height * 0.1;
  const bottom = floorOf(width, height);
  for (let i = 0; i < 9; i += 1) {
    for (const side of [-1, 1]) {
      const x = width / 2 + side * (0.24 * Math.min(width, height) + (i + 1) * width * 0.055);
      const light = context.createLinearGradient(0, top, 0, bottom);
      light.addColorStop(0, "rgb(255 130 150 / 0)");
      light.addColorStop(0.6, `rgb(255 130 150 / ${0.05 + 0.012 * i})`);
      light.addColorStop(1, "rgb(255 190 140 / .16)");
      context.fillStyle = light;
      context.fillRect(x, top + i * height * 0.012, Math.max(1, width * 0.008), bottom - top - i * height * 0.012);
    }
  }
}

function drawBeam(context, width, height, { at, hue, swing, pace }, seconds) {
  const x = width * at;
  const lean = (0.5 - at) * 0.55 + Math.sin(seconds * pace * 2 + at * 9) * swing;
  const endX = x + lean * width * 0.9;
  const spread = Math.max(width, height) * 0.09;
  const light = context.createLinearGradient(x, 0, endX, height * 0.8);
  const strength = 0.2 + 0.06 * Math.sin(seconds * pace * 3 + at * 20);
  light.addColorStop(0, `rgb(${hue} / ${strength * 1.7})`);
  light.addColorStop(0.5, `rgb(${hue} / ${strength * 0.5})`);
  light.addColorStop(1, `rgb(${hue} / 0)`);
  context.fillStyle = light;
  context.beginPath();
  context.moveTo(x - 3, -4);
  context.lineTo(x + 3, -4);
  context.lineTo(endX + spread, height * 0.82);
  context.lineTo(endX - spread, height * 0.82);
  context.fill();
}

function drawMotes(context, width, height, motes, seconds) {
  for (const { x, y, pace } of motes) {
    const rise = (y + 1 - ((seconds * pace * 0.02) % 1)) % 1;
    const sway = x + 0.012 * Math.sin(seconds * pace + x * 40);
    context.fillStyle = `rgb(255 220 190 / ${0.32 * Math.sin(Math.PI * rise) * pace})`;
    context.beginPath();
    context.arc(sway * width, rise * height * 0.78, 0.8 + pace, 0, Math.PI * 2);
    context.fill();
  }
}

// The singer in units of her own: the floor at 0, the crown of the head near -400.
const HAIR = new Path2D(
  "M-4-398C-34-402-50-376-48-348C-46-322-62-310-60-286C-58-268-40-262-30-274C-26-284-24-292-22-300L22-308C30-318 30-334 28-348C28-378 20-396-4-398Z",
);
const FACE = new Path2D("M-22-362C-20-388 20-390 26-362C28-352 32-346 32-342C30-338 28-338 28-332C28-318 20-308 8-308C-10-308-24-334-22-362Z");
const BODY = new Path2D(
  "M-10-322C-10-304-12-296-24-291C-44-286-50-278-49-262C-46-232-34-212-32-190C-30-172-40-160-45-140C-56-92-66-44-92 0L78 0" +
    "C64-46 56-92 46-140C42-160 32-172 31-190C32-212 44-236 47-262C48-278 42-286 26-291C14-296 12-304 12-322Z",
);

/** A dark shape with a warm edge on one side and a cool one on the other, as the lights would give it. */
function drawSinger(context, width, height, floor, seconds) {
  const size = singerHeight(width, height) / 400;
  context.save();
  context.translate(width / 2, floor + 10 * size);
  context.scale(size, size);
  const dark = context.createLinearGradient(0, -400, 0, 0);
  dark.addColorStop(0, "#1c0f24");
  dark.addColorStop(1, "#0c0914");
  for (const [x, color] of [[-2.4, "#ffb98a"], [2.4, "#8fb8ff"], [0, dark]]) {
    context.save();
    context.translate(x, color === dark ? 0 : -1);
    context.fillStyle = color;
    context.strokeStyle = color;
    singerShapes(context, seconds);
    context.restore();
  }
  context.restore();
}

function singerShapes(context, seconds) {
  const sway = Math.sin(seconds * 0.9);
  const lift = Math.sin(seconds * 0.7 + 1);
  context.lineCap = "round";
  context.lineJoin = "round";
  limb(context, 3.5, [[70, 0], [60, -318]]);
  limb(context, 5, [[46, 0], [94, 0]]);
  limb(context, 15, [[58, -326], [46, -336]]);
  context.transform(1, 0, -0.02 * sway, 1, 0, 0);
  context.fill(BODY);
  limb(context, 16, [[38, -276], [104, -196], [63, -292]]);
  limb(context, 16, [[-38, -276], [-78 - 4 * lift, -216 - 8 * lift], [-128 - 6 * lift, -252 - 20 * lift]]);
  context.translate(0, -310);
  context.rotate(0.05 * Math.sin(seconds * 0.9 + 0.7));
  context.translate(0, 310);
  context.fill(HAIR);
  context.fill(FACE);
}

/** A thick line; with an elbow in the middle it bends there, softly. */
function limb(context, thickness, [from, elbow, to]) {
  context.lineWidth = thickness;
  context.beginPath();
  context.moveTo(...from);
  if (to) context.quadraticCurveTo(...elbow, ...to);
  else context.lineTo(...elbow);
  context.stroke();
}

function drawCrowd(context, width, height, seconds) {
  const radius = Math.max(12, Math.min(width, height) * 0.035);
  const count = Math.ceil(width / (radius * 1.7)) + 1;
  context.fillStyle = "#06060d";
  context.beginPath();
  for (let i = 0; i < count; i += 1) {
    const x = i * radius * 1.7;
    const y = height - radius * (0.9 + 0.5 * Math.sin(i * 2.7)) + Math.sin(seconds * 1.8 + i * 1.3) * radius * 0.08;
    context.moveTo(x + radius, y);
    context.arc(x, y, radius, 0, Math.PI * 2);
    context.rect(x - radius * 1.3, y + radius * 0.8, radius * 2.6, height);
  }
  context.fill();
}
