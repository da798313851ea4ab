// Sports Car: headlights far off, it comes at the viewer, drifts across in smoke, and its tyre mark becomes
// the name.
import {clamp, easeIn, easeInOut, easeOut, envelope, lerp, linear, span, stamp, tint} from "../kit.js";
import {PALETTE} from "../palette.js";
import {beam, sprite} from "../sprites.js";
import {c, drawing, e, g, lin, p, r, rad, s} from "../vector.js";

const PAINT = [
  lin("body", "#ffb3c0 #ff4565@26 #cc1440@58 #5b0526", 0.3, 0, 0.4, 1),
    lin("glass", "#cfeaff #4a78b3@40 #0d1a38", 0.1, 0, 0.5, 1), lin("dark", "#34384e #0b0d14", 0, 0, 0, 1),
    lin("lamp", "#ffffff #dff1ff@50 #8fc4ff", 0, 0, 0, 1), rad("tyre", "#3a3d4c #0a0b10@80", 0.4, 0.3, 0.7),
    lin("rim", "#ffffff #aab4c8@50 #454d63"),
];
const mirrored = (shape) => shape + g('transform="matrix(-1 0 0 1 120 0)"', shape);
const FRONT = drawing(PAINT, e(60, 62, 58, 5, "#000", 'opacity=".45"') + mirrored(r(8, 38, 19, 25, 5, "~tyre")) +
  p("M5 45C3 35 7 29 18 26C26 23 31 21 36 14C42 7 50 5 60 5C70 5 78 7 84 14C89 21 94 23 102 26C113 29 117 35 115 45C115 53 110 56 104 56H16C10 56 5 53 5 45Z",
  "~body") +
  p("M39 22C43 13.6 50 10.4 60 10.4C70 10.4 77 13.6 81 22C74 25.4 46 25.4 39 22Z", "~glass") +
    p("M46 21C49 15 53 12.4 58 12L52 23.4C50 23.2 47.4 22.4 46 21Z", "#fff", 'opacity=".45"') +
    mirrored(s("M40 26C34 27 26 28.6 20 31", "#ffd9e0", 1.6, 'opacity=".85"') +
    p("M10 35C17 31 26 32 33 38.6C26 41.4 15 41 10 38.4Z", "#0b0d14") +
    p("M12 35.6C18 32.6 25 33.4 30 38C24 39.8 16.4 39.6 12 37.8Z", "~lamp") + p("M14 46H32L30 52H17Z", "~dark") +
    p("M32 17.6L24 18.4C22 19 22.6 22 25 22L32 21Z", "~body")) +
  p("M38 43H82L78 52H42Z", "~dark") + s("M42 46H78M43.4 49H76.6", "#5a607a", 0.8) + c(60, 36, 2.6, PALETTE.gold) +
    s("M60 26V33", "#5b0526", 1, 'opacity=".5"') + r(12, 54, 96, 3, 1.5, "#14161f"), 120, 68);
const wheel = (x) => c(x, 55, 18, "~tyre") + c(x, 55, 13, "~rim") + c(x, 55, 11, "#1b1e2b");
const SIDE = drawing(PAINT, e(122, 72, 116, 4, "#000", 'opacity=".4"') + p("M6 34L10 24H36L40 32Z", "~dark") +
  r(4, 21, 38, 4, 2, "~body") +
  p("M5 55C3 46 8 40 17 37C35 32.6 55 30 75 20C89 12 105 8 125 9C145 10 159 18 173 28C195 30 219 34 231 42C237 47 237 56 232 59L214 62H22C12 62 6 60 5 55Z",
  "~body") +
  p("M80 26C92 17 106 13.4 122 14L119 29.4C104 29.8 90 29 80 26Z", "~glass") +
    p("M126 14.2C140 15 151 20 161 28.4L124 29.6Z", "~glass") +
    p("M92 25L104 16.4L110 15L99 27Z", "#fff", 'opacity=".42"') +
    p("M132 28L133 15.6L139 17L141 28Z", "#fff", 'opacity=".3"') +
    s("M18 41C60 35 120 36 170 34.6C192 35 212 38 226 43", "#ffd9e0", 2.2, 'opacity=".9"') +
    s("M121 30L116 57M78 56C100 60 140 60 162 56M170 29L164 54", "#5b0526", 1.4, 'opacity=".55"') +
    r(104, 37, 10, 2.4, 1.2, "#5b0526") + p("M72 44L92 47L74 56Z", "~dark") +
  p("M212 39C222 40 230 44 232 49C224 49 216 46 212 39Z", "~lamp") +
    p("M6 44C10 42 15 42 18 44L16 50C12 51 8 50.4 5.6 50Z", "#ff9db0") +
    p("M26 62A26 26 0 0 1 80 62ZM164 62A26 26 0 0 1 218 62Z", "#14040c") + r(76, 58, 92, 6, 2, "~dark") +
    p("M216 60L234 57L232 63H214Z", "~dark") + wheel(53) + wheel(191), 240, 76);
