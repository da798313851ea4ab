// Diamond Ring: a box opens low, beams of light fan out, the ring rises turning, and the glint of a facet
// sweeps the whole picture once.
import {easeIn, easeInOut, easeOut, envelope, lerp, overshoot, span, stamp} from "../kit.js";
import {COOL, PALETTE} from "../palette.js";
import {sprite} from "../sprites.js";
import {drawing, e, lin, p, r, rad, s} from "../vector.js";
import {shaft} from "./common.js";

const VELVET = [lin("out", "#ff7d96 #c4183f@35 #7a0a30@75 #45041c", 0.1, 0, 0.4, 1),
  lin("in", "#fff6f0 #f3d9d2@50 #c49a94", 0, 0, 0, 1), lin("gold", "#fff6cf #ffc84d@45 #a8680c", 0, 0, 1, 0.6),
  rad("slot", "#5b0a20 #c49a94", 0.5, 0.5, 0.5)];
const BASE = drawing(VELVET, e(80, 74, 74, 7, "#000", 'opacity=".45"') +
  p("M8 22H152L146 68C144 74 140 76 134 76H26C20 76 16 74 14 68Z", "~out") + p("M8 22H152L150.6 33H9.4Z", "~gold") +
  e(80, 22, 72, 12, "~out") + e(80, 21.4, 67, 10.4, "~in") + e(80, 23, 26, 4, "~slot") +
  p("M14 36L20 70H27L20 36Z", "#fff", 'opacity=".22"') + r(70, 27, 20, 13, 4, "~gold") +
  r(72, 28.6, 12, 3, 1.5, "#fff", 'opacity=".6"'), 160, 84);
const LID = drawing(VELVET, p("M8 62C8 26 34 6 80 6C126 6 152 26 152 62C136 74 24 74 8 62Z", "~out") +
  p("M18 60C18 32 42 16 80 16C118 16 142 32 142 60C128 69 32 69 18 60Z", "~in") +
  s("M8 62C24 74 136 74 152 62", "~gold", 4) + p("M20 56C22 34 44 20 74 17C50 26 32 40 30 63C25 62 21 60 20 56Z",
  "#fff", 'opacity=".4"') + p("M66 34L70 27H90L94 34L80 50Z", "#e0b0a8"), 160, 74);
const SHUT = drawing(VELVET, p("M8 62C8 30 34 10 80 10C126 10 152 30 152 62C136 74 24 74 8 62Z", "~out") +
  s("M9 62C24 73 136 73 151 62", "~gold", 4) + p("M16 56C18 34 40 19 72 15C44 26 28 40 26 62C22 61 18 59 16 56Z",
  "#fff", 'opacity=".3"'), 160, 74);
const BAND = drawing([lin("g", "#fff8dc #ffd75e@22 #d98a1a@46 #fff0b8@60 #f2a82b@76 #8a4f06", 0, 0, 1, 1),
  lin("i", "#7a4206 #e8b04a@55 #fff6cf", 0, 0, 1, 1)], p("M60 6A54 54 0 1 1 59.9 6ZM60 19A41 41 0 1 0 60.1 19Z",
  "~g", 'fill-rule="evenodd"') + p("M60 19A41 41 0 1 1 59.9 19ZM60 23A38 38 0 1 0 60.1 23Z", "~i",
  'fill-rule="evenodd"') + s("M14 74C10 50 22 24 44 14", "#fff", 3, 'opacity=".9"') +
  s("M106 76C102 92 90 104 74 109", "#fff6cf", 2.6, 'opacity=".85"') +
  p("M38 14L30 -2L42 2L60 20L78 2L90 -2L82 14C70 22 50 22 38 14Z", "~g"), 120, 120);
const GEM = drawing([lin("l", "#ffffff #b8efff"), lin("m", "#b8efff #5fd0fa"), lin("d", "#6fd6fb #2388d8"),
  lin("k", "#3296dc #0d4a94"), lin("t", "#ffffff #e6fbff")],
  p("M6 34L30 6H90L114 34L60 98Z", "~m") + p("M30 6L6 34H36Z", "~l") + p("M30 6H60L36 34Z", "~t") +
    p("M60 6L36 34H84Z", "~l") + p("M60 6H90L84 34Z", "~m") + p("M90 6L114 34H84Z", "~d") +
    p("M6 34H36L60 98Z", "~l") + p("M36 34H84L60 98Z", "~d") + p("M36 34H60V98Z", "#fff", 'opacity=".42"') +
    p("M84 34H114L60 98Z", "~k") + p("M48 34L60 98L54 34Z", "#fff", 'opacity=".5"') +
    s("M7 34H113M36 34L60 96M84 34L60 96M30 7L36 34L60 7L84 34L90 7", "#f2fdff", 1.3, 'opacity=".8"') +
    p("M30 6H44L28 34H16Z", "#fff", 'opacity=".55"'), 120, 104);
const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;

