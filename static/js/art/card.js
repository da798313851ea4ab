// The still card, for those who want no motion: icon, name and count fade in, stay, fade out.
import {envelope, linear, tint} from "./kit.js";
import {PALETTE} from "./palette.js";

export const card = {
  durationS: 4,
  build(show) {
    const size = Math.max(14, show.u * 4.4);
    const name = show.lettering({size, widthMax: show.w * 0.5});
    const count = show.count > 1 ? show.lettering({size: size * 1.1, widthMax: show.w * 0.3,
      colors: ["#fff3cf", PALETTE.amber]}, `×${show.count}`) : null;
    const icon = size * 3.4;
    const w = icon + Math.max(name?.w ?? 0, count?.w ?? 0) + size * 1.6;
    return {name, count, icon, w, h: icon + size * 0.8, size};
  },
  draw(show, {name, count, icon, w, h, size}, t) {
    const {ctx} = show;
    const x = (show.w - w) / 2;
    const y = show.h * 0.78 - h / 2;
    ctx.globalAlpha = envelope(t, 0, 0.4, 3.4, 4);
    ctx.beginPath();
    ctx.roundRect(x, y, w, h, 14);
    ctx.fillStyle = "rgba(11,13,20,.78)";
    ctx.fill();
    ctx.lineWidth = 2;
    ctx.strokeStyle = linear(ctx, x, y, x + w, y + h, [[0, tint(PALETTE.rose, 0.95)],
      [1, tint(PALETTE.amber, 0.95)]]);
    ctx.stroke();
    ctx.drawImage(show.parts.get("icon"), x + size * 0.5, y + (h - icon) / 2, icon, icon);
    const middle = x + icon + size * 0.6 + (w - icon - size * 1.2) / 2;
    show.write(name, middle, y + h / 2 - (count ? size * 0.7 : 0));
    show.write(count, middle, y + h / 2 + (name ? size * 0.8 : 0));
  },
};
