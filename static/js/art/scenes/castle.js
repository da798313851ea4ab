// Castle: towers build themselves from both sides stone by stone, flags, fireworks above, the gate opens on
// the streamer, and all of it folds away.
import {TAU, bitmap, clamp, easeIn, easeInOut, easeOut, envelope, lerp, linear, overshoot, path, span, stamp,
  tint} from "../kit.js";
import {PALETTE, PARTY} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, lin, p, s} from "../vector.js";
import {cloth, shaft} from "./common.js";

const ROOF = drawing([lin("r", "#ffb0c4 #f0467a@30 #a8185c@62 #4a0a44", 0, 0, 1, 0),
  lin("e", "#fff0b8 #ffc145@50 #a8680c", 0, 0, 1, 0)],
  p("M50 0C58 34 76 76 100 104C84 114 16 114 0 104C24 76 42 34 50 0Z", "~r") +
  s("M44 30C48 32 53 32 57 30M36 52C44 56 56 56 64 52M26 72C40 78 60 78 74 72M14 90C36 98 64 98 86 90", "#4a0a44",
  1.6, 'opacity=".45"') + p("M48 6C42 38 26 74 6 102C10 104 16 106 22 107C34 76 44 40 50 8Z", "#fff",
  'opacity=".22"') + p("M0 104C16 114 84 114 100 104V109C84 119 16 119 0 109Z", "~e") + c(50, 3, 3.4, "~e"), 100,
  118);
const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;
const FOLDS_S = 8.2;

/** Three kinds of hewn stone, lit from the top left. */
function stones(scale) {
  return ["#d9cdf0", "#c6b6e4", "#b5a3d8"].map((color, i) => bitmap(48 * scale, 32 * scale, (ctx) => {
    ctx.scale(scale, scale);
    ctx.fillStyle = "#5d4b86";
    ctx.fillRect(0, 0, 48, 32);
    ctx.fillStyle = linear(ctx, 0, 0, 40, 32, [[0, "#fff8ff"], [0.3, color], [1, "#8671b3"]]);
    ctx.beginPath();
    ctx.roundRect(1, 1, 46, 30, 4);
    ctx.fill();
    ctx.strokeStyle = "rgba(255,255,255,.6)";
    ctx.lineWidth = 1.4;
    ctx.stroke(path("M3 28V5Q3 3 5 3H44"));
    ctx.strokeStyle = "rgba(60,40,110,.28)";
    ctx.stroke(path(["M12 20L18 17L22 19", "M30 10L36 12", "M14 10L18 9M32 22L38 20"][i]));
  }));
}

/** One piece of wall as single stones; each knows when it falls into place. */
function wall(show, x, foot, cols, rows, size, begin, pace) {
  const {random} = show;
  const made = [];
  for (let row = 0; row < rows; row += 1) {
    for (let col = 0; col < cols; col += 1) {
      if (row === rows - 1 && col % 2) continue;
      made.push({x: x + (col + 0.5) * size, y: foot - (row + 0.5) * size * 0.66, w: size, h: size * 0.66,
        at: begin + row * pace + random(0, 0.22), kind: Math.floor(random(0, 3)), lean: random(-0.9, 0.9)});
    }
  }
  return made;
}

