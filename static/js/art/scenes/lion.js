// Lion: dust and drum; the lion walks in from the side, looks out, and roars: a ring of sound ripples the
// ribbons; its mane is light.
import {TAU, easeIn, easeInOut, easeOut, envelope, lerp, linear, overshoot, span, stamp, tint} from "../kit.js";
import {PALETTE, WARM} from "../palette.js";
import {beam, sprite} from "../sprites.js";
import {around, c, drawing, e, lin, p, rad, s} from "../vector.js";
import {bone, hair, knee} from "./rig.js";

const FUR = [
  lin("dark", "#b3561a #5b2008", 0.5, 1, 0.5, 0), lin("mid", "#f0962e #b3560f", 0.5, 1, 0.5, 0),
    lin("lit", "#fff0b8 #ffc04d@50 #ee9526", 0.5, 1, 0.5, 0),
  rad("face", "#fff6d8 #ffd98a@38 #eea544@70 #b8651c", 0.38, 0.24, 0.88),
    rad("snout", "#fffdf6 #ffefd0@55 #e3b274", 0.42, 0.2, 0.8),
    rad("eye", "#fff9b8 #ffc21f@50 #b3640a", 0.4, 0.3, 0.65), rad("nose", "#b06a56 #3d140c", 0.35, 0.15, 0.85),
    lin("ear", "#8f4a18 #d98a3c"),
  lin("mouth", "#3d0710 #8f1a2c", 0, 0, 0, 1), lin("tongue", "#ff9aa2 #e0485e", 0, 0, 0, 1),
    lin("body", "#ffe0a0 #eeaa4c@40 #c47a26@70 #8a4a12", 0.3, 0, 0.45, 1),
];
const lock = (far, fill,
  wide) => p(`M80 80C${80 - wide} ${80 - far * 0.45} ${80 - wide * 1.1} ${80 - far * 0.75} ${80 + wide * 0.35} ${80 - far}C${80 + wide * 1.1} ${80 - far * 0.72} ${80 + wide} ${80 - far * 0.4} 80 80Z`,
  fill);
const mane = (many, far, fill, wide, from) => drawing(FUR, around(many, 80, 80, lock(far, fill, wide), from) +
  around(many, 80, 80, lock(far * 0.92, "#fff", wide * 0.12), from).replaceAll('fill="#fff"',
  'fill="#fff" opacity=".14"'), 160, 160);

const HEAD = p("M46 50C36 46 33 34 39 28C48 25 57 31 60 40Z", "~face") +
  p("M48 45C42 42 40 36 43 32C48 31 53 35 55 41Z", "~ear") +
  p("M114 50C124 46 127 34 121 28C112 25 103 31 100 40Z", "~face") +
  p("M112 45C118 42 120 36 117 32C112 31 107 35 105 41Z", "~ear") +
  p("M80 38C104 38 116 50 116 68C116 82 108 94 101 104C95 113 88 117 80 117C72 117 65 113 59 104C52 94 44 82 44 68C44 50 56 38 80 38Z",
    "~face") + p("M72 44C76 58 73 74 68 86H92C87 74 84 58 88 44C84 42 76 42 72 44Z", "#fff8e0", 'opacity=".6"') +
  s("M64 46C67 50 68 54 68 58M96 46C93 50 92 54 92 58M80 42V52", "#b8651c", 2, 'opacity=".55"') +
    s("M54 54C60 47 68 43 76 42", "#fff", 2.4, 'opacity=".75"');
const EYES = p("M51 66C55 58 66 58 71 67C66 73 56 73 51 66Z", "#3d1606") +
  p("M109 66C105 58 94 58 89 67C94 73 104 73 109 66Z", "#3d1606") + c(61.6, 65.8, 5, "~eye") +
  c(98.4, 65.8, 5, "~eye") + c(62, 66, 2.4, "#1b0a04") + c(98, 66, 2.4, "#1b0a04") + c(60, 64, 1.4, "#fff") +
  c(96.4, 64, 1.4, "#fff") + s("M48 61C53 53 64 52 73 61M112 61C107 53 96 52 87 61", "#6b2f0c", 3);
const NOSE = p("M69 83C71 79.6 89 79.6 91 83C91 89 84 95 80 95C76 95 69 89 69 83Z", "~nose") +
  e(76, 83.4, 4, 1.7, "#fff", 'opacity=".6"');

