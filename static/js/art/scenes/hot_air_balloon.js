// Hot Air Balloon: rises from below with clouds passing at three depths, the basket carries the sender, and
// a breath of the burner lights it twice.
import {graphemes} from "../../core/format.js";
import {TAU, easeIn, easeInOut, easeOut, envelope, lerp, linear, radial, span, stamp, tint} from "../kit.js";
import {FONT_STACK, PALETTE, PARTY} from "../palette.js";
import {sprite} from "../sprites.js";
import {clip, drawing, g, lin, p, rad, s} from "../vector.js";
import {cloth, gull} from "./common.js";

const ENVELOPE = "M60 4C94 4 116 28 116 58C116 86 94 106 78 128H42C26 106 4 86 4 58C4 28 26 4 60 4Z";
const GORES = ["M60 4C94 4 116 28 116 58C116 86 94 106 78 128H70C92 100 104 84 104 58C104 30 84 8 60 4Z",
  "M60 4C84 8 104 30 104 58C104 84 92 100 70 128H65C78 104 86 84 86 58C86 32 76 12 60 4Z",
  "M60 4C76 12 86 32 86 58C86 84 78 104 65 128H55C42 104 34 84 34 58C34 32 44 12 60 4Z"];
const mirror = (d, fill) => p(d, fill) + g('transform="matrix(-1 0 0 1 120 0)"', p(d, fill));
const STARS = Array.from({length: 9}, (_, i) => {
  const x = 12 + i * 12;
  const y = 71 + Math.sin((i / 8) * Math.PI) * 7;
  return p("M0 -4L1.2 -1.2L4 -1L1.9 .9L2.6 3.8L0 2.2L-2.6 3.8L-1.9 .9L-4 -1L-1.2 -1.2Z", "#fff6cf",
    `transform="translate(${x} ${y})"`);
}).join("");
const BALLOON = drawing([
  lin("a", "#ff9db0 #ff4d6d@40 #a3123f", 0, 0, 0.6, 1), lin("b", "#fff6cf #ffc84d@45 #c4780f", 0, 0, 0.6, 1),
    lin("c", "#9fd8ff #4f9cff@45 #1f4fb3", 0, 0, 0.6, 1),
    rad("lit", "#fff/.6 #fff/.1@36 #2b0426/0@50 #2b0426/.62", 0.32, 0.24, 0.92), clip("in", ENVELOPE),
    lin("basket", "#f0c084 #b0712f@50 #5b300c", 0, 0, 0.8, 1), lin("band", "#3a2a8f #1b1258"),
    lin("skirt", "#c4183f #6d0630"),
],
s("M44 128L50 158M76 128L70 158M55 128L57 158M65 128L63 158", "#f0dcb8", 1) +
  g('clip-path="~in"', mirror(GORES[0], "~a") + mirror(GORES[1], "~b") + p(GORES[2], "~c") +
  p("M2 60C30 76 90 76 118 60V76C90 92 30 92 2 76Z", "~band") +
  s("M2 60C30 76 90 76 118 60M2 76C30 92 90 92 118 76", "#ffd166", 1.8) + STARS +
  s("M60 4C84 8 104 30 104 58C104 84 92 100 70 128M60 4C36 8 16 30 16 58C16 84 28 100 50 128M60 4C76 12 86 32 86 58C86 84 78 104 65 128M60 4C44 12 34 32 34 58C34 84 42 104 55 128",
  "#5b0526", 0.7, 'opacity=".5"') + p(ENVELOPE, "~lit")) +
p("M41 126H79L76 136H44Z", "~skirt") + s("M20 42C25 26 36 15 48 11", "#fff", 3.6, 'opacity=".75"') +
  p("M48 157H72L69.6 178C65 180.4 55 180.4 50.4 178Z", "~basket") +
  s("M49 163H71M49.6 169H70.4M50.2 174.6H69.8M54 158L55 178M60 158V179M66 158L65 178", "#5b300c", 0.8,
  'opacity=".6"') + p("M46.4 154.6H73.6C75 154.6 75 159 73.6 159H46.4C45 159 45 154.6 46.4 154.6Z", "#f7d8a0") +
  p("M44 160L48 161L47.6 170C44 171 41.6 168 42 164ZM76 160L72 161L72.4 170C76 171 78.4 168 78 164Z", "#c9a06a"),
  120, 182);
