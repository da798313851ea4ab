// Luxury Yacht: water rises over the lower third, the yacht crosses slowly with lit windows and a wake,
// gulls, a horn, the sender's name on the flag it tows, and the water sinks.
import {TAU, easeIn, easeInOut, lerp, linear, span, stamp, tint} from "../kit.js";
import {COOL, PALETTE} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, clip, drawing, e, g, lin, p, r, rad, s} from "../vector.js";
import {cloth, gull, mirrored, waves} from "./common.js";

const windows = (x, y, many, step, w, h) => Array.from({length: many},
  (_, i) => r(x + i * step, y, w, h, Math.min(h / 2, 1.6), "~win")).join("");
const rail = (x, y, w, h) => s(`M${x} ${y}H${x + w}`, "#dfe8f7", 0.9) +
  s(`M${x} ${y + h / 2}H${x + w}`, "#9fb1d0", 0.5) +
  Array.from({length: Math.floor(w / 6) + 1}, (_, i) => s(`M${x + i * 6} ${y}V${y + h}`, "#b4c4e2", 0.6)).join("");
const HULL = "M6 88C7 84 9 82 14 82L214 82C240 82 270 78 296 68C286 90 268 112 244 121L34 121C18 118 8 104 6 88Z";

/** Lit windows and lamps alone, to be laid over the yacht as light. */
const LIGHTS = windows(38, 90, 14, 13.4, 8, 4.2) + windows(66, 71, 11, 12.2, 9, 5) +
  windows(92, 53.4, 7, 13, 9, 4.6);

const DEFS = [
  lin("hull", "#ffffff #f4f7fd@40 #c3d0e6@62 #7f93b8", 0.2, 0, 0.26, 1),
    lin("keel", "#2f5cae #15306e@55 #081538", 0, 0, 0.1, 1),
    lin("deck", "#ffffff #eaf0fa@50 #a9b9d6", 0.2, 0, 0.3, 1),
  lin("glass", "#7fb4ef #2a4f96@45 #0f1f47", 0, 0, 0.5, 1), lin("win", "#fff0b8 #ffc145@50 #ff8f1f", 0, 0, 0, 1),
    lin("gold", "#fff0b8 #ffc145@50 #b8720e", 0, 0, 0, 1), lin("teak", "#d99a5c #8a5427", 0, 0, 0, 1),
    lin("mast", "#ffffff #a9b9d6", 0, 0, 1, 0),
  rad("ball", "#ffffff #c3d0e6", 0.35, 0.3, 0.7), clip("hc", HULL),
];

const YACHT = drawing(DEFS,
  s("M128 30L60 66M150 26L288 70", "#8fa3c8", 0.5) + Array.from({length: 9}, (_, i) => {
    const k = (i + 0.7) / 9.5;
    const x = 150 + 138 * k;
    const y = 26 + 44 * k;
    return p(`M${x} ${y}L${x + 9} ${y + 3}L${x + 3.4} ${y + 10}Z`,
      [PALETTE.rose, PALETTE.gold, PALETTE.cyan, "#ffffff", PALETTE.green][i % 5]);
  }).join("") +
  p("M138 42L146 12H154L160 42Z", "~mast") + r(133, 22, 30, 3, 1.5, "~deck") + r(138, 15, 22, 2.4, 1.2, "~deck") +
    e(139, 18.6, 6, 3.6, "~ball") + e(159, 20, 4.4, 2.8, "~ball") + s("M150 12V2", "#c3d0e6", 1) +
    c(150, 2, 1.2, PALETTE.red) +
  p("M112 48L122 30H138L144 48Z", "~hull") + p("M114.6 43L118 37H141.4L142.8 43Z", PALETTE.rose) +
  p("M84 62L96 46H186L206 62Z", "~deck") + p("M90 59.6L98.6 49.6H184L196.6 59.6Z", "~glass") +
    s("M96 46H186L206 62", "#ffffff", 1.2) + windows(92, 53.4, 7, 13, 9, 4.6).replaceAll("~win", "#20376e") +
    p("M176 50L184 50L196 59H181Z", "#fff", 'opacity=".35"') +
  p("M54 82L66 64H212L240 82Z", "~deck") + p("M60 79L69 67H210L228 79Z", "~glass") +
    s("M66 64H212L240 82", "#ffffff", 1.3) + windows(66, 71, 11, 12.2, 9, 5).replaceAll("~win", "#20376e") +
    p("M200 67.6H210L226 78.6H208Z", "#fff", 'opacity=".32"') + r(46, 80, 176, 2.6, 1, "~teak") +
  rail(12, 74, 42, 8) + rail(66, 57, 18, 7) + s("M238 75L292 62M244 82V74M256 80V71M268 76.6V68M280 72.6V65",
    "#c3d0e6", 0.8) +
  p(HULL, "~hull") + g('clip-path="~hc"', p("M0 106C90 109 210 109 300 92V130H0Z", "~keel") +
    p("M0 103.4C90 106.4 210 106.4 300 89.4V92.4C210 109 90 109 0 106Z", "~gold") +
    p("M0 82H300V86.4C240 89 90 89 0 86.4Z", "#fff", 'opacity=".7"') +
    p("M210 82C244 82 270 78 296 68L286 84C262 90 236 92 204 92Z", "#fff", 'opacity=".45"') +
    p("M4 96C8 112 22 119 34 121H90C50 116 20 110 4 96Z", "#0b1d4a", 'opacity=".35"')) +
  windows(38, 90, 14, 13.4, 8, 4.2).replaceAll("~win", "#24386a") +
    s("M262 84C266 86 268 90 266 94", "~gold", 1.6) + r(18, 58, 1.4, 25, 0.7, "~mast"), 300, 124);