const CALM = drawing(FUR, HEAD + e(68.6, 97, 15, 12.4, "~snout") + e(91.4, 97, 15, 12.4, "~snout") +
  e(80, 110, 10, 7, "~snout") + NOSE + s("M80 95V101M80 101C76 107.4 68 107 65 102M80 101C84 107.4 92 107 95 102",
  "#5b2308", 2.4) + EYES + [60, 64, 69].map((x, i) => c(x, 96 + i * 3, 0.9, "#a0682c") +
  c(160 - x, 96 + i * 3, 0.9, "#a0682c")).join(""), 160, 160);
const ROAR = drawing(FUR, HEAD + p("M52 98C56 122 66 134 80 134C94 134 104 122 108 98C100 90 60 90 52 98Z",
  "~face") + p("M57 96C59 118 68 129 80 129C92 129 101 118 103 96C96 90 64 90 57 96Z", "~mouth") +
  p("M66 120C70 112 90 112 94 120C91 126 86 128 80 128C74 128 69 126 66 120Z", "~tongue") +
  p("M61 96L65 110L70 97ZM99 96L95 110L90 97Z", "#fffdf0") +
  p("M68 124L70.4 116L73.6 126ZM92 124L89.6 116L86.4 126Z", "#fffdf0") +
  p("M72 97L74 101L76 97.4L78 101L80 97.4L82 101L84 97.4L86 101L88 97Z", "#fffdf0") +
  p("M54 92C56 82 68 82 80 92C92 82 104 82 106 92C104 100 92 100 80 98C68 100 56 100 54 92Z", "~snout") + NOSE +
    s("M58 80C60 84 62 86 66 87M102 80C100 84 98 86 94 87M60 76L66 80M100 76L94 80", "#8a4a12", 1.8,
    'opacity=".7"') + EYES, 160, 160);
const TORSO = drawing(FUR,
  p("M22 52C20 34 36 24 58 27C84 31 108 26 130 18C154 12 172 24 174 46C176 66 168 82 152 86C130 90 112 76 92 78C70 80 54 86 38 82C26 78 22 66 22 52Z",
  "~body") + s("M30 40C40 30 56 31 72 33C96 35 116 29 134 22", "#fff3cf", 3, 'opacity=".7"') +
  p("M44 82C64 82 80 78 94 77C112 76 130 90 152 86C132 80 116 66 92 68C74 69 58 76 44 82Z", "#6b2f0c",
  'opacity=".35"'), 190, 100);
const unit = ({width, height}) => Math.min(width, height * 1.1) / 100;