export const castle = {
  durationS: 10,
  parts: (view) => ({roof: {art: ROOF, width: unit(view) * 24}}),
  build(show) {
    const {w, h, u, random} = show;
    const size = show.tall ? w * 0.052 : w * 0.0235;
    const row = size * 0.66;
    const towers = [];
    const blocks = [];
    for (const side of [-1, 1]) {
      for (const [from, cols, height, begin] of show.tall ? [[0.005, 3, 0.5, 0.1],
        [0.175, 3, 0.34, 0.5]] : [[0.01, 5, 0.6, 0.1], [0.135, 4, 0.4, 0.5]]) {
        const rows = Math.round((h * height) / row);
        const wide = cols * size;
        const x = side < 0 ? w * from : w * (1 - from) - wide;
        blocks.push(...wall(show, x, h, cols, rows, size, begin, 2.3 / rows));
        towers.push({x: x + wide / 2, top: h - rows * row, wide, at: begin + 2.45, color: PARTY[towers.length]});
      }
      const rows = Math.round((h * (show.tall ? 0.13 : 0.17)) / row);
      const start = show.tall ? 0.33 : 0.23;
      const cols = Math.round((w * (0.5 - start) - u * 11) / size);
      blocks.push(...wall(show, side < 0 ? w * start : w * (1 - start) - cols * size, h, cols, rows, size, 1.1,
        1.2 / rows));
    }
    const light = show.field(true);
    const gold = show.field();
    for (let shell = 0; shell < 7; shell += 1) {
      const x = w * (shell % 2 ? random(0.74, 0.94) : random(0.06, 0.26));
      const y = h * random(0.1, 0.24);
      const at = 3.6 + shell * 0.58;
      for (let i = 0; i < 46; i += 1) {
        const a = (i / 46) * TAU;
        const v = u * (i % 2 ? 30 : 17) * random(0.9, 1.05);
        light.add({at, x, y, vx: Math.cos(a) * v, vy: Math.sin(a) * v, gravity: u * 9, drag: 2.2,
          life: random(1.1, 1.7), size: u * random(1.2, 2.4), grow: 0.3, color: PARTY[(shell + (i % 2) * 2) % 6]});
      }
    }
    for (let i = 0; i < 90; i += 1) gold.add({at: 4.6 + random(0, 2.6), x: w / 2 + random(-1, 1) * u * 9,
      y: h - u * random(2, 10), vx: random(-1, 1) * u * 20, vy: -u * random(8, 30), gravity: u * 26, drag: 0.7,
      life: random(1, 1.9), size: u * random(1.2, 2.6), turn: random(0, TAU), spin: random(-8, 8), kind: "foil",
      color: PARTY[i % 6]});
    return {towers, blocks, stones: stones(Math.max(1, size / 40)), light, gold,
      name: show.lettering({size: u * 6.4, widthMax: w * 0.6})};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {towers, blocks, light, gold, name} = state;
    const seen = envelope(t, 0, 0.6, 8.8, 10);
    show.edges(0.74 * seen, "#0d0722");
    ctx.fillStyle = linear(ctx, 0, h * 0.55, 0, h, [[0, tint("#9b7bff", 0)], [1, tint("#6a3fd0", 0.42 * seen)]]);
    ctx.fillRect(0, h * 0.55, w, h * 0.45);
    show.draw(light, t);
    gate(show, t);
    for (const one of blocks) stone(show, state, one, t);
    for (const one of towers) crown(show, one, t);
    show.draw(gold, t);
    if (name) {
      const hung = easeOut(span(t, 4, 4.8)) * (1 - easeIn(span(t, FOLDS_S, FOLDS_S + 0.6)));
      cloth(ctx, name, w / 2 - name.w / 2, h * (show.tall ? 0.83 : 0.765) + (1 - hung) * u * 6,
        {away: 1, t, alpha: hung, wind: 0.35, colors: ["#7a4bff", "#3a1a8f"]});
    }
  },
};

/** A stone falls into its place, and at the end out of it. */
function stone(show, {stones: kinds}, one, t) {
  const k = span(t, one.at, one.at + 0.34);
  if (k <= 0) return;
  const {ctx, u, h} = show;
  const out = easeIn(span(t, FOLDS_S + (1 - one.y / h) * 0.5 + Math.abs(one.lean) * 0.2, FOLDS_S + 1.2 +
    Math.abs(one.lean) * 0.3));
  if (out >= 1) return;
  const drop = (1 - easeOut(k)) * u * 16;
  if (k === 1 && out === 0) {
    ctx.globalAlpha = 1;
    ctx.drawImage(kinds[one.kind], one.x - one.w / 2, one.y - one.h / 2, one.w + 0.5, one.h + 0.5);
    return;
  }
  stamp(ctx, kinds[one.kind], one.x, one.y - drop + out * h * 0.7, one.w, one.h,
    {alpha: k * (1 - out * 0.7), turn: one.lean * ((1 - k) * 0.7 + out * 2)});
}

