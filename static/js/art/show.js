// A show: what a recipe gets to draw with while its gift plays. It knows the size of the picture, the name
// to write, the seeded chance, and hands out particle layers that the engine frees afterwards.
import {bitmap, chance, lettering, stamp} from "./kit.js";
import {Field} from "./particles.js";
import {vignette} from "./sprites.js";

export class Show {
  #stage;
  #fields = [];
  #flashes = new Map();
  #cues = new Set();
  #edges = new Map();

  /**
   * @param {import('./engine.js').Stage} stage
   * @param {import('./engine.js').Gift} gift
   * @param {Map<string, CanvasImageSource>} parts drawings the recipe asked for, as pixels
   */
  constructor(stage, gift, parts) {
    this.#stage = stage;
    this.gift = gift;
    this.parts = parts;
    this.name = gift.sender?.name ?? null;
    this.quantity = Math.max(1, gift.quantity ?? 1);
    this.count = Math.max(1, gift.count ?? this.quantity);
    this.onlookers = gift.onlookers ?? [];
    this.seed = gift.seed ?? gift.giftId;
    this.restart();
  }

  /** Takes the picture's size anew and rewinds chance; the recipe is built again after it. */
  restart() {
    for (const field of this.#fields) field.free();
    this.#fields = [];
    this.#edges.clear();
    this.ctx = this.#stage.ctx;
    this.w = this.#stage.width;
    this.h = this.#stage.height;
    /** One hundredth of the picture's measure, px: everything is sized in it. */
    this.u = Math.min(this.w, this.h * 1.1) / 100;
    this.tall = this.h > this.w;
    /** Where the page's own words begin, px from the top. */
    this.floor = this.h - this.#stage.foot();
    this.scale = this.#stage.scale;
    this.random = chance(this.seed);
  }

  /** Where a distance from the start side lies: right-to-left pages start at the right. */
  fromStart(x) {
    return this.#stage.rtl ? this.w - x : x;
  }

  /** A layer of particles. Bright ones add up like light. */
  field(bright = false) {
    const field = new Field(this.#stage.pool, chance(`${this.seed}/${this.#fields.length}`), bright);
    this.#fields.push(field);
    return field;
  }

  /** Draws a layer, within the budget. */
  draw(field, t) {
    field.draw(this.ctx, t, this.#stage.share);
  }

  /** The sender's name (or another text) as a picture to move about; null for nobody. */
  lettering(options = {}, text = this.name) {
    return lettering(text, {size: this.u * 6, widthMax: this.w * 0.8, scale: this.scale, ...options});
  }

  /** The middle of a line that is to stand at y: a line of this height stays above the page's own words. */
  lineAt(y, height) {
    return Math.min(y, this.floor - height / 2);
  }

  /** Puts lettering on the picture. */
  write(text, x, y, options) {
    if (text) stamp(this.ctx, text.picture, x, this.lineAt(y, text.h), text.w, text.h, options);
  }

  /** Darkens (or colours) the edges; the middle stays the streamer's. */
  edges(alpha, color = "#05060c") {
    if (alpha <= 0.01) return;
    // Stretched once and kept: stretching it on each frame costs most of a frame in software.
    if (!this.#edges.has(color)) {
      this.#edges.set(color, bitmap(this.w * this.scale, this.h * this.scale,
        (ctx, w, h) => ctx.drawImage(vignette(color), 0, 0, w, h)));
    }
    this.ctx.globalAlpha = Math.min(1, alpha);
    this.ctx.drawImage(this.#edges.get(color), 0, 0, this.w, this.h);
    this.ctx.globalAlpha = 1;
  }

  /** Whether the flash of this name may be seen. The governor is asked once, when it begins. */
  flash(name) {
    if (!this.#flashes.has(name)) this.#flashes.set(name, this.#stage.askFlash());
    return this.#flashes.get(name);
  }

  /** How bright a flash that begins at this moment is now, 0 to 1: up within a frame or two, then slowly down. */
  flashAt(t, begin, fall = 0.9) {
    if (t < begin || t > begin + fall + 0.08 || !this.flash(`at ${begin}`)) return 0;
    return t < begin + 0.08 ? (t - begin) / 0.08 : (1 - (t - begin - 0.08) / fall) ** 2;
  }

  /** Tells the page that something of the scene reaches it (a shake, a ring of sound); each name once. */
  cue(name) {
    if (this.#cues.has(name)) return;
    this.#cues.add(name);
    this.#stage.cue(name);
  }

  /** The share of the particles that may be drawn, for recipes that keep stars of their own. */
  get share() {
    return this.#stage.share;
  }

  /** Gives everything back. */
  end() {
    for (const field of this.#fields) field.free();
    this.#fields = [];
    this.#edges.clear();
  }
}