const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;
const BREATHS_S = [2.6, 5.2];

export const hotAirBalloon = {
  durationS: 9.5,
  parts: (view) => ({balloon: {art: BALLOON, width: unit(view) * 36}}),
  build(show) {
    const {u, w, h, random} = show;
    const sparks = show.field(true);
    const foil = show.field();
    const size = {w: u * 36, h: u * 36 * (182 / 120)};
    const side = show.fromStart(0) ? -1 : 1;
    const course = (t) => {
      const k = span(t, -0.5, 8.9);
      return [w / 2 - side * w * (show.tall ? 0.2 : 0.29) + Math.sin(k * 5) * u * 3,
        lerp(h + size.h * 0.6, -size.h * 0.6, k * 0.75 + easeInOut(k) * 0.25)];
    };
    for (const begin of BREATHS_S) {
      for (let i = 0; i < 50; i += 1) {
        const at = begin + random(0, 0.8);
        const [x, y] = course(at);
        sparks.add({at, x: x + random(-1, 1) * u * 1.4, y: y + size.h * 0.3, vx: random(-1, 1) * u * 4,
          vy: -u * random(12, 26), life: random(0.3, 0.7), size: u * random(0.8, 2.2), grow: 0.2,
          color: [PALETTE.amber, PALETTE.gold, PALETTE.ember][i % 3]});
      }
    }
    for (let i = 0; i < 130; i += 1) {
      const at = 1.4 + random(0, 6);
      const [x, y] = course(at);
      foil.add({at, x: x + random(-1, 1) * u * 4, y: y + size.h * 0.44, vx: random(-1, 1) * u * 12,
        vy: u * random(2, 9), gravity: u * 5, drag: 0.5, life: random(1.4, 2.6), size: u * random(1.2, 2.4),
        turn: random(0, TAU), spin: random(-6, 6), kind: "foil", color: PARTY[i % 6]});
    }
    const clouds = Array.from({length: 17}, (_, i) => {
      const depth = [0.4, 0.7, 1.15][i % 3];
      // Near clouds keep to the sides and low: they must not hide the streamer.
      const x = (i % 2 ? random(0.68, 1.06) : random(-0.06, 0.32)) * w;
      return {x, from: -h * random(0.1, 0.9), depth, size: u * 20 * depth * random(0.8, 1.4),
        puffs: Array.from({length: 6}, () => [random(-1, 1), random(-0.26, 0.26), random(0.6, 1.1)])};
    });
    return {size, side, course, sparks, foil, clouds, letter: graphemes(show.name ?? "")[0] ?? "",
      name: show.lettering({size: u * 5.4, widthMax: w * (show.tall ? 0.66 : 0.4)})};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {size, course, sparks, foil, clouds, side, name} = state;
    const seen = envelope(t, 0, 0.9, 8.2, 9.5);
    show.edges(0.5 * seen, "#16305e");
    ctx.fillStyle = linear(ctx, 0, h * 0.6, 0, h, [[0, tint("#ffb47a", 0)], [1, tint("#ff8f7a", 0.5 * seen)]]);
    ctx.fillRect(0, h * 0.6, w, h * 0.4);
    for (const one of clouds) if (one.depth < 1) cloud(show, one, t, seen);
    const [x, y] = course(t);
    for (let i = 0; i < 4; i += 1) gull(ctx, x + side * u * (26 + i * 7) + Math.sin(t + i) * u * 2, y +
      u * (4 - i * 5) + Math.sin(t * 1.4 + i * 2) * u, u * (1.4 + i * 0.3), t * 6 + i);
    show.draw(foil, t);
    balloon(show, state, x, y, t);
    show.draw(sparks, t);
    cloth(ctx, name, x + side * u * 4.6, y + size.h * 0.44,
      {away: side, t, alpha: seen, colors: ["#ffb454", "#ff4d6d"]});
    for (const one of clouds) if (one.depth > 1) cloud(show, one, t, seen);
  },
};

