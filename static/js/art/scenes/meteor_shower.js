// Meteor Shower: streaks cross from one corner and leave embers; the last and largest lands low and
// writes the name in fire.
import {TAU, clamp, easeIn, easeOut, envelope, lerp, linear, span, stamp, textPoints, tint} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {sprite} from "../sprites.js";

const METEORS = 26;
const LANDS_S = 3.9;
const EMBERS = 320;

export const meteorShower = {
  durationS: 8,
  build(show) {
    const {u, w, h, random} = show;
    const embers = show.field(true);
    const smoke = show.field();
    const long = Math.hypot(w, h);
    const slope = show.tall ? 1.5 : 0.72;
    const away = show.fromStart(0) ? 1 : -1;
    const way = [away * Math.cos(Math.atan(slope)), Math.sin(Math.atan(slope))];
    const meteors = Array.from({length: METEORS}, (_, i) => {
      const depth = random(0.35, 1);
      const lane = (i * 0.618) % 1;
      const from = [show.fromStart(w * (0.3 + lane * 1.3)), -h * 0.1 - (lane > 0.7 ? 0 : u * 6)];
      const one = {at: 0.15 + i * 0.145 + random(0, 0.1), life: lerp(1.5, 0.8, depth), from, far: long * 1.1,
        size: u * lerp(1.8, 6, depth ** 2), depth, color: WARM[Math.floor(random(1, 4))]};
      shed(embers, show, one, way, Math.floor(8 + depth * 20));
      return one;
    });
    const goal = [w / 2, h * 0.86];
    const last = {at: LANDS_S - 1.15, life: 1.15, from: [goal[0] - way[0] * long * 0.9,
      goal[1] - way[1] * long * 0.9], far: long * 0.9, size: u * 9, depth: 1, color: PALETTE.ember, last: true};
    shed(embers, show, last, way, 90);
    crash(embers, smoke, show, goal);
    const size = Math.min(u * 10, h * 0.13);
    const text = textPoints(show.name, {size, widthMax: w * 0.86, count: EMBERS, random});
    const line = show.lineAt(h * 0.84, text.h);
    for (const [x, y] of text.points) {
      const at = LANDS_S + 0.1 + (Math.abs(x) / (w * 0.5)) * 0.7;
      embers.add({at, x: w / 2 + x, y: line + y, vx: random(-1, 1) * u * 0.6, vy: -u * random(0, 6) * random(),
        life: random(0.9, 3.4), size: u * random(0.6, 1.7), grow: 0.4, twinkle: random(5, 12),
        color: WARM[Math.floor(random(1, 5))]});
    }
    return {meteors: [...meteors, last], way, goal, embers, smoke,
      name: show.lettering({size, widthMax: w * 0.86, colors: ["#fff8dc", "#ffc145", "#ff5a2c"]})};
  },
  draw(show, {meteors, way, goal, embers, smoke, name}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.7, 6.6, 8);
    show.edges(0.8 * seen, "#0a0620");
    ctx.globalCompositeOperation = "lighter";
    for (const one of meteors) meteor(show, one, way, t);
    ctx.globalCompositeOperation = "source-over";
    show.draw(smoke, t);
    ctx.globalCompositeOperation = "lighter";
    const hit = span(t, LANDS_S, LANDS_S + 1.1);
    if (hit > 0 && hit < 1) {
      show.cue("shake");
      const ring = easeOut(hit);
      ctx.lineWidth = u * 2.4 * (1 - hit) + 0.5;
      ctx.strokeStyle = tint("#ffd9a0", 0.9 * (1 - hit));
      ctx.beginPath();
      ctx.ellipse(goal[0], goal[1] + u * 2, w * 0.55 * ring, u * 12 * ring, 0, 0, TAU);
      ctx.stroke();
    }
    const flare = show.flashAt(t, LANDS_S);
    stamp(ctx, sprite("haze", "#fff3cf"), goal[0], goal[1], w * 1.2, h * 0.7, {alpha: flare * 0.85});
    const glow = envelope(t, LANDS_S, LANDS_S + 0.2, 5.8, 7.6);
    stamp(ctx, sprite("haze", PALETTE.ember), goal[0], goal[1] + u * 3, w * 0.95, h * 0.3,
      {alpha: glow * (0.85 + 0.15 * Math.sin(t * 9))});
    if (glow > 0) {
      ctx.fillStyle = linear(ctx, 0, h * 0.9, 0, h, [[0, tint(PALETTE.ember, 0)],
        [1, tint(PALETTE.rose, 0.4 * glow)]]);
      ctx.fillRect(0, h * 0.9, w, h * 0.1);
    }
    ctx.globalCompositeOperation = "source-over";
    const shown = span(t, LANDS_S + 0.15, LANDS_S + 0.9);
    if (name && shown > 0) {
      ctx.save();
      ctx.beginPath();
      ctx.rect(w / 2 - name.w * 0.5 * easeOut(shown), 0, name.w * easeOut(shown), h);
      ctx.clip();
      show.write(name, w / 2, h * 0.84, {alpha: 1 - span(t, 6.8, 7.6)});
      ctx.restore();
    }
    show.draw(embers, t);
  },
};

