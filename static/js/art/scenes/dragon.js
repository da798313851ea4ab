// Dragon: a spark runs round the frame and a long body fills out behind it as a border; the head arrives
// last, its breath of fire crosses the top, and scales fall as coins.
import {clamp, easeIn, easeInOut, easeOut, envelope, lerp, overshoot, span, stamp, tint} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {sprite} from "../sprites.js";
import {c, drawing, e, lin, p, rad, s} from "../vector.js";

const HEAD_DEFS = [
  lin("skin", "#d2ffd6 #4fdc98@26 #15936f@62 #064a4a", 0.2, 0, 0.5, 1), lin("under", "#2fb585 #0b6b5a", 0, 0, 0, 1),
    lin("belly", "#fff6cf #f2c25a@55 #a8641a", 0, 0, 0.4, 1),
    lin("horn", "#8a5a1c #f2cf86@45 #fffbe8", 0, 0, 1, 0.8),
    lin("fin", "#fff0a8 #ffb454@25 #ff5a3c@60 #b3123f", 1, 0, 0, 0.3),
  rad("eye", "#ffffff #ffe45e@40 #ff8a1f", 0.4, 0.4, 0.6), lin("mouth", "#d61f45 #5b0526", 0, 0, 0, 1),
    rad("shine", "#ffd23f/.8 #ffd23f/0", 0.5, 0.5, 0.5),
];
const fin = (x, y, turn, k) => p("M0 8C-16 4 -34 -2 -50 -16C-34 -14 -14 -14 2 -8Z", "~fin",
  `transform="translate(${x} ${y}) rotate(${turn}) scale(${k})"`);

const SKULL = drawing(HEAD_DEFS,
  fin(58, 66, 24, 0.95) + fin(62, 56, 4, 1.05) + fin(56, 78, -14, 0.9) + fin(60, 88, -34, 0.75) +
  p("M70 40C54 36 34 24 20 2C42 14 68 20 86 34Z", "~horn") +
    p("M84 36C72 26 60 12 56 -6C70 8 86 18 98 32Z", "~horn", 'opacity=".9"') +
    s("M34 16L38 11M44 23L49 18M55 29L60 23", "#8a5a1c", 1.5, 'opacity=".75"') +
  p("M54 82C48 64 56 46 72 40C80 34 94 33 102 37C114 40 126 44 136 42C148 38 162 44 166 55C169 64 165 72 157 74C141 75 122 78 108 84C96 87 84 92 74 98C62 100 55 92 54 82Z",
    "~skin") +
  p("M108 84C122 78 141 75 157 74C160 73 163 71 164.6 68C150 66 126 70 106 79Z", "#064a4a", 'opacity=".45"') +
    p("M112 82L116 93L121 79.6ZM125 79L129 89L133.6 77ZM138 76.6L142 86.6L146.4 75.4ZM150 75L153 83L157 74Z",
    "#fffdf0") +
  p("M80 56C86 48 100 48 107 56C102 64 88 65 80 56Z", "#052b2a") +
    p("M84 57C89 51 99 51.6 104 57C100 62 90 62 84 57Z", "~eye") + e(95, 56.8, 2, 4.6, "#1b0a04") +
    c(92.6, 54.6, 1.3, "#fff") + p("M74 52C82 41 98 42 110 52C100 47 86 46 74 52Z", "#064a4a") +
    p("M74 51C82 41 97 41 109 50", "none", 'stroke="#8ff5bd" stroke-width="1.6"') +
  e(155, 54, 4.2, 3, "#052b2a", 'transform="rotate(-24 155 54)"') +
    s("M148 50C152 46 158 46 162 51", "#8ff5bd", 1.8) +
    s("M74 43C82 37 94 36 101 40M112 43C120 46 130 47.6 138 45.6", "#eafff0", 2.2, 'opacity=".8"') +
  s("M66 76C72 72 78 76 76 82M62 86C68 83 74 86 72 92M78 68C84 65 89 69 87 75M92 72C97 69 102 72 100 78M114 62C118 59 123 62 121 67M128 60C132 57 137 60 135 65",
    "#064a4a", 1.5, 'opacity=".55"'), 180, 124);

