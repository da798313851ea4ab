// The still card, for those who want no motion: the gift fades in, stays, fades out. Who gave it is the page's word.
import {envelope, linear, tint} from "./kit.js";
import {PALETTE} from "./palette.js";

const EDGE = 24;

export const card = {
  durationS: 4,
  build(show) {
    const size = Math.max(80, show.u * EDGE);
    return {size, x: (show.w - size) / 2, y: show.lineAt(show.h * 0.74, size * 1.1) - size / 2};
  },
  draw(show, {size, x, y}, t) {
    const {ctx} = show;
    ctx.globalAlpha = envelope(t, 0, 0.4, 3.4, 4);
    ctx.beginPath();
    ctx.roundRect(x, y, size, size, size * 0.14);
    ctx.fillStyle = "rgba(11,13,20,.78)";
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = linear(ctx, x, y, x + size, y + size, [[0, tint(PALETTE.rose, 0.95)],
      [1, tint(PALETTE.amber, 0.95)]]);
    ctx.stroke();
    ctx.drawImage(show.parts.get("icon"), x + size * 0.1, y + size * 0.1, size * 0.8, size * 0.8);
  },
};