/** What a tower carries: lit windows, a roof that lands on it, a flag in the wind. */
function crown(show, one, t) {
  const {ctx, u, h} = show;
  const k = overshoot(span(t, one.at, one.at + 0.4));
  const out = easeIn(span(t, FOLDS_S, FOLDS_S + 0.9));
  if (k <= 0 || out >= 1) return;
  const wide = one.wide * 1.24;
  const tall = wide * 1.18;
  const top = one.top + u * 0.6 - (1 - k) * u * 12 + out * h * 0.6;
  const lamp = span(t, one.at, one.at + 0.6) * (1 - out);
  for (const drop of [0.3, 0.62]) {
    const y = lerp(one.top, h, drop * 0.8) + u * 3;
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.amber), one.x, y, u * 11, undefined, {alpha: lamp * 0.8});
    ctx.globalCompositeOperation = "source-over";
    ctx.globalAlpha = lamp;
    ctx.fillStyle = linear(ctx, 0, y - u * 3, 0, y + u * 3, [[0, "#fff6cf"], [1, "#ff9a2e"]]);
    ctx.beginPath();
    ctx.roundRect(one.x - u * 1.2, y - u * 2.6, u * 2.4, u * 5.2, [u * 1.2, u * 1.2, 0, 0]);
    ctx.fill();
  }
  ctx.globalAlpha = clamp(k) * (1 - out);
  const tip = top - tall * 0.94;
  const up = span(t, one.at + 0.4, one.at + 0.8);
  ctx.strokeStyle = "#efe6ff";
  ctx.lineWidth = u * 0.4;
  ctx.beginPath();
  ctx.moveTo(one.x, tip + u);
  ctx.lineTo(one.x, tip - u * 7 * up);
  ctx.stroke();
  ctx.fillStyle = one.color;
  ctx.beginPath();
  ctx.moveTo(one.x, tip - u * 7 * up);
  for (let i = 0; i <= 6; i += 1) ctx.lineTo(one.x + u * i * up, tip - u * 7 * up +
    Math.sin(t * 7 - i * 0.9) * u * 0.1 * i + u * i * 0.2);
  for (let i = 6; i >= 0; i -= 1) ctx.lineTo(one.x + u * i * up, tip - u * (3.4 + 0.6 * (i / 6)) * up +
    Math.sin(t * 7 - i * 0.9) * u * 0.1 * i);
  ctx.fill();
  ctx.drawImage(show.parts.get("roof"), one.x - wide / 2, top - tall * 0.96, wide, tall);
  ctx.globalAlpha = 1;
}

/** The gate: its two wings turn inward and light falls out. */
function gate(show, t) {
  const {ctx, u, w, h} = show;
  const built = easeOut(span(t, 1.8, 2.6)) * (1 - easeIn(span(t, FOLDS_S, FOLDS_S + 0.8)));
  if (built <= 0) return;
  const open = easeInOut(span(t, 4.2, 5.4)) * (1 - easeInOut(span(t, 7.4, 8.1)));
  const wide = u * 11;
  const tall = h * (show.tall ? 0.12 : 0.165);
  const y = h + (1 - built) * tall * 1.2;
  ctx.save();
  ctx.globalAlpha = built;
  ctx.fillStyle = linear(ctx, w / 2 - wide, 0, w / 2 + wide, 0, [[0, "#e9dffa"], [0.5, "#b5a3d8"], [1, "#75609e"]]);
  ctx.fill(arch(w / 2, y, wide + u * 1.8, tall + u * 2));
  ctx.fillStyle = linear(ctx, 0, y - tall, 0, y, [[0, "#ffb454"], [0.5, "#fff3cf"], [1, "#ffffff"]]);
  ctx.fill(arch(w / 2, y, wide, tall));
  ctx.clip(arch(w / 2, y, wide, tall));
  for (const side of [-1, 1]) {
    ctx.save();
    ctx.translate(w / 2 + side * wide, y);
    ctx.scale(-side * lerp(1, 0.14, open), 1);
    ctx.fillStyle = linear(ctx, 0, 0, wide, 0, [[0, "#5b300c"], [1, "#a8642a"]]);
    ctx.fillRect(0, -tall, wide, tall);
    ctx.fillStyle = "rgba(40,18,4,.6)";
    for (let i = 1; i < 5; i += 1) ctx.fillRect((wide * i) / 5, -tall, u * 0.25, tall);
    ctx.fillStyle = PALETTE.gold;
    for (const k of [0.25, 0.62]) ctx.fillRect(0, -tall * k, wide * 0.8, u * 0.7);
    ctx.restore();
  }
  ctx.restore();
  ctx.globalCompositeOperation = "lighter";
  for (let i = -2; i <= 2; i += 1) shaft(ctx, PALETTE.amber, w / 2, h, Math.PI + i * 0.34 + Math.sin(t + i) * 0.03,
    u * 14, h * 0.42, open * 0.5);
  stamp(ctx, sprite("haze", PALETTE.gold), w / 2, h, u * 80, u * 50, {alpha: open * 0.8});
  ctx.globalCompositeOperation = "source-over";
}

/** A gate's outline: a round arch on two posts; half its width, and its height. */
function arch(x, foot, half, tall) {
  const shape = new Path2D();
  shape.moveTo(x - half, foot);
  shape.lineTo(x - half, foot - tall * 0.45);
  shape.bezierCurveTo(x - half, foot - tall * 0.9, x - half * 0.5, foot - tall, x, foot - tall);
  shape.bezierCurveTo(x + half * 0.5, foot - tall, x + half, foot - tall * 0.9, x + half, foot - tall * 0.45);
  shape.lineTo(x + half, foot);
  shape.closePath();
  return shape;
}