const JAW = drawing(HEAD_DEFS,
  p("M70 86C84 90 98 90 110 88.6C126 87 142 90 152 95C157 103 152 110 143 111C126 114 106 112 92 108C80 105 71 98 70 86Z",
  "~under") + p("M86 104C98 112 126 114 143 111C150 110 153 106 153 101C140 106 110 106 86 104Z", "~belly") +
  p("M84 90C98 93 126 90 148 95C140 99 108 100 90 97Z", "~mouth") +
    p("M100 95C114 91 130 92 140 95C128 99 112 99 100 95Z", "#ff7d8f") +
    p("M112 91L115.6 82L119.6 90.4ZM126 90.4L129.4 82L133 91ZM139 92L142 84.6L145.4 93.6Z", "#fffdf0") +
    p("M96 108L92 121L104 111ZM112 111L111 122L120 112Z", "~fin"), 180, 124);

const SCALE = drawing([lin("b", "#043c3e #0c7a63@14 #5fe8a6@33 #1ea07a@52 #0a5e52@66 #fff0b8@67 #f2c25a@80 #8a4f12",
  0, 0, 0, 1), lin("f", "#fff0a8 #ff8a3c@45 #b3123f", 0.4, 0, 0.6, 1)],
  p("M14 26C8 14 4 8 -2 2C14 4 30 12 40 26Z", "~f") +
    p("M6 24C26 20 44 22 54 26C62 40 62 58 54 72C44 77 26 78 6 74C16 58 16 40 6 24Z", "~b") +
    s("M54 26C62 40 62 58 54 72", "#043c3e", 2.2, 'opacity=".6"') +
    s("M30 30C38 34 40 42 38 50M14 34C21 37 23 43 22 50", "#043c3e", 2, 'opacity=".35"') +
    s("M24 27C34 25 44 26.4 52 29.6", "#eafff0", 2.6, 'opacity=".7"'), 64, 80);

const CLAW = drawing([lin("skin", "#8ff5bd #15936f@50 #064a4a", 0, 0, 1, 0.6), lin("nail", "#fffdf0 #d9b06a")],
  p("M8 2C22 0 30 8 32 20C34 28 42 32 46 38C40 44 28 42 20 34C10 26 4 14 8 2Z", "~skin") +
  p("M44 34C54 34 60 40 60 48C54 44 48 44 42 44ZM36 40C44 44 46 52 42 58C40 50 34 48 30 44ZM28 36C30 44 26 52 20 54C22 48 20 44 20 38Z",
  "~nail") + s("M12 6C20 6 26 12 28 22", "#eafff0", 2, 'opacity=".7"'), 64, 64);

const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;

/** The course of the body: down the far side, along the bottom, up the start side; evenly spaced points. */
function course(show, inset, step) {
  const {w, h, u} = show;
  const corners = [[w * 0.74, inset * 0.9], [w - inset, inset * 0.9], [w - inset, h - inset], [inset, h - inset],
    [inset * 1.05, h * 0.3], [inset * 1.4, h * 0.18],
    [inset * 1.4 + u * 9, h * 0.16]];
  const dense = [];
  const round = u * 15;
  for (let i = 1; i < corners.length; i += 1) {
    const [ax, ay] = corners[i - 1];
    const [bx, by] = corners[i];
    const long = Math.hypot(bx - ax, by - ay);
    for (let d = 0; d < long; d += 2) dense.push([lerp(ax, bx, d / long), lerp(ay, by, d / long)]);
  }
  const soft = dense.map((_, i) => {
    let x = 0;
    let y = 0;
    const reach = Math.min(i, dense.length - 1 - i, Math.floor(round / 4));
    for (let j = -4; j <= 4; j += 1) {
      x += dense[i + Math.round((j / 4) * reach)][0];
      y += dense[i + Math.round((j / 4) * reach)][1];
    }
    return [x / 9, y / 9];
  });
  const points = [];
  let far = 0;
  for (let i = 1; i < soft.length; i += 1) {
    far += Math.hypot(soft[i][0] - soft[i - 1][0], soft[i][1] - soft[i - 1][1]);
    if (far >= points.length * step) points.push(soft[i]);
  }
  return points;
}