/** The balloon, sender on board; the burner's breath makes the silk glow from inside. */
function balloon(show, {size, letter}, x, y, t) {
  const {ctx, u} = show;
  const breath = BREATHS_S.reduce((sum, at) => sum + envelope(t, at, at + 0.25, at + 0.7, at + 1.3), 0);
  const turn = Math.sin(t * 0.9) * 0.035;
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(turn);
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, sprite("haze", PALETTE.amber), 0, -size.h * 0.14, size.w * (1.5 + breath * 0.7), undefined,
    {alpha: 0.25 + breath * 0.55});
  ctx.globalCompositeOperation = "source-over";
  rider(show, letter, size, t);
  ctx.drawImage(show.parts.get("balloon"), -size.w / 2, -size.h / 2, size.w, size.h);
  ctx.globalCompositeOperation = "lighter";
  const burner = size.h * 0.29;
  stamp(ctx, sprite("haze", PALETTE.gold), 0, -size.h * 0.06, size.w * 0.86, size.h * 0.62, {alpha: breath * 0.75});
  const flicker = 0.9 + 0.1 * Math.sin(t * 47);
  stamp(ctx, sprite("feather", PALETTE.ember), 0, burner - u * 3.4 * breath, u * 4 * breath,
    u * 10 * breath * flicker, {alpha: breath});
  stamp(ctx, sprite("feather", PALETTE.cyan), 0, burner - u * 1.6 * breath, u * 2 * breath, u * 5 * breath,
    {alpha: breath});
  stamp(ctx, sprite("glow", PALETTE.amber), 0, burner, u * (3 + 6 * breath), undefined,
    {alpha: 0.4 + breath * 0.6});
  ctx.restore();
}

/** The sender as a medal over the basket's rim: the first letter of the name. */
function rider(show, letter, size, t) {
  if (!letter) return;
  const {ctx, u} = show;
  const y = size.h * 0.335 + Math.sin(t * 3) * u * 0.15;
  const r = u * 2.7;
  ctx.beginPath();
  ctx.arc(0, y, r, 0, TAU);
  ctx.fillStyle = radial(ctx, -r * 0.3, y - r * 0.4, r * 1.5,
    [[0, "#ff9db0"], [0.5, PALETTE.rose], [1, "#8f0d3a"]]);
  ctx.fill();
  ctx.lineWidth = u * 0.45;
  ctx.strokeStyle = PALETTE.gold;
  ctx.stroke();
  ctx.fillStyle = "#ffffff";
  ctx.font = `700 ${r * 1.15}px ${FONT_STACK}`;
  ctx.textAlign = "center";
  ctx.textBaseline = "middle";
  ctx.fillText(letter, 0, y + r * 0.06);
}

/** A cloud: soft puffs that sink past as the balloon climbs, nearer ones faster. */
function cloud(show, one, t, seen) {
  const {ctx, h} = show;
  const y = one.from + h * 0.28 * one.depth * t;
  if (y < -one.size || y > h + one.size) return;
  for (const [dx, dy, k] of one.puffs) stamp(ctx, sprite("smoke", "#e6eeff"), one.x + dx * one.size * 0.55, y +
    dy * one.size, one.size * k, one.size * k * 0.7, {alpha: seen * (0.36 +
    one.depth * 0.3) * (1 - easeIn(span(y, h * 0.9, h * 1.1)) * easeOut(0.5))});
}
