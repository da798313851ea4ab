// Rocket: three, two, one at the edge; ignition shakes the ribbons (not the stream); it climbs on a column
// of light, and stars pour down.
import {TAU, clamp, easeIn, easeOut, envelope, lerp, linear, overshoot, span, stamp, tint} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, g, lin, p, r, rad, s} from "../vector.js";

const BODY = "M50 2C70 22 78 56 76 100C75 120 72 138 69 150H31C28 138 25 120 24 100C22 56 30 22 50 2Z";

const ROCKET = drawing([
  lin("hull", "#ffffff #f4f7fc@30 #c3cddf@60 #76839f", 0, 0, 1, 0),
    lin("red", "#ffb0be #ff4d6d@38 #a3123f@80 #6d0630", 0, 0, 1, 0), lin("dark", "#6b7793 #2b3247", 0, 0, 1, 0),
    lin("fin", "#ff9db0 #e0264f@45 #6d0630", 0, 0, 1, 0.5),
  rad("glass", "#e6fbff #6cc8f7@40 #1763b8@75 #0b2f6b", 0.34, 0.28, 0.8),
    rad("ring", "#ffffff #9aa7bf@70 #5f6d8a", 0.35, 0.3, 0.8),
    lin("gold", "#fff0b8 #ffc145@45 #a8680c", 0, 0, 1, 0),
],
p("M27 96C10 106 2 126 4 158C12 146 20 142 32 142Z", "~fin") +
  p("M73 96C90 106 98 126 96 158C88 146 80 142 68 142Z", "~fin") +
  s("M26 98C12 108 5 124 5.6 150", "#ffd0d9", 1.4) +
p("M38 148H62L67 166H33Z", "~dark") + s("M36 155H64M34.6 160.6H65.4", "#8d99b4", 0.9) + p(BODY, "~hull") +
p("M50 2C63 15 71 34 74.4 57C60 50.6 40 50.6 25.6 57C29 34 37 15 50 2Z", "~red") +
  p("M47 6.6C38 18 32 34 30.6 54.4L26 56.4C29 35 36 18 47 6.6Z", "#fff", 'opacity=".5"') +
  s("M25.4 58C40 51.6 60 51.6 74.6 58", "#6d0630", 1.2, 'opacity=".5"') +
s("M24.2 112C40 117 60 117 75.8 112", "~red", 7) + s("M24.4 118.6C40 123.6 60 123.6 75.6 118.6", "~gold", 1.8) +
  s("M50 123V149M38 121V149M62 121V149", "#9aa7bf", 0.8, 'opacity=".8"') +
c(50, 76, 14.4, "~ring") + c(50, 76, 11, "~glass") + p("M42 74C43 68 48 65.4 54 66.6C49 68.6 45.6 72 44.6 78Z",
  "#fff", 'opacity=".85"') + g("", Array.from({length: 8},
  (_, i) => c(50 + 12.7 * Math.cos((i * Math.PI) / 4), 76 + 12.7 * Math.sin((i * Math.PI) / 4), 0.8,
  "#5f6d8a")).join("")) + c(50, 101, 4, "~ring") + c(50, 101, 2.7, "~glass") +
p("M30 58C27 84 27.6 116 33 149H31C28 138 25 120 24 100C23.4 84 24 70 26 57Z", "#fff", 'opacity=".85"') +
  p("M46.6 118H53.4L54.4 166C53 171 47 171 45.6 166Z", "~fin") + r(30, 146.4, 40, 5, 2, "~gold"), 100, 172);

const LIFT_S = 2.7;
const tall = ({width, height}) => (Math.min(width, height * 1.1) / 100) * 26;

/** How far the rocket has climbed, in heights of the picture: slow at first, then away. */
const climb = (t) => (t < LIFT_S ? 0 : 0.05 * (t - LIFT_S) + 0.19 * (t - LIFT_S) ** 2.5);