export const dragon = {
  durationS: 10,
  parts: (view) => ({skull: {art: SKULL, width: unit(view) * 34}, jaw: {art: JAW, width: unit(view) * 34},
    scale: {art: SCALE, width: unit(view) * 10}, claw: {art: CLAW, width: unit(view) * 10}}),
  build(show) {
    const {u, w, h, random} = show;
    const points = course(show, u * 7.5, u * 2.3);
    const flip = show.fromStart(0) ? -1 : 1;
    const fire = show.field(true);
    const coins = show.field();
    const [hx, hy] = points.at(-1);
    const at = (i) => show.fromStart(points[i][0]);
    for (let i = 0; i < points.length; i += 1) for (let j = 0; j < 2; j += 1) fire.add({at: 0.3 +
      (i / points.length) * 2.3, x: at(i), y: points[i][1], vx: random(-1, 1) * u * 9, vy: random(-1, 1) * u * 9,
      gravity: u * 6, life: random(0.5, 1.3), size: u * random(1, 3.4), grow: 0.2,
      color: WARM[Math.floor(random(0, 5))]});
    for (let i = 0; i < 380; i += 1) {
      const begin = 4 + (i / 380) * 1.7;
      const hot = i % 4;
      fire.add({at: begin, x: show.fromStart(hx + u * 17), y: hy + u * 3 + random(-1, 1) * u,
        vx: flip * (w - hx) * random(0.7, 1.25), vy: h * random(-0.13, 0.11) * random(0.3, 1), drag: 0.75,
        life: random(0.75, 1.35), size: u * random(4, 7) * (hot ? 1.35 : 0.8), grow: 2.4, alpha: hot ? 0.42 : 0.7,
        kind: hot ? "haze" : "glow", color: [PALETTE.amber, PALETTE.ember, PALETTE.ember, PALETTE.rose][hot]});
    }
    for (let i = 0; i < points.length; i += 1) {
      const leaves = 7.5 + (i / points.length) * 1.5;
      coins.add({at: leaves, x: at(i), y: points[i][1], vx: random(-1, 1) * u * 8, vy: -u * random(2, 16),
        gravity: u * 85, life: random(0.9, 1.5), size: u * random(2.6, 4.6), spin: random(-8, 8),
        kind: i % 3 ? "coin" : "petal", color: i % 3 ? "#a85c08" : "#38c98a"});
    }
    return {points, flip, fire, coins, hx, hy, name: show.lettering({size: u * 7, widthMax: w * 0.66,
      colors: ["#f4fff2", "#ffd166"]})};
  },
  draw(show, {points, flip, fire, coins, hx, hy, name}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.6, 8.6, 10);
    show.edges(0.72 * seen, "#04100e");
    const blaze = envelope(t, 4, 4.4, 5.6, 6.5);
    ctx.save();
    if (flip < 0) {
      ctx.translate(w, 0);
      ctx.scale(-1, 1);
    }
    body(show, points, t);
    head(show, points, hx, hy, t);
    ctx.restore();
    show.draw(fire, t);
    if (blaze > 0) {
      ctx.globalCompositeOperation = "lighter";
      stamp(ctx, sprite("haze", PALETTE.ember), w / 2, hy, w * 1.1, h * 0.4, {alpha: blaze * 0.5});
      ctx.globalCompositeOperation = "source-over";
    }
    show.draw(coins, t);
    const rise = easeOut(span(t, 4.6, 5.4));
    show.write(name, w / 2, h * (show.tall ? 0.78 : 0.79) + (1 - rise) * u * 4,
      {alpha: rise * (1 - span(t, 8.2, 9))});
  },
};

