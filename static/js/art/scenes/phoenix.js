// Phoenix: an ember glows, wings of fire unfold to both edges, one beat of the wings, it burns up and its
// ash falls as gold.
import {TAU, clamp, easeIn, easeInOut, easeOut, envelope, lerp, overshoot, span, stamp} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, g, lin, p, rad, s} from "../vector.js";

const plume = (top, mid, low, rim) => drawing([lin("f", `${top} ${mid}@38 ${low}@80 ${low}/.75`, 0.5, 0, 0.5, 1),
  lin("h", "#fff/.0 #fff/.75@50 #fff/.1", 0, 0, 0, 1)],
  p("M20 2C32 28 37 70 30 120C27 146 23 164 20 178C17 164 12 144 9 118C3 70 10 28 20 2Z", "~f") +
    p("M20 4C27 30 30 70 25 116L20 176L16 120C11 70 14 30 20 4Z", rim, 'opacity=".4"') +
    s("M20 12C22 60 21 120 20 174", "~h", 1.4) +
  s("M20 60L31 44M20 84L33 66M20 108L32 90M20 132L29 116M20 60L8 46M20 84L6 66M20 108L7 92M20 132L10 116",
    "#fff3cf", 0.9, 'opacity=".4"'), 40, 180);
const RED = plume("#ff8a3c", "#f0365d", "#7a0a3c", "#ffb454");
const AMBER = plume("#ffe79a", "#ff9a2e", "#d61f45", "#fff0b0");
const GOLD = plume("#ffffff", "#ffe27a", "#ff8a2e", "#ffffff");
const BIRD = drawing([rad("b", "#fffbe0 #ffd166@30 #ff7a2c@62 #b3123f", 0.42, 0.24, 0.85),
  lin("crest", "#fffbe0 #ffb454@60 #ff5a3c", 0.5, 0, 0.5, 1), lin("beak", "#fffbe0 #ffc145")],
  p("M56 30C52 18 44 10 36 8C40 16 44 26 52 36ZM60 28C58 14 60 6 64 0C67 8 68 18 66 28ZM68 30C72 18 80 10 88 8C84 16 80 26 72 36Z",
    "~crest") + p("M60 44C74 46 88 66 90 96C92 128 76 152 60 168C44 152 28 128 30 96C32 66 46 46 60 44Z", "~b") +
    c(60, 44, 17, "~b") +
  g('opacity=".85"', [80, 94, 108, 122, 136].map((y,
    i) => s(`M${38 + i * 2.4} ${y}C${46} ${y + 8} ${52} ${y + 8} 60 ${y + 2}C${68} ${y + 8} ${74} ${y + 8} ${82 - i * 2.4} ${y}`,
    "#fff3cf", 1.8)).join("")) + p("M55 50L60 64L65 50C62 47.6 58 47.6 55 50Z", "~beak") +
    p("M48 42C50 38.6 54.6 39 56 42.6C53.4 45 50 44.6 48 42ZM72 42C70 38.6 65.4 39 64 42.6C66.6 45 70 44.6 72 42Z",
    "#4a0620") + c(52, 41.6, 1.1, "#fff") + c(67, 41.6, 1.1, "#fff") +
    s("M46 34C50 30 56 29 59 29", "#fff", 2, 'opacity=".8"'), 120, 172);
const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;

