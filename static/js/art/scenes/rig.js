// Limbs for creatures: a leg of two bones that finds its own knee, and hair that flows.
import {TAU} from "../kit.js";

/**
 * Where the knee lies, given hip and foot.
 * @param {number} bend 1 or -1: the side the knee bends to
 * @returns {number[]} the knee, then the foot as far as the leg reaches
 */
export function knee(hx, hy, fx, fy, upper, lower, bend) {
  const reach = (upper + lower) * 0.998;
  const dx = fx - hx;
  const dy = fy - hy;
  const far = Math.min(reach, Math.max(Math.abs(upper - lower) * 1.02, Math.hypot(dx, dy)));
  const way = Math.atan2(dy, dx);
  const turn = Math.acos(Math.max(-1, Math.min(1, (upper * upper +
    far * far - lower * lower) / (2 * upper * far))));
  const a = way + turn * bend;
  return [hx + Math.cos(a) * upper, hy + Math.sin(a) * upper, hx + Math.cos(way) * far, hy + Math.sin(way) * far];
}

/** A tapering bone from a to b with round ends. */
export function bone(ctx, ax, ay, bx, by, wideA, wideB, paint) {
  const a = Math.atan2(by - ay, bx - ax);
  const nx = -Math.sin(a);
  const ny = Math.cos(a);
  ctx.fillStyle = paint;
  ctx.beginPath();
  ctx.arc(ax, ay, wideA, a + TAU / 4, a - TAU / 4);
  ctx.lineTo(bx - nx * wideB, by - ny * wideB);
  ctx.arc(bx, by, wideB, a - TAU / 4, a + TAU / 4);
  ctx.closePath();
  ctx.fill();
}

/** A lock of hair: a ribbon from its root along a flowing line, thick at first, thin at the end. */
export function hair(ctx, x, y, way, long, wide, wave, paint) {
  const steps = 12;
  const left = [];
  const right = [];
  let px = x;
  let py = y;
  for (let i = 0; i <= steps; i += 1) {
    const k = i / steps;
    const a = way + Math.sin(wave - k * 4.2) * 0.55 * k;
    const half = wide * Math.sin(Math.PI * (0.12 + 0.88 * k)) * (1 - k * 0.55) + wide * 0.04;
    left.push([px - Math.sin(a) * half, py + Math.cos(a) * half]);
    right.push([px + Math.sin(a) * half, py - Math.cos(a) * half]);
    px += (Math.cos(a) * long) / steps;
    py += (Math.sin(a) * long) / steps;
  }
  ctx.fillStyle = paint;
  ctx.beginPath();
  for (const [i, [lx, ly]] of left.entries()) ctx[i ? "lineTo" : "moveTo"](lx, ly);
  for (const [rx, ry] of right.reverse()) ctx.lineTo(rx, ry);
  ctx.closePath();
  ctx.fill();
}
