// Sports Car: headlights far off on a wet night road, it comes at the viewer, turns and drifts across in smoke
// and fire, its tyre mark becomes the name, and its tail lights draw their line back into the distance.
import {clamp, easeIn, easeInOut, easeOut, envelope, lerp, linear, span, stamp, textPoints, tint} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {beam, sprite} from "../sprites.js";
import {mirrored} from "./common.js";
import {FRONT, QUARTER, REAR, RIM, SIDE, WHEELS} from "./sports_car_parts.js";

const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;
/** How wide it is seen from each side, in units of the picture; so that it is equally tall from all of them. */
const WIDE = {front: 62, quarter: 72, side: 90, rear: 30};
const TURN_S = 2.3;
const DRIFT_S = 2.6;
const LEAVES_S = 4.9;
const AWAY_S = 5.1;
const EMBERS = 260;

export const sportsCar = {
  durationS: 8,
  parts: (view) => Object.fromEntries([["front", FRONT, WIDE.front], ["rear", REAR, WIDE.rear], ["quarter", QUARTER, WIDE.quarter],
    ["side", SIDE, WIDE.side], ["rim", RIM, 11]].map(([name, art, wide]) => [name, {art, width: unit(view) * wide}])),
  build(show) {
    const {u, w, h} = show;
    const flip = show.fromStart(0) ? -1 : 1;
    const road = Math.min(h * 0.93, show.floor - u * 2);
    const far = [w * 0.5, road - u * 26];
    const long = u * WIDE.side;
    const course = (t) => lerp(w * 0.3, w + long * 0.75, easeIn(span(t, DRIFT_S - 0.3, LEAVES_S)) * 0.6 +
      span(t, DRIFT_S - 0.3, LEAVES_S) * 0.4);
    const state = {flip, road, far, long, course, smoke: show.field(), sparks: show.field(true), embers: show.field(true)};
    rush(show, state);
    burn(show, state);
    const size = Math.min(u * 9, h * 0.12);
    const text = textPoints(show.name, {size, widthMax: w * 0.84, count: EMBERS, random: show.random});
    const line = show.lineAt(road - u * 7, text.h);
    singe(show, state, text, line);
    return {...state, line, bokeh: city(show, state), name: show.lettering({size, widthMax: w * 0.84,
      colors: ["#ffffff", "#ffe9c0", "#ff7a3c", "#ff4d6d"]})};
  },
  draw(show, state, t) {
    const seen = envelope(t, 0, 0.6, 7, 8);
    show.edges(0.72 * seen, "#060812");
    facing(show, state, () => {
      street(show, state, seen);
      marks(show, state, t, seen);
      away(show, state, t);
      approach(show, state, t);
      show.draw(state.sparks, t);
    });
    written(show, state, t);
    facing(show, state, () => {
      drift(show, state, t);
      show.draw(state.smoke, t);
    });
    show.draw(state.embers, t);
    if (t > TURN_S) show.cue("shake");
  },
};

/** All but the words is laid out for those who read to the right, and mirrored for the others. */
function facing({ctx, w}, {flip}, paint) {
  ctx.save();
  if (flip < 0) {
    ctx.translate(w, 0);
    ctx.scale(-1, 1);
  }
  paint();
  ctx.restore();
}

/** Lights that fly past while it comes: lines out of the distance. */
function rush({u, w, random}, {far: [x, y], sparks}) {
  for (let i = 0; i < 90; i += 1) {
    const a = random(-0.42, 1.42) * Math.PI + Math.PI / 2 * (i % 2 ? 0 : 2);
    const speed = w * random(0.4, 0.9);
    const from = u * random(8, 26);
    if (Math.sin(a) < -0.5) continue;
    sparks.add({at: random(0.3, 2.1), x: x + Math.cos(a) * from, y: y + Math.sin(a) * from * 0.5, vx: Math.cos(a) * speed,
      vy: Math.sin(a) * speed * 0.5, life: random(0.4, 0.8), size: u * random(3, 9), grow: 2, alpha: 0.8, kind: "streak",
      turn: Math.atan2(Math.sin(a) * 0.5, Math.cos(a)) + Math.PI / 2, color: [PALETTE.cyan, "#ffffff", PALETTE.rose][i % 3]});
  }
}