export const lion = {
  durationS: 9,
  parts: (view) => ({dark: {art: mane(22, 78, "~dark", 13, 0), width: unit(view) * 46},
    mid: {art: mane(19, 66, "~mid", 12, 7), width: unit(view) * 46},
    lit: {art: mane(17, 55, "~lit", 11, 3), width: unit(view) * 46}, calm: {art: CALM, width: unit(view) * 46},
    roar: {art: ROAR, width: unit(view) * 46}, torso: {art: TORSO, width: unit(view) * 46}}),
  build(show) {
    const {u, w, h, random} = show;
    const flip = show.fromStart(0) ? -1 : 1;
    const goal = w * (show.tall ? 0.34 : 0.16);
    const foot = h * (show.tall ? 0.9 : 0.97);
    const course = (t) => lerp(-u * 50, goal, easeOut(span(t, 0.4, 3.2)) * 0.5 + span(t, 0.4, 3.2) * 0.5);
    const dust = show.field();
    const light = show.field(true);
    for (let i = 0; i < 150; i += 1) {
      const at = 0.1 + (i / 150) * 3.2;
      const x = i % 3 ? course(at) + random(-1, 1) * u * 22 : w * random(0, 0.7);
      dust.add({at, x: show.fromStart(x), y: foot + u * random(-1, 2), vx: flip * u * random(-8, 6),
        vy: -u * random(0, 4), life: random(1.2, 2.4), size: u * random(6, 12), grow: 2.2, alpha: 0.34,
        spin: random(-0.4, 0.4), kind: "smoke", color: i % 2 ? "#c9995a" : "#8f6a42"});
    }
    const x = show.fromStart(goal + u * 17);
    const y = foot - u * 38;
    for (let i = 0; i < 260; i += 1) {
      const a = random(0, TAU);
      const v = u * random(14, 60);
      light.add({at: 4.2 + random(0, 1.3), x: x + Math.cos(a) * u * 12, y: y + Math.sin(a) * u * 12,
        vx: Math.cos(a) * v, vy: Math.sin(a) * v * 0.8, drag: 1, life: random(0.6, 1.5), size: u * random(0.8, 3),
        grow: 0.2, color: WARM[Math.floor(random(0, 5))]});
    }
    for (let i = 0; i < 200; i += 1) light.add({at: 7.1 + random(0, 0.8), x: x + flip * u * random(-52, 14),
      y: foot - u * random(0, 52), vx: u * random(-4, 4), vy: -u * random(4, 18), life: random(0.6, 1.1),
      size: u * random(1, 3), twinkle: 10, color: WARM[Math.floor(random(1, 5))]});
    return {flip, foot, course, dust, light, x, y, name: show.lettering({size: u * 7.4,
      widthMax: w * (show.tall ? 0.9 : 0.46), colors: ["#fffbe6", "#ffc145"]})};
  },
  draw(show, {flip, foot, course, dust, light, x, y, name}, t) {
    const {ctx, u, w, h} = show;
    const seen = envelope(t, 0, 0.6, 7.4, 9);
    show.edges(0.7 * seen, "#140a04");
    const roar = envelope(t, 4, 4.35, 5.7, 6.2);
    if (t > 4.2) show.cue("ripple");
    ctx.fillStyle = linear(ctx, 0, h * 0.8, 0, h, [[0, tint("#c97a2c", 0)], [1, tint("#7a3f12", 0.6 * seen)]]);
    ctx.fillRect(0, h * 0.8, w, h * 0.2);
    ctx.globalCompositeOperation = "lighter";
    stamp(ctx, sprite("haze", PALETTE.amber), x, y, u * (80 + 30 * roar), undefined,
      {alpha: envelope(t, 2.6, 4, 6.4, 7.6) * (0.5 + 0.5 * roar)});
    for (let i = 0; i < 14 && roar > 0; i += 1) {
      ctx.save();
      ctx.translate(x, y);
      ctx.rotate((i * TAU) / 14 + t * 0.22);
      ctx.globalAlpha = roar * (i % 2 ? 0.26 : 0.42);
      ctx.drawImage(beam(PALETTE.gold), -u * 5, u * 14, u * 10, u * (i % 2 ? 38 : 52));
      ctx.restore();
    }
    rings(show, x, y, t);
    ctx.globalCompositeOperation = "source-over";
    ctx.save();
    ctx.globalAlpha = 1 - easeIn(span(t, 7.1, 8.2));
    const place = course(t);
    ctx.translate(show.fromStart(place), foot);
    ctx.scale((flip * u) / 2, u / 2);
    animal(show, t, roar, flip);
    ctx.restore();
    ctx.globalAlpha = 1;
    show.draw(dust, t);
    show.draw(light, t);
    const k = easeOut(span(t, 4.4, 5.1));
    show.write(name, show.tall ? w / 2 : show.fromStart(w * 0.68), show.tall ? h * 0.955 : h * 0.84,
      {alpha: k * (1 - span(t, 7.6, 8.4)), flip: lerp(1.3, 1, k), squash: lerp(1.3, 1, k)});
  },
};

/** The roar's rings of sound. */
function rings(show, x, y, t) {
  const {ctx, u, w} = show;
  for (let i = 0; i < 4; i += 1) {
    const k = span(t, 4.2 + i * 0.36, 5.6 + i * 0.36);
    if (k <= 0 || k >= 1) continue;
    ctx.lineWidth = u * 1.8 * (1 - k) + 0.5;
    ctx.strokeStyle = tint("#ffe0a0", 0.6 * (1 - k));
    ctx.beginPath();
    ctx.arc(x, y + u * 4, u * 12 + easeOut(k) * w * 0.55, 0, TAU);
    ctx.stroke();
  }
}