export const diamondRing = {
  durationS: 8,
  parts: (view) => ({base: {art: BASE, width: unit(view) * 34}, lid: {art: LID, width: unit(view) * 34},
    shut: {art: SHUT, width: unit(view) * 34}, band: {art: BAND, width: unit(view) * 20},
    gem: {art: GEM, width: unit(view) * 18}}),
  build(show) {
    const {u, w, h, random} = show;
    const x = w / 2;
    const foot = Math.min(h * 0.93, show.floor - u * 2);
    const light = show.field(true);
    for (let i = 0; i < 150; i += 1) light.add({at: 1.2 + random(0, 5), x: x + random(-1, 1) * u * 18,
      y: foot - u * 12, vx: random(-1, 1) * u * 15, vy: -u * random(6, 30), drag: 0.7, life: random(0.9, 2),
      size: u * random(0.8, 2.6), twinkle: random(8, 18), kind: i % 2 ? "star" : "glow",
      color: i % 4 ? COOL[i % 5] : PALETTE.gold});
    for (let i = 0; i < 110; i += 1) {
      const side = random() < 0.5 ? random(0, 0.3) : random(0.7, 1);
      const at = 4 + side * 0.9 + random(0, 0.5);
      light.add({at, x: w * side, y: h * random(0.05, 0.95), vy: u * random(-2, 3), life: random(0.5, 1.3),
        size: u * random(1.4, 4.4), kind: "star", color: COOL[i % 5]});
    }
    return {x, foot, light};
  },
  draw(show, state, t) {
    const {ctx, u, h} = show;
    const {x, foot, light} = state;
    const seen = envelope(t, 0, 0.6, 6.8, 8);
    show.edges(0.78 * seen, "#060a1c");
    const come = overshoot(span(t, 0.1, 0.7));
    const gone = easeIn(span(t, 6.9, 7.7));
    const y = foot + (1 - come) * u * 36 + gone * u * 40;
    const open = easeInOut(span(t, 0.9, 1.7)) * (1 - easeInOut(span(t, 6.2, 6.9)));
    const size = u * 34;
    ctx.globalCompositeOperation = "lighter";
    for (let i = -4; i <= 4; i += 1) shaft(ctx, i % 2 ? PALETTE.cyan : "#ffe9c0", x, y - u * 12, Math.PI +
      i * 0.31 + Math.sin(t * 0.8 + i) * 0.05, u * 15, h * (0.62 - Math.abs(i) * 0.02) * open,
      open * (Math.abs(i) < 2 ? 0.26 : 0.5));
    stamp(ctx, sprite("haze", "#8fd8ff"), x, y - u * 18, u * 80, u * 56, {alpha: open * 0.8});
    ctx.globalCompositeOperation = "source-over";
    const lid = span(open, 0.4, 1);
    const rim = y - u * 13.2;
    const dome = (size * 74) / 160;
    if (lid > 0) stamp(ctx, show.parts.get("lid"), x, rim - dome * 0.36 * lid, size, dome * lid);
    ring(show, state, t, y, open);
    stamp(ctx, show.parts.get("base"), x, y - u * 8.4, size, (size * 84) / 160);
    // Shut, the lid is seen from outside; it tips back until only its lining shows.
    const shut = 1 - span(open, 0, 0.45);
    if (shut > 0) stamp(ctx, show.parts.get("shut"), x, rim + u * 1.4 - dome * 0.34 * shut, size, dome * shut);
    show.draw(light, t);
    sweep(show, t);
  },
};

/** The ring: it rises out of its slot and turns; the stone catches the light each half turn. */
function ring(show, {x}, t, y, open) {
  const up = easeOut(span(t, 1.5, 2.9)) * (1 - easeIn(span(t, 5.6, 6.4)));
  if (open <= 0.4) return;
  const {ctx, u} = show;
  const size = u * 16;
  const angle = t * 1.9;
  const wide = Math.max(0.3, Math.abs(Math.cos(angle)));
  const ry = y - u * 12 - up * u * 15 + Math.sin(t * 2) * u * 0.5 * up;
  ctx.save();
  ctx.globalAlpha = span(open, 0.4, 0.8);
  stamp(ctx, show.parts.get("band"), x, ry, size, size, {flip: wide * Math.sign(Math.cos(angle) || 1)});
  stamp(ctx, show.parts.get("gem"), x, ry - size * 0.62, u * 13.6 * lerp(0.92, 1, wide), u * 11.7);
  ctx.globalCompositeOperation = "lighter";
  const wink = Math.max(0, Math.sin(angle * 2)) ** 6;
  stamp(ctx, sprite("haze", PALETTE.cyan), x, ry - size * 0.6, u * 34, undefined, {alpha: 0.35 + wink * 0.35});
  stamp(ctx, sprite("star", "#ffffff"), x - u * 3 + wink * u * 2, ry - size * 0.7, u * 9 * wink, undefined,
    {turn: t * 0.5});
  stamp(ctx, sprite("star", "#c9f4ff"), x + u * 5, ry - size * 0.5,
    u * 8 * Math.max(0, Math.sin(angle * 2 + 2)) ** 6, undefined, {turn: -t});
  ctx.restore();
}

/** The glint: one slanted band of light runs over the picture, once. */
function sweep(show, t) {
  const k = span(t, 3.9, 5.1);
  if (k <= 0 || k >= 1 || !show.flash("sweep")) return;
  const {ctx, w, h} = show;
  const at = show.fromStart(lerp(-w * 0.3, w * 1.3, easeInOut(k)));
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  ctx.translate(at, h / 2);
  ctx.rotate(0.35);
  ctx.globalAlpha = Math.sin(k * Math.PI) * 0.5;
  for (const [dx, wide, color] of [[0, 0.2, "#dff6ff"], [0.11, 0.05, "#ffffff"], [-0.12, 0.06, "#ffd9f0"]]) {
    ctx.drawImage(sprite("haze", color), (dx - wide) * w, -h * 1.3, w * wide * 2, h * 2.6);
  }
  ctx.restore();
}