const RIM = drawing([lin("rim", "#ffffff #aab4c8@50 #454d63")],
  Array.from({length: 5}, (_, i) => p("M30 32L31 10H33L34 32Z", "~rim",
  `transform="rotate(${i * 72} 32 32)" stroke="#e8edf6" stroke-width="2.6"`)).join("") + c(32, 32, 6, "~rim") +
  c(32, 32, 3, PALETTE.rose));
const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;
const DRIFT_S = 2.5;

export const sportsCar = {
  durationS: 8,
  parts: (view) => ({front: {art: FRONT, width: unit(view) * 62}, side: {art: SIDE, width: unit(view) * 62},
    rim: {art: RIM, width: unit(view) * 9}}),
  build(show) {
    const {u, w, h, random} = show;
    const flip = show.fromStart(0) ? -1 : 1;
    const road = h * 0.93;
    const long = u * 62;
    const course = (t) => lerp(w * (show.tall ? 0.1 : 0.18), w + long, easeIn(span(t, DRIFT_S, 4.9)) * 0.55 +
      span(t, DRIFT_S, 4.9) * 0.45);
    const smoke = show.field();
    const sparks = show.field(true);
    for (let i = 0; i < 170; i += 1) {
      const at = DRIFT_S + (i / 170) * 2.1;
      const x = course(at) - long * random(0.28, 0.42);
      smoke.add({at, x: show.fromStart(x), y: road - u * random(0, 2), vx: flip * u * random(-6, 12),
        vy: -u * random(2, 13), drag: 0.9, life: random(1.2, 2.8), size: u * random(6, 11), grow: random(1.8, 2.7),
        alpha: random(0.3, 0.66), kind: "smoke", color: i % 4 ? "#e4e7f0" : "#ffb3c0"});
      if (i % 2) sparks.add({at, x: show.fromStart(x), y: road, vx: -flip * u * random(10, 44),
        vy: -u * random(2, 18), gravity: u * 50, life: random(0.3, 0.8), size: u * random(0.7, 1.8),
        color: [PALETTE.amber, PALETTE.gold, "#fff3cf"][i % 3]});
    }
    return {flip, road, long, course, smoke, sparks, name: show.lettering({size: u * 8, widthMax: w * 0.84,
      colors: ["#ffffff", "#ffd0d9", "#ff4d6d"]})};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {flip, road, smoke, sparks} = state;
    const seen = envelope(t, 0, 0.5, 6.8, 8);
    show.edges(0.66 * seen, "#080a14");
    ctx.fillStyle = linear(ctx, 0, h * 0.72, 0, h, [[0, "rgba(16,18,30,0)"], [1, `rgba(12,14,24,${0.85 * seen})`]]);
    ctx.fillRect(0, h * 0.72, w, h * 0.28);
    ctx.save();
    if (flip < 0) {
      ctx.translate(w, 0);
      ctx.scale(-1, 1);
    }
    approach(show, state, t);
    tracks(show, state, t, seen);
    drift(show, state, t);
    ctx.restore();
    show.draw(smoke, t);
    show.draw(sparks, t);
    written(show, state, t);
    ctx.fillStyle = linear(ctx, 0, road + u * 2, 0, h, [[0, tint(PALETTE.rose, 0)],
      [1, tint(PALETTE.rose, 0.22 * seen)]]);
    ctx.fillRect(0, road, w, h - road);
  },
};

/** Far lights that grow into a car coming at the viewer. */
function approach(show, {road, long}, t) {
  const k = easeIn(span(t, 0.2, DRIFT_S));
  const left = 1 - span(t, DRIFT_S - 0.08, DRIFT_S + 0.14);
  if (left <= 0) return;
  const {ctx, u, w, h} = show;
  const size = lerp(u * 3, long, k);
  const x = lerp(w * 0.5, w * (show.tall ? 0.32 : 0.22), k);
  const y = lerp(h * 0.73, road, k) + Math.sin(t * 30) * u * 0.16 * k;
  stamp(ctx, show.parts.get("front"), x, y - size * 0.26, size, (size * 68) / 120,
    {alpha: left * span(k, 0.004, 0.08)});
  ctx.globalCompositeOperation = "lighter";
  for (const side of [-1, 1]) {
    const lx = x + side * size * 0.325;
    const ly = y - size * 0.235;
    const lamp = u * (2.5 + 15 * Math.sqrt(k)) * (1 - 0.3 * span(k, 0.7, 1));
    stamp(ctx, sprite("haze", "#bfe0ff"), lx, ly, lamp * 3, lamp * 2.2, {alpha: left * 0.8});
    stamp(ctx, sprite("glow", "#dff1ff"), lx, ly, lamp, undefined, {alpha: left});
    stamp(ctx, sprite("haze", "#e8f4ff"), lx, ly, lamp * 7, lamp * 0.5, {alpha: left * 0.8});
    ctx.save();
    ctx.translate(lx, ly);
    ctx.rotate(-side * 0.16);
    ctx.globalAlpha = 0.5 * left * clamp(k * 3);
    ctx.drawImage(beam("#dff1ff"), -size * 0.16, 0, size * 0.32, size * 0.5);
    ctx.restore();
  }
  ctx.globalCompositeOperation = "source-over";
}