/** The animal, feet at 0,0, half a unit as measure: tail, far legs, body, near legs, mane and head. */
function animal(show, t, roar, flip) {
  const {ctx, parts} = show;
  const walking = 1 - span(t, 2.9, 3.3);
  const pace = t * 5.2;
  const bob = Math.sin(pace * 2) * 0.9 * walking + Math.sin(t * 2) * 0.6;
  const wag = Math.sin(t * 2.4);
  ctx.strokeStyle = linear(ctx, -60, -60, -90, -20, [[0, "#d9933c"], [1, "#8a4a12"]]);
  ctx.lineWidth = 4.4;
  ctx.lineCap = "round";
  ctx.beginPath();
  ctx.moveTo(-46, -50 + bob);
  ctx.bezierCurveTo(-70, -52, -66, -14, -84 - wag * 4, -24 + wag * 4);
  ctx.stroke();
  for (let i = 0; i < 3; i += 1) hair(ctx, -83 - wag * 4, -24 + wag * 4, Math.PI + 0.5 + i * 0.3 - 0.3, 17, 4.6,
    t * 3 + i, ["#5b2008", "#8f4210", "#b3561a"][i]);
  leg(ctx, -34, pace + 2.2, -1, walking, true, bob);
  leg(ctx, 30, pace + 0.6, 1, walking, true, bob);
  ctx.drawImage(parts.get("torso"), -66, -76 + bob, 122, 64);
  leg(ctx, -40, pace, -1, walking, false, bob);
  leg(ctx, 38, pace + 2.9, 1, walking, false, bob);
  // The head faces us; at first it is turned a little to where it walks.
  const turn = easeInOut(span(t, 2.9, 3.7));
  const rear = envelope(t, 3.7, 4.1, 5.8, 6.4);
  ctx.save();
  ctx.translate(42 - turn * 4, -70 + bob - rear * 4);
  ctx.scale(flip * lerp(0.86, 1, turn), 1);
  ctx.rotate(Math.sin(t * 1.3) * 0.03 - roar * 0.03 * Math.sin(t * 40));
  const swell = 1 + roar * 0.1;
  for (const [name, size, way] of [["dark", 100, 1], ["mid", 98, -1], ["lit", 96, 1]]) {
    const edge = size * (1 + (swell - 1) * (name === "dark" ? 1.5 : 1));
    stamp(ctx, parts.get(name), 0, 0, edge, edge, {turn: Math.sin(t * 1.7 + size) * 0.05 * way +
      roar * 0.05 * way * Math.sin(t * 31)});
  }
  ctx.save();
  ctx.globalCompositeOperation = "lighter";
  stamp(ctx, parts.get("lit"), 0, 0, 112 * swell, undefined, {alpha: 0.25 + roar * 0.45, turn: 0.1 + t * 0.1});
  ctx.restore();
  const face = 92 * overshoot(1) * (1 + roar * 0.05);
  stamp(ctx, parts.get("calm"), 0, 2, face, face, {alpha: 1 - span(roar, 0.35, 0.6)});
  stamp(ctx, parts.get("roar"), 0, 2, face, face, {alpha: span(roar, 0.3, 0.5)});
  ctx.restore();
}

/** One leg of the walk; the paw stands flat and is lifted forward. */
function leg(ctx, x, phase, bend, walking, far, bob) {
  const reach = Math.cos(phase) * 12 * walking;
  const lift = Math.max(0, Math.sin(phase)) * 7 * walking;
  const [kx, ky, fx, fy] = knee(x, -34 + bob, x + reach, -4 - lift, 17, 16.4, bend > 0 ? 1 : -1);
  const paint = far ? "#8a4f18" : linear(ctx, x - 8, -40, x + 10, 0,
    [[0, "#f2b75e"], [0.5, "#dc9540"], [1, "#a8651f"]]);
  bone(ctx, x, -34 + bob, kx, ky, far ? 9 : 11, 6.4, paint);
  bone(ctx, kx, ky, fx, fy, 6.2, 4.8, paint);
  ctx.fillStyle = far ? "#7a4414" : "#e8a850";
  ctx.beginPath();
  ctx.ellipse(fx + 2.6, fy + 1, 8, 4.8, 0, 0, TAU);
  ctx.fill();
  if (far) return;
  ctx.strokeStyle = "#8a4a12";
  ctx.lineWidth = 0.9;
  ctx.beginPath();
  for (const d of [3, 6]) {
    ctx.moveTo(fx + d + 1, fy - 1.4);
    ctx.lineTo(fx + d + 2.4, fy + 2.6);
  }
  ctx.stroke();
}