export const rocket = {
  durationS: 9,
  parts: (view) => ({rocket: {art: ROCKET, width: tall(view)}}),
  build(show) {
    const {u, w, h, random} = show;
    const x = show.fromStart(w * (show.tall ? 0.24 : 0.2));
    const size = {w: u * 26, h: u * 26 * 1.72};
    const foot = h * 0.97;
    const smoke = show.field();
    const fire = show.field(true);
    const stars = show.field(true);
    for (let i = 0; i < 130; i += 1) {
      const side = random(-1, 1);
      smoke.add({at: 2.2 + random(0, 2.6) * random(0.4, 1), x: x + side * u * 4, y: foot - u * random(0, 3),
        vx: side * w * random(0.08, 0.66), vy: -u * random(0, 12), drag: 1.3, life: random(1.8, 3.6),
        size: u * random(8, 15), grow: random(1.6, 2.3), alpha: random(0.45, 0.85), kind: "smoke",
        color: i % 3 ? "#d9dfec" : "#ffc79a"});
    }
    for (let i = 0; i < 300; i += 1) {
      const at = 2.2 + (i / 300) * 3;
      const y = foot - climb(at) * h - u;
      fire.add({at, x: x + random(-1, 1) * u * 2.4, y, vx: random(-1, 1) * u * 10, vy: u * random(20, 70),
        drag: 1.2, life: random(0.35, 0.9), size: u * random(2, 5), grow: 0.3,
        color: WARM[Math.floor(random(0, 5))]});
    }
    for (let i = 0; i < 330; i += 1) {
      const lane = random();
      // Stars keep to the sides in the upper half: the middle is the streamer's.
      const sx = lane < 0.5 ? w * random(0, 0.3) : w * random(0.7, 1);
      stars.add({at: random(4.4, 7.2), x: sx, y: -u * 3, vx: random(-1, 1) * u * 3, vy: h * random(0.3, 0.75),
        gravity: u * 10, life: random(1.3, 2), size: u * random(1.2, 4), twinkle: random(6, 15),
        spin: random(-2, 2), kind: i % 3 ? "star" : "glow", color: [...WARM, "#c9e8ff", "#5ad1ff"][i % 7]});
    }
    const digits = ["3", "2", "1"].map((digit) => show.lettering({size: u * 13, colors: ["#ffffff", PALETTE.amber]},
      digit));
    return {x, size, foot, smoke, fire, stars, digits, name: show.lettering({size: u * 7,
      widthMax: w * (show.tall ? 0.86 : 0.6), colors: ["#ffffff", "#ffd9a0"]})};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {x, size, foot, smoke, fire, stars, digits, name} = state;
    const seen = envelope(t, 0, 0.5, 7.8, 9);
    show.edges(0.62 * seen);
    const up = climb(t) * h;
    const burning = span(t, 2.2, 2.7);
    const shake = burning * (1 - span(t, 4.2, 5)) * u * 0.5;
    const jx = Math.sin(t * 61) * shake;
    const y = foot - up;
    if (t > 2.25) show.cue("shake");
    column(show, state, t, y);
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.ember), x, y + u * 4, u * 110, u * 76,
      {alpha: burning * (1 - span(t, 4.6, 6)) * (0.85 + 0.15 * Math.sin(t * 37))});
    ctx.globalCompositeOperation = "source-over";
    const arrive = easeOut(span(t, 0, 0.8));
    if (y > -size.h) flame(show, x + jx, y, burning, t);
    stamp(ctx, show.parts.get("rocket"), x + jx, y - size.h / 2 + (1 - arrive) * size.h * 1.2, size.w, size.h,
      {turn: Math.sin(t * 47) * 0.004 * burning});
    show.draw(fire, t);
    show.draw(smoke, t);
    for (const [i, digit] of digits.entries()) {
      const k = span(t, i * 0.72 + 0.12, i * 0.72 + 0.84);
      if (k <= 0 || k >= 1) continue;
      const dx = x + (show.fromStart(0) ? -1 : 1) * u * 23;
      const dy = h * 0.66;
      ctx.lineWidth = u * 0.7;
      ctx.strokeStyle = tint(PALETTE.amber, 0.9 * (1 - k));
      ctx.beginPath();
      ctx.arc(dx, dy, u * 8.6, -Math.PI / 2, -Math.PI / 2 + TAU * (1 - k));
      ctx.stroke();
      show.write(digit, dx, dy, {alpha: 1 - span(k, 0.7, 1), turn: 0,
        flip: lerp(1.7, 1, overshoot(span(k, 0, 0.3))), squash: lerp(1.7, 1, overshoot(span(k, 0, 0.3)))});
    }
    show.draw(stars, t);
    const rise = easeOut(span(t, 3.6, 4.6));
    show.write(name, w / 2, lerp(h * 1.05, h * 0.83, rise), {alpha: rise * (1 - span(t, 7.8, 8.6))});
  },
};

/** The column of light that stays where the rocket went up. */
function column(show, {x, foot}, t, y) {
  const {ctx, u, h} = show;
  const alpha = span(t, 2.4, 3) * (1 - easeIn(span(t, 4.8, 7)));
  const top = Math.max(-u * 10, y);
  if (alpha <= 0.01 || top >= foot) return;
  ctx.globalCompositeOperation = "lighter";
  for (const [wide, color, a] of [[30, PALETTE.ember, 0.34], [13, PALETTE.amber, 0.5], [4.6, "#fff3cf", 0.85]]) {
    const half = u * wide * 0.5 * (1 + span(t, 4.8, 7) * 0.7);
    ctx.fillStyle = linear(ctx, x - half, 0, x + half, 0,
      [[0, tint(color, 0)], [0.5, tint(color, a * alpha)], [1, tint(color, 0)]]);
    ctx.fillRect(x - half, top, half * 2, Math.min(h, foot) - top + u * 3);
  }
  ctx.globalCompositeOperation = "source-over";
}

/** The flame: three tongues of light that flicker. */
function flame(show, x, y, burning, t) {
  if (burning <= 0) return;
  const {ctx, u} = show;
  ctx.globalCompositeOperation = "lighter";
  const long = u * 17 * clamp(burning) * (1 + 0.14 * Math.sin(t * 43) + 0.08 * Math.sin(t * 71));
  for (const [wide, k, top, low] of [[7.4, 1, "#ff7a3c", "#ff4d6d"], [4.8, 0.74, "#ffd166", "#ff7a3c"],
    [2.4, 0.46, "#ffffff", "#bfe6ff"]]) {
    ctx.fillStyle = linear(ctx, 0, y - u * 2, 0, y + long * k,
      [[0, tint(top, 0.95)], [0.45, tint(top, 0.8)], [1, tint(low, 0)]]);
    ctx.beginPath();
    ctx.moveTo(x - u * wide * 0.5, y - u * 2);
    ctx.quadraticCurveTo(x - u * wide * 0.9, y + long * k * 0.4, x, y + long * k);
    ctx.quadraticCurveTo(x + u * wide * 0.9, y + long * k * 0.4, x + u * wide * 0.5, y - u * 2);
    ctx.fill();
  }
  ctx.globalCompositeOperation = "source-over";
}