/** Smoke from the rear wheels, fire from the exhaust, sparks from the sill, all along its way. */
function burn({u, random}, {road, course, long, smoke, sparks}) {
  for (let i = 0; i < 230; i += 1) {
    const at = TURN_S + (i / 230) ** 1.1 * (LEAVES_S - TURN_S);
    const wheel = course(at) - long * random(0.24, 0.36);
    smoke.add({at, x: wheel, y: road - u * random(0, 2), vx: u * random(-16, 8), vy: -u * random(2, 15), drag: 0.9,
      life: random(1.3, 3), size: u * random(6, 12), grow: random(1.8, 2.9), alpha: random(0.3, 0.66), kind: "smoke",
      color: i % 4 ? "#e4e7f0" : "#ffb3c0"});
    if (i % 2) sparks.add({at, x: wheel, y: road, vx: -u * random(10, 56), vy: -u * random(2, 24), gravity: u * 50,
      life: random(0.3, 0.9), size: u * random(0.7, 2), color: WARM[i % 5]});
  }
  for (const at of [DRIFT_S + 0.1, DRIFT_S + 0.55, DRIFT_S + 1.15]) {
    for (let i = 0; i < 22; i += 1) sparks.add({at: at + random(0, 0.1), x: course(at) - long * 0.49, y: road - u * 7.4,
      vx: -u * random(14, 60), vy: u * random(-5, 4), drag: 2.4, life: random(0.2, 0.5), size: u * random(2.4, 6), grow: 0.2,
      color: i % 4 ? PALETTE.ember : PALETTE.cyan});
  }
}

/** The letters glow where the wheels have burnt them in: each ember lights as the car leaves its place. */
function singe(show, {flip, course, long, embers}, text, line) {
  const {u, w, random} = show;
  let at = DRIFT_S;
  const points = flip < 0 ? text.points.toReversed() : text.points;
  for (const [x, y] of points) {
    const along = flip > 0 ? w / 2 + x : w / 2 - x;
    while (at < LEAVES_S && course(at) - long * 0.3 < along) at += 0.01;
    embers.add({at: at + random(0, 0.16), x: w / 2 + x, y: line + y, vx: random(-1, 1) * u, vy: -u * random(0, 7) * random(),
      life: random(0.8, 3), size: u * random(0.7, 2), grow: 0.4, twinkle: random(5, 12), color: WARM[Math.floor(random(1, 5))]});
  }
}

/** The lights of a city on the horizon, out of focus. */
const city = ({u, w, random}, {far}) => Array.from({length: 44}, (_, i) => ({x: w * random(-0.02, 1.02),
  y: far[1] - u * random() ** 2 * 9, size: u * random(2, 6), alpha: random(0.25, 0.75),
  picture: sprite("haze", [PALETTE.amber, PALETTE.rose, PALETTE.cyan, "#fff3cf", PALETTE.violet][i % 5])}));

/** The road: wet asphalt, its lines running into the distance, and the city mirrored in it. */
function street({ctx, u, w, h}, {road, far: [x, y], bokeh}, seen) {
  ctx.fillStyle = linear(ctx, 0, y - u * 7, 0, h, [[0, tint("#070a16", 0)], [0.24, tint("#0a0e1e", 0.82 * seen)],
    [1, tint("#05060e", 0.94 * seen)]]);
  ctx.fillRect(0, y - u * 7, w, h);
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  for (const light of bokeh) {
    ctx.globalAlpha = light.alpha * seen;
    ctx.drawImage(light.picture, light.x - light.size, light.y - light.size, light.size * 2, light.size * 2);
    ctx.globalAlpha = light.alpha * seen * 0.3;
    ctx.drawImage(light.picture, light.x - light.size * 0.5, y, light.size, u * 24);
  }
  for (const [side, color] of [[-1, PALETTE.rose], [1, PALETTE.cyan]]) {
    ctx.globalAlpha = seen;
    ctx.strokeStyle = linear(ctx, 0, y, 0, h, [[0, tint(color, 0.1)], [1, tint(color, 0.95)]]);
    for (const [wide, alpha] of [[1.6, 0.3], [0.4, 1]]) {
      ctx.globalAlpha = alpha * seen;
      ctx.lineWidth = u * wide;
      ctx.beginPath();
      ctx.moveTo(x + side * u, y);
      ctx.lineTo(x + side * Math.max(w * 0.6, u * 70), road + u * 8);
      ctx.stroke();
    }
  }
  ctx.restore();
  ctx.fillStyle = tint("#dfe6ff", 0.5 * seen);
  for (let i = 0; i < 6; i += 1) {
    const [near, end] = [(i / 6) ** 1.7, ((i + 0.5) / 6) ** 1.7];
    const [top, foot] = [lerp(y, h + u * 6, near), lerp(y, h + u * 6, end)];
    ctx.beginPath();
    ctx.moveTo(x - u * 1.6 * near, top);
    ctx.lineTo(x + u * 1.6 * near, top);
    ctx.lineTo(x + u * 1.6 * end, foot);
    ctx.lineTo(x - u * 1.6 * end, foot);
    ctx.fill();
  }
}

