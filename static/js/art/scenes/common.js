// What several scenes share: water, ribbons of cloth with a name, shafts of light.
import {clamp, linear, stamp, tint} from "../kit.js";
import {beam} from "../sprites.js";

/** A line of waves from edge to edge, closed at the bottom, ready to be filled. */
export function waves(ctx, w, h, level, height, phase, length) {
  ctx.beginPath();
  ctx.moveTo(0, h);
  const step = Math.max(12, w / 70);
  for (let x = 0; x <= w + step; x += step) {
    ctx.lineTo(x, level + Math.sin(x / length + phase) * height +
      Math.sin(x / (length * 0.43) - phase * 1.3) * height * 0.4);
  }
  ctx.lineTo(w, h);
  ctx.closePath();
}

/** A shaft of light from a point, turned by an angle (0 points down). */
export function shaft(ctx, color, x, y, turn, width, long, alpha) {
  if (alpha <= 0.01) return;
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(turn);
  ctx.globalAlpha = clamp(alpha);
  ctx.drawImage(beam(color), -width / 2, 0, width, long);
  ctx.restore();
}

/** Lettering on a strip of cloth that waves in the wind; x is the end that is held. */
export function cloth(ctx, text, x, y, {away = -1, t = 0, alpha = 1, wind = 1, colors = ["#ff4d6d", "#b3123f"]}) {
  if (!text || alpha <= 0.01) return;
  const slices = 56;
  const wide = text.w / slices;
  ctx.save();
  ctx.globalAlpha *= clamp(alpha);
  for (let i = 0; i < slices; i += 1) {
    // Letters read from left to right whichever end is held.
    const far = away < 0 ? slices - 1 - i : i;
    const k = far / slices;
    const lift = Math.sin(t * 5 - far * 0.195) * text.h * 0.16 * k * wind + k * text.h * 0.1;
    const left = away < 0 ? x - text.w + i * wide : x + i * wide;
    const light = 0.5 + 0.5 * Math.cos(t * 5 - far * 0.195);
    ctx.fillStyle = linear(ctx, 0, y - text.h / 2, 0, y + text.h / 2, [[0, colors[0]], [1, colors[1]]]);
    ctx.fillRect(left, y - text.h * 0.42 + lift, wide + 0.8, text.h * 0.84);
    ctx.fillStyle = tint(light > 0.5 ? "#ffffff" : "#000000", Math.abs(light - 0.5) * 0.36);
    ctx.fillRect(left, y - text.h * 0.42 + lift, wide + 0.8, text.h * 0.84);
    const source = (i / slices) * text.picture.width;
    ctx.drawImage(text.picture, source, 0, text.picture.width / slices, text.picture.height, left, y - text.h / 2 +
      lift, wide, text.h);
  }
  ctx.restore();
}

/** A picture cut in level strips that sway: a thing mirrored in water. */
export function mirrored(ctx, picture, x, y, w, h, {t, alpha, sway, flip = 1}) {
  const strips = 14;
  for (let i = 0; i < strips; i += 1) {
    const k = i / strips;
    const source = picture.height * (1 - (i + 1) / strips);
    ctx.save();
    ctx.globalAlpha = alpha * (1 - k) * 0.9;
    ctx.translate(x + Math.sin(t * 3 + i * 1.1) * sway * (0.3 + k), y + h * k);
    ctx.scale(flip, -1);
    ctx.drawImage(picture, 0, source, picture.width, picture.height / strips, -w / 2, -h / strips, w, h / strips +
      0.6);
    ctx.restore();
  }
}

/** A bird far off: two strokes that beat. */
export function gull(ctx, x, y, size, beat) {
  const lift = Math.sin(beat) * size * 0.5;
  for (const [width, color, down] of [[0.2, "rgba(40,50,80,.45)", 0.1], [0.15, "#ffffff", 0]]) {
    ctx.lineWidth = size * width;
    ctx.lineCap = "round";
    ctx.strokeStyle = color;
    ctx.beginPath();
    ctx.moveTo(x - size, y - lift + size * down);
    ctx.quadraticCurveTo(x - size * 0.4, y - lift * 0.9 - size * 0.25 + size * down, x, y + size * down);
    ctx.quadraticCurveTo(x + size * 0.4, y - lift * 0.9 - size * 0.25 + size * down, x + size, y - lift +
      size * down);
    ctx.stroke();
  }
}

/** Draws a picture by its foot: x is its middle, y its lower edge. */
export const stand = (ctx, picture, x, y, w, h, options) => stamp(ctx, picture, x, y - h / 2, w, h, options);