const GLOW = drawing(DEFS, LIGHTS + c(150, 2, 1.4, "#ff5c5c") +
  r(46, 80.6, 176, 0.9, 0.4, "#ffd166", 'opacity=".6"'), 300, 124);

const shipWidth = ({width, height}) => (Math.min(width, height * 1.1) / 100) * 78;

export const luxuryYacht = {
  durationS: 10,
  parts: (view) => ({yacht: {art: YACHT, width: shipWidth(view)}, lights: {art: GLOW, width: shipWidth(view)}}),
  build(show) {
    const {u, w, h, random} = show;
    const level = h * (show.tall ? 0.76 : 0.77);
    const ship = {w: u * 78, h: u * 78 * (124 / 300)};
    const look = show.fromStart(0) ? -1 : 1;
    const name = show.lettering({size: u * 5, widthMax: Math.min(w * 0.7, u * 56)});
    const out = ship.w / 2 + (name?.w ?? 0);
    const course = (t) => lerp(w / 2 - look * (w / 2 + ship.w * 0.6), w / 2 + look * (w / 2 + out + u * 4),
      span(t, 0.8, 9.5));
    const foam = show.field();
    const light = show.field(true);
    for (let i = 0; i < 320; i += 1) {
      const at = 0.9 + (i / 320) * 7.8;
      const x = course(at);
      const bow = i % 3 === 0;
      foam.add({at, x: x + look * ship.w * (bow ? 0.4 : -0.44) + random(-1, 1) * u * 3, y: level +
        u * random(2.6, 6), vx: look * u * random(bow ? 4 : -9, bow ? 12 : -2),
        vy: bow ? -u * random(6, 17) : u * random(-1, 2), gravity: bow ? u * 30 : 0,
        life: bow ? 0.8 : random(1.2, 2.8), size: u * random(1.6, bow ? 3 : 5.4), grow: bow ? 0.6 : 2.2,
        alpha: 0.75, kind: "smoke", color: "#e9f8ff"});
    }
    for (let i = 0; i < 190; i += 1) light.add({at: random(0.8, 8), x: w * random(),
      y: lerp(level + u * 5, h, random() ** 1.4), life: random(0.5, 1.3), size: u * random(0.6, 2), alpha: 0.85,
      kind: i % 4 ? "glow" : "star", color: i % 3 ? COOL[i % 5] : PALETTE.gold});
    for (let i = 0; i < 40; i += 1) foam.add({at: 4.2 + random(0, 1.3), x: course(4.6) - look * ship.w * 0.06,
      y: level - ship.h * 0.72, vx: -look * u * random(2, 9), vy: -u * random(4, 13), drag: 0.8,
      life: random(0.9, 1.7), size: u * random(2, 4), grow: 2.8, alpha: 0.5, kind: "smoke", color: "#f4f7fd"});
    const gulls = Array.from({length: 6}, () => ({x: random(-0.2, 0.2), y: random(0.02, 0.16),
      size: u * random(1.6, 3.2), pace: random(0.85, 1.25), beat: random(0, TAU)}));
    return {level, ship, look, name, course, foam, light, gulls};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {level, ship, look, name, course, foam, light, gulls} = state;
    const tide = easeInOut(span(t, 0, 1.6)) * (1 - easeIn(span(t, 8.8, 10)));
    const top = lerp(h + u * 6, level, tide);
    show.edges(0.55 * tide, "#0a1030");
    ctx.fillStyle = linear(ctx, 0, top - u * 26, 0, top,
      [[0, "rgba(255,138,92,0)"], [1, tint("#ff9d6a", 0.32 * tide)]]);
    ctx.fillRect(0, top - u * 26, w, u * 26);
    waves(ctx, w, h, top - u * 0.6, u * 0.7, t * 0.8 + 2, u * 13);
    ctx.fillStyle = tint("#3a7fd4", 0.75);
    ctx.fill();
    const x = course(t);
    const y = top + u * 3.4 + Math.sin(t * 1.5) * u * 0.5;
    const lit = span(t, 1.6, 2.6);
    const lean = Math.sin(t * 1.3) * 0.012;
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.amber), x, y - ship.h * 0.4, ship.w * 1.25, ship.h * 1.5,
      {alpha: 0.55 * lit * tide});
    ctx.globalCompositeOperation = "source-over";
    stamp(ctx, show.parts.get("yacht"), x, y - ship.h / 2 + u * 2, ship.w, ship.h, {flip: look, turn: lean});
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, show.parts.get("lights"), x, y - ship.h / 2 + u * 2, ship.w, ship.h,
      {flip: look, turn: lean, alpha: lit * (0.9 + 0.1 * Math.sin(t * 11))});
    ctx.globalCompositeOperation = "source-over";
    cloth(ctx, name, x - look * ship.w * 0.445, y - ship.h * 0.62, {away: -look, t, alpha: tide});
    waves(ctx, w, h, top + u * 2.6, u * 0.8, -t * 1.1, u * 9);
    ctx.fillStyle = linear(ctx, 0, top, 0, h, [[0, "rgba(62,140,226,.9)"], [0.35, "rgba(26,84,176,.92)"],
      [1, "rgba(8,28,84,.95)"]]);
    ctx.fill();
    mirrored(ctx, show.parts.get("yacht"), x, y + u * 0.6, ship.w * 0.96, ship.h * 0.62,
      {t, alpha: 0.3 * tide, sway: u * 1.2, flip: look});
    ctx.globalCompositeOperation = "lighter";
    mirrored(ctx, show.parts.get("lights"), x, y + u * 0.6, ship.w * 0.96, ship.h * 0.9,
      {t, alpha: 0.75 * lit * tide, sway: u * 1.6, flip: look});
    ctx.globalCompositeOperation = "source-over";
    for (let i = 0; i < 5; i += 1) {
      waves(ctx, w, h, lerp(top + u * 6, h, i / 5) + u, u * (0.5 + i * 0.22),
        t * (0.7 + i * 0.12) * (i % 2 ? 1 : -1) + i * 2, u * (7 + i * 3));
      ctx.strokeStyle = tint("#bfe6ff", 0.2 * tide);
      ctx.lineWidth = u * 0.24;
      ctx.stroke();
    }
    ctx.globalAlpha = tide;
    show.draw(foam, t);
    show.draw(light, t);
    for (const one of gulls) gull(ctx, x * 0.6 + w * 0.2 + w * one.x * one.pace - look * u * 6,
      top - ship.h * 0.7 - h * one.y + Math.sin(t * 1.2 + one.beat) * u, one.size, t * 7 * one.pace + one.beat);
    ctx.globalAlpha = 1;
    if (t > 4.2) show.cue("horn");
  },
};