/** A lamp: its core, its halo, and the flat flare across it. */
function lamp(ctx, x, y, size, alpha, color = "#dff1ff") {
  stamp(ctx, sprite("haze", color), x, y, size * 3, size * 2.2, {alpha: alpha * 0.8});
  stamp(ctx, sprite("glow", color), x, y, size, undefined, {alpha});
  stamp(ctx, sprite("haze", color), x, y, size * 7, size * 0.5, {alpha: alpha * 0.8});
}

/** Far lights that grow into a car coming at the viewer; then it turns its side. */
function approach(show, {road, far, course}, t) {
  const k = easeIn(span(t, 0.25, TURN_S)) * 0.86 + span(t, 0.25, TURN_S) * 0.14;
  const turned = span(t, TURN_S, TURN_S + 0.22);
  if (t > DRIFT_S + 0.2) return;
  const {ctx, u, parts} = show;
  const size = lerp(u * 2, u * WIDE.front, k);
  const x = lerp(far[0], course(TURN_S), k) + (t > TURN_S ? course(t) - course(TURN_S) : 0);
  const y = lerp(far[1], road, k) + Math.sin(t * 30) * u * 0.18 * k;
  const tall = (size * 74) / 160;
  mirrored(ctx, parts.get("front"), x, y, size * 0.98, tall * 0.7, {t, alpha: 0.34 * (1 - turned) * span(k, 0.02, 0.2), sway: u * 0.4});
  stamp(ctx, parts.get("front"), x, y - tall * 0.46, size * (1 - turned * 0.2), tall, {alpha: (1 - turned) * span(k, 0.003, 0.06)});
  const quarter = turned * (1 - span(t, DRIFT_S - 0.02, DRIFT_S + 0.18));
  const wide = u * WIDE.quarter;
  stamp(ctx, parts.get("quarter"), x, y - wide * 0.178, wide, (wide * 80) / 204, {alpha: quarter, turn: -0.03 * turned});
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  const left = 1 - span(t, TURN_S - 0.05, TURN_S + 0.15);
  for (const side of [-1, 1]) {
    const lx = x + side * size * 0.34;
    const ly = y - tall * 0.34;
    ctx.save();
    ctx.translate(lx, ly);
    ctx.rotate(-side * 0.16);
    ctx.globalAlpha = 0.5 * left * clamp(k * 3);
    ctx.drawImage(beam("#dff1ff"), -size * 0.16, 0, size * 0.32, size * 0.5);
    ctx.restore();
    lamp(ctx, lx, ly, u * (2.5 + 13 * Math.sqrt(k)) * (1 - 0.3 * span(k, 0.7, 1)), left);
  }
  lamp(ctx, x + wide * 0.26, y - wide * 0.17, u * 10, quarter);
  ctx.restore();
}

/** Two lines of rubber on the road, burning where they are fresh. */
function marks({ctx, u, w}, {road, long, course}, t, seen) {
  const end = Math.min(course(t) - long * 0.26, w + u * 5);
  if (t < DRIFT_S - 0.2 || end <= 0) return;
  const cold = span(t, LEAVES_S - 0.4, LEAVES_S + 1.4);
  for (const [i, drop] of [[0, 0.6], [1, 2.8]]) {
    ctx.beginPath();
    for (let x = -u * 4; x <= end; x += u * 3) ctx.lineTo(x, road + u * drop + Math.sin((x / w) * 7 + i * 0.5) * u * 0.8);
    ctx.lineWidth = u * 1.5;
    ctx.lineCap = "round";
    ctx.strokeStyle = `rgba(4,4,8,${0.9 * seen})`;
    ctx.stroke();
    ctx.lineWidth = u * 0.6;
    ctx.strokeStyle = linear(ctx, end - w * 0.7, 0, end, 0, [[0, tint(PALETTE.rose, 0.3 * seen * (1 - cold))],
      [0.7, tint(PALETTE.ember, 0.85 * seen * (1 - cold))], [1, tint("#fff3cf", seen * (1 - cold))]]);
    ctx.stroke();
  }
}