/** Two lines of rubber on the road, hot at first. */
function tracks(show, {road, long, course}, t, seen) {
  const {ctx, u, w} = show;
  const end = Math.min(course(t) - long * 0.3, w + u * 5);
  if (t < DRIFT_S || end <= 0) return;
  for (const [i, drop] of [[0, 0.8], [1, 3]]) {
    ctx.beginPath();
    for (let x = -u * 4; x <= end; x += u * 3) ctx.lineTo(x, road + u * drop +
      Math.sin((x / w) * 7 + i * 0.5) * u * 0.9);
    ctx.lineWidth = u * 1.3;
    ctx.lineCap = "round";
    ctx.strokeStyle = `rgba(6,6,10,${0.85 * seen})`;
    ctx.stroke();
    ctx.lineWidth = u * 0.4;
    ctx.strokeStyle = linear(ctx, end - w * 0.5, 0, end, 0,
      [[0, tint(PALETTE.rose, 0.35 * seen)], [0.8, tint(PALETTE.ember, 0.7 * seen)],
      [1, tint(PALETTE.gold, seen)]]);
    ctx.stroke();
  }
}

/** The drift: side on, nose a little up, wheels turning, light pouring ahead. */
function drift(show, {road, long, course}, t) {
  if (t < DRIFT_S - 0.06 || t > 5) return;
  const {ctx, u} = show;
  const x = course(t);
  const tall = (long * 76) / 240;
  const alpha = span(t, DRIFT_S - 0.06, DRIFT_S + 0.12);
  const slide = 1 - easeInOut(span(t, DRIFT_S, 4));
  ctx.save();
  ctx.translate(x, road - tall * 0.46 + Math.sin(t * 37) * u * 0.14);
  ctx.rotate(-0.05 * slide + Math.sin(t * 9) * 0.012);
  ctx.scale(lerp(1, 0.72, slide), 1);
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("haze", PALETTE.rose), 0, tall * 0.5, long * 1.2, tall * 0.8, {alpha: 0.6 * alpha});
  ctx.save();
  ctx.translate(long * 0.46, tall * 0.08);
  ctx.rotate(-Math.PI / 2 - 0.05);
  ctx.globalAlpha = 0.75 * alpha;
  ctx.drawImage(beam("#dff1ff"), -long * 0.14, 0, long * 0.28, long * 0.8);
  ctx.restore();
  ctx.globalCompositeOperation = "source-over";
  stamp(ctx, show.parts.get("side"), 0, 0, long, tall, {alpha});
  for (const wx of [53, 191]) stamp(ctx, show.parts.get("rim"), ((wx - 120) / 240) * long, ((55 - 38) / 240) * long,
    long * 0.1, undefined, {turn: t * 26, alpha});
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("glow", "#dff1ff"), long * 0.455, tall * 0.09, u * 9, undefined, {alpha});
  stamp(ctx, sprite("glow", PALETTE.red), -long * 0.47, tall * 0.12, u * 7, undefined, {alpha: alpha * 0.9});
  ctx.restore();
}

/** The name: it lies where the tyres went, and is uncovered as the car leaves. */
function written(show, {flip, name, road, course, long}, t) {
  if (!name || t < DRIFT_S) return;
  const {ctx, u, w, h} = show;
  const edge = clamp(course(t) - long * 0.34, 0, w);
  ctx.save();
  ctx.beginPath();
  ctx.rect(flip > 0 ? 0 : w - edge, 0, edge, h);
  ctx.clip();
  const hot = 1 - span(t, 4.6, 5.6);
  const y = road - u * 5;
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("haze", PALETTE.ember), w / 2, y, name.w * 1.3, name.h * 1.8,
    {alpha: 0.3 + hot * 0.5 - span(t, 6.6, 7.4)});
  ctx.globalCompositeOperation = "source-over";
  show.write(name, w / 2, y, {alpha: 1 - easeOut(span(t, 6.8, 7.6)), turn: -0.02 * flip});
  ctx.restore();
}