/** The embers a meteor leaves behind. */
function shed(embers, {u, random}, one, way, many) {
  for (let j = 0; j < many; j += 1) {
    const k = (j + random()) / many;
    const far = one.far * (one.last ? easeIn(k) * 0.5 + k * 0.5 : k);
    embers.add({at: one.at + k * one.life, x: one.from[0] + way[0] * far + random(-1, 1) * one.size * 0.4,
      y: one.from[1] + way[1] * far + random(-1, 1) * one.size * 0.4, vx: way[0] * u * random(2, 14) +
      random(-1, 1) * u * 3, vy: way[1] * u * random(0, 8), gravity: u * 12, drag: 1.4, life: random(0.5, 1.5),
      size: Math.max(u * 0.6, one.size * random(0.2, 0.5)), grow: 0.2, twinkle: 14,
      color: WARM[Math.floor(random(0, 5))]});
  }
}

/** The landing: a fan of debris and a ring of dust. */
function crash(embers, smoke, {u, w, random}, [x, y]) {
  for (let i = 0; i < 190; i += 1) {
    const a = -Math.PI * random(0.04, 0.96);
    const v = u * random(14, 74) * (0.45 + 0.55 * Math.abs(Math.cos(a)));
    embers.add({at: LANDS_S + random(0, 0.05), x, y, vx: Math.cos(a) * v, vy: Math.sin(a) * v * 0.8,
      gravity: u * 62, drag: 0.7, life: random(0.6, 1.7), size: u * random(1, 4), grow: 0.2,
      color: WARM[Math.floor(random(0, 5))]});
  }
  for (let i = 0; i < 70; i += 1) {
    const side = random(-1, 1);
    smoke.add({at: LANDS_S + random(0, 0.3), x, y: y + u * 4, vx: side * w * 0.6, vy: -u * random(1, 10), drag: 1.5,
      life: random(1.2, 2.8), size: u * random(7, 13), grow: 2, spin: random(-0.5, 0.5), alpha: 0.5, kind: "smoke",
      color: i % 2 ? "#6b5148" : "#b3684a"});
  }
}

/** One meteor: a long tail of light, a hot head; the last one has a body of stone. */
function meteor(show, one, way, t) {
  const k = span(t, one.at, one.at + one.life);
  if (k <= 0 || k >= 1) return;
  const {ctx, u} = show;
  const far = one.far * (one.last ? easeIn(k) * 0.5 + k * 0.5 : k);
  const x = one.from[0] + way[0] * far;
  const y = one.from[1] + way[1] * far;
  const tail = one.size * (one.last ? 9 : 13) * clamp(k * 4);
  const turn = Math.atan2(way[1], way[0]) - Math.PI / 2;
  const alpha = lerp(0.5, 1, one.depth) * (one.last ? 1 : 1 - span(k, 0.82, 1));
  const back = [x - (way[0] * tail) / 2, y - (way[1] * tail) / 2];
  stamp(ctx, sprite("streak", one.color), ...back, one.size * 6, tail, {turn, alpha: alpha * 0.8});
  stamp(ctx, sprite("streak", "#fff3cf"), x - way[0] * tail * 0.3, y - way[1] * tail * 0.3, one.size * 2.6,
    tail * 0.62, {turn, alpha});
  stamp(ctx, sprite("haze", one.color), x, y, one.size * 5, undefined, {alpha: alpha * 0.9});
  stamp(ctx, sprite("glow", PALETTE.gold), x, y, one.size * 2, undefined, {alpha});
  if (!one.last) return;
  stamp(ctx, sprite("glow", PALETTE.amber), x, y, one.size * (3 + 0.3 * Math.sin(t * 50)), undefined, {alpha: 0.9});
  stamp(ctx, sprite("haze", PALETTE.rose), x, y, u * 70, undefined, {alpha: 0.5});
}