/** The drift: side on, nose up, wheels turning, its light ahead of it and a line of red behind. */
function drift(show, {road, long, course}, t) {
  if (t < DRIFT_S - 0.06 || t > LEAVES_S + 0.1) return;
  const {ctx, u, parts} = show;
  const x = course(t);
  const tall = (long * 78) / 264;
  const alpha = span(t, DRIFT_S - 0.06, DRIFT_S + 0.12);
  const slide = 1 - easeInOut(span(t, DRIFT_S, 4.2));
  mirrored(ctx, parts.get("side"), x, road + u * 0.6, long * 0.98, tall * 0.7, {t, alpha: 0.34 * alpha, sway: u * 0.5});
  ctx.save();
  ctx.translate(x, road - tall * 0.44 + Math.sin(t * 37) * u * 0.14);
  ctx.rotate(-0.055 * slide + Math.sin(t * 9) * 0.012);
  ctx.scale(lerp(1, 0.8, slide), 1);
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("haze", PALETTE.rose), 0, tall * 0.44, long * 1.2, tall * 0.8, {alpha: 0.75 * alpha});
  stamp(ctx, sprite("haze", PALETTE.red), -long * 0.8, -tall * 0.02, long * 0.8, tall * 0.14, {alpha: 0.9 * alpha});
  ctx.save();
  ctx.translate(long * 0.45, tall * 0.06);
  ctx.rotate(-Math.PI / 2 - 0.05);
  ctx.globalAlpha = 0.75 * alpha;
  ctx.drawImage(beam("#dff1ff"), -long * 0.14, 0, long * 0.28, long * 0.8);
  ctx.restore();
  ctx.globalCompositeOperation = "source-over";
  stamp(ctx, parts.get("side"), 0, 0, long, tall, {alpha});
  for (const at of WHEELS) stamp(ctx, parts.get("rim"), (at / 264 - 0.5) * long, (56 / 264) * long - tall / 2, long * 0.092, undefined,
    {turn: t * 26, alpha});
  ctx.globalCompositeOperation = "lighter";
  lamp(ctx, long * 0.44, tall * 0.04, u * 8, alpha);
  lamp(ctx, -long * 0.45, -tall * 0.02, u * 5, alpha * 0.9, PALETTE.red);
  ctx.restore();
}

/** It drives back into the distance; its tail lights draw two lines that stay a while, and wink at the end. */
function away(show, {road, far}, t) {
  const k = easeOut(span(t, AWAY_S, 7));
  if (k <= 0 || t > 7.7) return;
  const {ctx, u, w, parts} = show;
  const at = (q) => [lerp(w * 1.12, far[0], q ** 0.8), lerp(road - u * 2, far[1], q), lerp(u * WIDE.rear, u * 1.6, q)];
  const fade = 1 - span(t, 6.9, 7.6);
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  const ways = Array.from({length: 31}, (_, i) => at((i / 30) * k));
  const [[fromX, fromY]] = ways;
  const [x, y, size] = ways.at(-1);
  ctx.globalAlpha = fade;
  ctx.fillStyle = linear(ctx, fromX, fromY, x, y, [[0, tint(PALETTE.red, 0.1)], [0.8, tint(PALETTE.red, 0.8)], [1, "#ffb0a0"]]);
  for (const side of [-1, 1]) {
    const edge = (half) => ([px, py, wide]) => [px + side * wide * 0.36, py - wide * (0.2 + half)];
    ctx.beginPath();
    for (const [px, py] of [...ways.map(edge(0.03)), ...ways.toReversed().map(edge(-0.03))]) ctx.lineTo(px, py);
    ctx.fill();
  }
  ctx.globalCompositeOperation = "source-over";
  stamp(ctx, parts.get("rear"), x, y - (size * 74) / 320, size, (size * 74) / 160, {alpha: fade * (1 - span(k, 0.9, 1))});
  ctx.globalCompositeOperation = "lighter";
  const wink = 1 + 0.9 * (Math.sin(span(t, 6.3, 6.6) * Math.PI) + Math.sin(span(t, 6.7, 7) * Math.PI));
  for (const side of [-1, 1]) lamp(ctx, x + side * size * 0.36, y - size * 0.2, (u * 1.6 + size * 0.2) * wink, fade, PALETTE.red);
  ctx.restore();
}

/** The name: it lies where the tyres went, uncovered as the car leaves, white-hot at first. */
function written(show, {flip, name, line, course, long}, t) {
  if (!name || t < DRIFT_S) return;
  const {ctx, w, h} = show;
  const edge = clamp(course(t) - long * 0.28, 0, w);
  ctx.save();
  ctx.beginPath();
  ctx.rect(flip > 0 ? 0 : w - edge, 0, edge, h);
  ctx.clip();
  const hot = 1 - span(t, LEAVES_S - 0.2, LEAVES_S + 1.1);
  const left = 1 - easeOut(span(t, 6.9, 7.7));
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("haze", PALETTE.ember), w / 2, line, name.w * 1.3, name.h * 2, {alpha: (0.35 + hot * 0.5) * left});
  ctx.globalCompositeOperation = "source-over";
  show.write(name, w / 2, line, {alpha: left, turn: -0.02 * flip});
  ctx.globalCompositeOperation = "lighter";
  show.write(name, w / 2, line, {alpha: hot * 0.6 * left, turn: -0.02 * flip});
  ctx.restore();
}