export const phoenix = {
  durationS: 8.5,
  parts: (view) => ({red: {art: RED, width: unit(view) * 10}, amber: {art: AMBER, width: unit(view) * 9},
    gold: {art: GOLD, width: unit(view) * 8}, bird: {art: BIRD, width: unit(view) * 22}}),
  build(show) {
    const {u, w, h, random} = show;
    const x = w / 2;
    const y = h * (show.tall ? 0.78 : 0.8);
    const fire = show.field(true);
    const ash = show.field();
    for (let i = 0; i < 120; i += 1) fire.add({at: random(0, 1.8), x: x + random(-1, 1) * u * 8, y: h * 0.96,
      vx: random(-1, 1) * u * 5, vy: -u * random(8, 26), drag: 0.6, life: random(0.5, 1.1),
      size: u * random(1, 3.4), grow: 0.3, color: WARM[Math.floor(random(0, 5))]});
    for (let i = 0; i < 340; i += 1) {
      const side = i % 2 ? 1 : -1;
      const k = random() ** 0.8;
      fire.add({at: random(1.8, 5.6), x: x + side * k * w * 0.5, y: y - u * 6 - Math.sin(k * 2.2) * h * 0.2 +
        u * random(-8, 12), vx: side * u * random(-3, 10), vy: -u * random(3, 18), life: random(0.6, 1.3),
        size: u * random(1, 4), grow: 0.2, color: WARM[Math.floor(random(0, 5))]});
    }
    for (let i = 0; i < 170; i += 1) {
      const a = random(0, TAU);
      fire.add({at: 5.5 + random(0, 0.2), x: x + Math.cos(a) * u * 6, y: y + Math.sin(a) * u * 8,
        vx: Math.cos(a) * u * random(10, 80), vy: Math.sin(a) * u * random(8, 44) - u * 10, gravity: u * 14,
        drag: 1.2, life: random(0.8, 1.9), size: u * random(1.4, 5), grow: 0.2,
        color: WARM[Math.floor(random(0, 5))]});
    }
    for (let i = 0; i < 210; i += 1) {
      const side = i % 2 ? 1 : -1;
      const k = random() ** 0.7;
      ash.add({at: 5.5 + random(0, 1.1), x: x + side * k * w * 0.5,
        y: y - Math.sin(k * 2.2) * h * 0.24 - u * random(0, 12), vx: u * random(-5, 5), vy: u * random(2, 9),
        gravity: u * 7, life: random(1.3, 2.4), size: u * random(1.2, 3), turn: random(0, TAU), spin: random(-5, 5),
        kind: i % 3 ? "petal" : "foil", color: [PALETTE.gold, "#f2a02e", "#fff0b0"][i % 3]});
    }
    return {x, y, fire, ash, name: show.lettering({size: u * 7, widthMax: w * 0.8,
      colors: ["#fffbe6", "#ffc145", "#ff7a3c"]})};
  },
  draw(show, {x, y, fire, ash, name}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.8, 7.2, 8.5);
    show.edges(0.8 * seen, "#120408");
    const ember = envelope(t, 0.1, 1, 1.8, 2.4);
    const alive = envelope(t, 1.3, 1.8, 5.4, 6);
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.ember), x, h * 0.92, u * (30 + 30 * ember) * (0.94 + 0.06 * Math.sin(t * 13)),
      undefined, {alpha: ember});
    stamp(ctx, sprite("glow", PALETTE.amber), x, h * 0.94, u * 14 * (0.9 + 0.1 * Math.sin(t * 9)), undefined,
      {alpha: ember});
    stamp(ctx, sprite("haze", PALETTE.ember), x, y, w * 1.15, h * 0.8, {alpha: alive * 0.5});
    ctx.globalCompositeOperation = "source-over";
    const open = easeInOut(span(t, 1.5, 2.9));
    const beat = Math.sin(span(t, 3.3, 4.4) * TAU) * (1 - span(t, 3.9, 4.4) * 0.4);
    const burn = easeIn(span(t, 5.2, 6));
    const rise = lerp(h * 0.2, 0, easeOut(span(t, 1.2, 2.2))) - Math.sin(span(t, 3.6, 4.8) * Math.PI) * u * 5;
    if (alive > 0) {
      ctx.save();
      ctx.translate(x, y + rise);
      tail(show, open, alive, t);
      for (const side of [-1, 1]) wing(show, side, open, beat, burn, t);
      const size = u * 22 * overshoot(span(t, 1.3, 1.9));
      stamp(ctx, show.parts.get("bird"), 0, -u * 1, size, (size * 172) / 120, {alpha: 1 - burn});
      ctx.globalCompositeOperation = "lighter";
      stamp(ctx, sprite("haze", PALETTE.gold), 0, -u * 2, u * (34 + 26 * burn), undefined,
        {alpha: alive * (0.45 + burn * 0.5)});
      ctx.restore();
    }
    const flare = show.flashAt(t, 5.5);
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", "#ffe9c0"), x, y, w * 1.3, h * 0.8, {alpha: flare * 0.85});
    ctx.globalCompositeOperation = "source-over";
    show.draw(fire, t);
    show.draw(ash, t);
    const k = easeOut(span(t, 5.7, 6.4));
    show.write(name, x, h * 0.86, {alpha: k * (1 - span(t, 7.6, 8.3)), flip: lerp(0.8, 1, k),
      squash: lerp(0.8, 1, k)});
  },
};

/** One wing: three rows of plumes along an arm that unfolds from the shoulder. */
function wing(show, side, open, beat, burn, t) {
  const {ctx, u, w, h} = show;
  const reach = Math.min(w * 0.27, h * 0.46) * open;
  ctx.save();
  ctx.scale(side, 1);
  ctx.rotate(beat * 0.24 - (1 - open) * 0.2);
  for (const [row, many, far, wide, from, to] of [["red", 13, 1, 9.4, 2.5, 0.5], ["amber", 11, 0.72, 8, 2.4, 0.42],
    ["gold", 9, 0.44, 6.4, 2.3, 0.4]]) {
    for (let i = 0; i < many; i += 1) {
      const k = i / (many - 1);
      const ax = u * 4 + reach * k;
      const ay = -u * 4 - Math.sin(k * 1.9) * u * 13 * open;
      const turn = lerp(2.6, lerp(from, to, k ** 0.8), open) + Math.sin(t * 3.4 - k * 2.4) * 0.04 + beat * 0.2 * k;
      const long = Math.min(w * 0.34, h * 0.5) * far * (0.62 + 0.38 * Math.sin(k * 2.6 + 0.3)) * (0.35 +
        0.65 * open) * (1 - burn * 0.5);
      ctx.save();
      ctx.translate(ax, ay);
      ctx.rotate(turn);
      ctx.globalAlpha = clamp(1 - burn * (1.2 - k * 0.4));
      ctx.drawImage(show.parts.get(row), (-u * wide) / 2, -long, u * wide, long);
      ctx.restore();
    }
  }
  ctx.restore();
}

/** The tail: long plumes that trail below. */
function tail(show, open, alive, t) {
  const {ctx, u} = show;
  for (let i = 0; i < 7; i += 1) {
    const lean = (i - 3) * 0.24 * open + Math.sin(t * 2.6 + i) * 0.05;
    ctx.save();
    ctx.translate(0, u * 9);
    ctx.rotate(Math.PI + lean);
    ctx.globalAlpha = alive;
    const long = u * (34 - Math.abs(i - 3) * 4) * (0.4 + 0.6 * open);
    ctx.drawImage(show.parts.get(i % 2 ? "amber" : "red"), -u * 3, -long, u * 6, long);
    ctx.restore();
  }
}
