// Galaxy: the edges darken, a spiral of stars turns in from all sides, its core flares once behind the
// streamer, the sender's name is written in stars, and all of it drains away to where the ribbons are.
import {clamp, easeIn, easeInOut, easeOut, envelope, lerp, span, stamp, textPoints} from "../kit.js";
import {COOL, PALETTE} from "../palette.js";
import {sprite} from "../sprites.js";

const STARS = 560;
const LETTERS = 420;
const COLORS = [...COOL, "#ffb8e0", "#ffd9a8"];

export const galaxy = {
  durationS: 9,
  build(show) {
    const {u, w, h, random} = show;
    const heart = [w / 2, h * 0.4];
    const reach = Math.hypot(w, h) * 0.5;
    const open = Math.min(w, h) * 0.3;
    const stars = Array.from({length: STARS}, (_, i) => {
      const k = (i + random()) / STARS;
      const far = open + (reach - open) * k ** 0.9;
      return {far, angle: (i % 2) * Math.PI + (i % 7 > 4 ? Math.PI / 2 : 0) + Math.log(far / open + 0.6) * 2.5 +
        random(-1, 1) * random(0, 0.62), begin: random(0, 0.9), size: u * (0.5 + random() ** 3 * 2.9),
        rank: random(),
        blink: random(4, 12), picture: sprite(random() > 0.86 ? "star" : "glow", COLORS[i % COLORS.length])};
    });
    const text = textPoints(show.name, {size: Math.min(u * 9, h * 0.12), widthMax: w * 0.84, count: LETTERS,
      random});
    const line = show.lineAt(h * 0.8, text.h);
    const letters = text.points.map(([x, y], i) => ({x: w / 2 + x, y: line + y,
      from: stars[Math.floor(random(0, STARS))], begin: 3.9 + (i / LETTERS) * 1.1,
      size: u * (i % 9 ? random(0.5, 0.85) : random(1, 1.7)), rank: random(), blink: random(3, 9),
      picture: sprite(i % 9 ? "glow" : "star", i % 3 ? "#c9e8ff" : "#ffd9a8")}));
    const clouds = Array.from({length: 16}, (_, i) => {
      const far = lerp(open * 1.15, reach * 0.95, (i / 16) ** 0.8);
      return {far, angle: (i % 2) * Math.PI + Math.log(far / open + 0.6) * 2.5, size: u * random(34, 60),
        picture: sprite("haze", ["#7a4bff", "#ff4d9d", "#3f7bff", "#b04bff"][i % 4])};
    });
    return {heart, stars, letters, clouds, drain: [show.fromStart(u * 10), h * 0.66],
      name: show.lettering({size: Math.min(u * 9, h * 0.12), widthMax: w * 0.84, colors: ["#ffffff", "#c9d8ff"]})};
  },
  draw(show, state, t) {
    const {ctx, u, w, h} = show;
    const {heart: [hx, hy], stars, clouds, drain} = state;
    const gone = easeIn(span(t, 7.2, 8.7));
    const seen = envelope(t, 0, 1, 7.6, 8.8);
    show.edges(0.94 * seen, "#070518");
    ctx.globalCompositeOperation = "lighter";
    const place = (far, angle, begin) => {
      const k = easeOut(span(t, begin * 0.7, begin * 0.7 + 2.3));
      const r = lerp(far * 2.5, far, k) * (1 - gone);
      const a = angle + t * 0.26 * (1.6 - far / (w + h)) - (1 - k) * 1.1 + gone * 2.4;
      return [lerp(hx, drain[0], gone) + Math.cos(a) * r, lerp(hy, drain[1], gone) + Math.sin(a) * r * 0.66];
    };
    for (const cloud of clouds) {
      const [x, y] = place(cloud.far, cloud.angle, 0.4);
      stamp(ctx, cloud.picture, x, y, cloud.size * (1 - gone * 0.7), cloud.size * 0.7 * (1 - gone * 0.7),
        {alpha: seen * 0.5, turn: cloud.angle});
    }
    for (const star of stars) {
      if (star.rank > show.share) continue;
      const [x, y] = place(star.far, star.angle, star.begin);
      if (x < -u * 4 || y < -u * 4 || x > w + u * 4 || y > h + u * 4) continue;
      const size = star.size * 2.1;
      ctx.globalAlpha = clamp(seen * (0.66 + 0.34 * Math.sin(t * star.blink)));
      ctx.drawImage(star.picture, x - size / 2, y - size / 2, size, size);
    }
    core(show, state, t);
    writeInStars(show, state, t, place, gone);
    ctx.globalCompositeOperation = "source-over";
    const fit = envelope(t, 4.7, 5.5, 7, 7.5);
    if (fit > 0) show.write(state.name, w / 2, h * 0.8, {alpha: fit * 0.75});
  },
};

/** The core: one flare behind the streamer, if the flash is allowed; a slow glow if it is not. */
function core(show, {heart: [x, y]}, t) {
  const {ctx, u} = show;
  const glow = envelope(t, 1.4, 2.7, 2.9, 4.6);
  if (glow <= 0) return;
  const flare = show.flash("core") ? envelope(t, 2.4, 2.65, 2.75, 3.6) : 0;
  stamp(ctx, sprite("haze", "#b06bff"), x, y, u * 120, u * 84, {alpha: glow * 0.7});
  stamp(ctx, sprite("haze", PALETTE.amber), x, y, u * (46 + 40 * flare), u * (34 + 30 * flare),
    {alpha: glow * 0.6 + flare * 0.4});
  stamp(ctx, sprite("haze", "#ffffff"), x, y, u * 230 * flare, u * 9 * flare, {alpha: flare});
  stamp(ctx, sprite("haze", "#ffe9c0"), x, y, u * 5 * flare, u * 90 * flare, {alpha: flare * 0.8});
  stamp(ctx, sprite("glow", "#ffe9c0"), x, y, u * 34 * flare, undefined, {alpha: flare * 0.8});
}

/** The name: stars leave the spiral one after the other and settle on the letters. */
function writeInStars(show, {letters}, t, place, gone) {
  const {ctx} = show;
  for (const one of letters) {
    const k = easeInOut(span(t, one.begin - 0.9, one.begin + 0.3));
    if (k <= 0 || (one.rank > show.share && one.rank > 0.6)) continue;
    const [fx, fy] = place(one.from.far, one.from.angle, one.from.begin);
    const x = lerp(fx, one.x, k * (1 - gone));
    const y = lerp(fy, one.y, k * (1 - gone)) - Math.sin(k * Math.PI) * show.u * 5;
    const size = one.size * 2 * (1 - gone * 0.5);
    ctx.globalAlpha = clamp((0.75 + 0.25 * Math.sin(t * one.blink + one.x)) * (1 - span(t, 8.2, 8.8)));
    ctx.drawImage(one.picture, x - size / 2, y - size / 2, size, size);
  }
}