/** The body: scales laid over one another from tail to neck, swelling as the spark passes. */
function body(show, points, t) {
  const {ctx, u} = show;
  const many = points.length;
  const front = easeInOut(span(t, 0.2, 2.7)) * many;
  const scale = show.parts.get("scale");
  const claw = show.parts.get("claw");
  for (let i = 1; i < Math.min(front, many); i += 1) {
    const k = i / many;
    const grown = overshoot(clamp((front - i) / 9));
    const left = 1 - span(t, 7.5 + k * 1.5, 7.8 + k * 1.5);
    if (left <= 0) continue;
    const [x, y] = points[i];
    const a = Math.atan2(y - points[i - 1][1], x - points[i - 1][0]);
    const sway = Math.sin(i * 0.16 - t * 3.2) * u * 1.7 * Math.sin(Math.PI * clamp(k * 1.05));
    const thick = u * (1.6 + 9.4 * Math.sin(Math.PI * clamp(0.04 + k * 0.82)) ** 0.8) * grown;
    const sx = x - Math.sin(a) * sway;
    const sy = y + Math.cos(a) * sway;
    if ([0.26, 0.36, 0.7, 0.8].some((place) => i === Math.round(place * many))) stamp(ctx, claw,
      sx - Math.sin(a) * thick * 0.48, sy + Math.cos(a) * thick * 0.48, u * 9 * grown, undefined,
      {turn: a + 0.3 + Math.sin(t * 3 + i) * 0.15, alpha: left});
    // The belly lies on the inner side: the course runs clockwise, so it is on the right hand.
    stamp(ctx, scale, sx, sy, thick * 1.05, thick * 1.3, {turn: a, alpha: left});
  }
  if (t < 3) {
    const i = Math.min(many - 1, Math.floor(front));
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.ember), points[i][0], points[i][1], u * 34, undefined,
      {alpha: 1 - span(t, 2.7, 3)});
    stamp(ctx, sprite("glow", PALETTE.gold), points[i][0], points[i][1], u * 14, undefined,
      {alpha: 1 - span(t, 2.7, 3)});
    ctx.globalCompositeOperation = "source-over";
  }
}

/** The head: bursts out of the spark, looks, draws breath, and opens its jaws. */
function head(show, points, hx, hy, t) {
  const grown = overshoot(span(t, 2.55, 3.1));
  const left = 1 - easeIn(span(t, 8.9, 9.6));
  if (grown <= 0 || left <= 0) return;
  const {ctx, u} = show;
  const breath = envelope(t, 3.4, 3.9, 4, 4.15);
  const open = envelope(t, 3.9, 4.15, 5.7, 6.2) + envelope(t, 2.9, 3.1, 3.3, 3.5) * 0.4;
  const x = hx + u * 3 - breath * u * 2.4 + Math.sin(t * 2.1) * u * 0.5;
  const y = hy + Math.sin(t * 2.7) * u * 0.7;
  const size = u * 34 * grown;
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(-0.05 - breath * 0.12 + Math.sin(t * 1.9) * 0.03);
  ctx.globalAlpha = left;
  // Turned round the hinge of the jaw, which lies a little left of the drawing's middle.
  const place = [-size * 0.4, -size * 0.5, size, (size * 124) / 180];
  ctx.save();
  ctx.translate(-size * 0.02, 0);
  ctx.rotate(open * 0.36);
  ctx.drawImage(show.parts.get("jaw"), ...place);
  ctx.restore();
  ctx.rotate(-open * 0.14);
  ctx.drawImage(show.parts.get("skull"), ...place);
  for (const side of [0, 1]) {
    ctx.strokeStyle = tint(side ? "#ffd166" : "#f2a84a", 0.95);
    ctx.lineWidth = u * 0.55;
    ctx.lineCap = "round";
    ctx.beginPath();
    ctx.moveTo(size * 0.49, -size * 0.2 + side * size * 0.04);
    ctx.bezierCurveTo(size * 0.66, -size * (0.3 - side * 0.2), size * (0.6 + 0.04 * Math.sin(t * 4 + side)),
      size * (0.04 + side * 0.12), size * (0.42 + 0.05 * Math.sin(t * 3 + side * 2)),
      size * (0.2 + side * 0.1 + 0.03 * Math.sin(t * 5)));
    ctx.stroke();
  }
  ctx.globalCompositeOperation = "lighter";
  ctx.globalAlpha = left * (0.5 + 0.5 * Math.max(breath, open));
  const glow = u * 7;
  ctx.drawImage(sprite("haze", PALETTE.gold), size * 0.12 - glow / 2, -size * 0.18 - glow / 2, glow, glow);
  ctx.restore();
}
