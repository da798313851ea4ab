// The budget: how much may be drawn, by what the last frames took. Pure; the engine feeds it frame times.
// Slow frames first thin the particles out, then lower the canvas' resolution; both come back slowly,
// so that the picture does not swing between two states.

const SMOOTHING = 0.12;
const SLOW = 1.35;
const FAST = 1.12;
const SHARE_MIN = 0.3;
const DETAIL_MIN = 0.5;

export class Budget {
  /** @param {{fps?: number, pinned?: number}} [options] wanted frames a second; a share that never changes */
  constructor({fps = 60, pinned} = {}) {
    // A source that asks for 60 but is given 30 (OBS) is not slow: 30 is what we design for.
    this.wantedMs = 1000 / Math.min(fps, 30);
    this.pinned = pinned;
    this.meanMs = this.wantedMs;
    this.share = pinned ?? 1;
    this.detail = 1;
  }

  /**
   * Takes in the time between two frames.
   * @param {number} frameMs
   */
  sample(frameMs) {
    // A long gap is a page that slept, not a slow picture.
    if (this.pinned !== undefined || frameMs <= 0 || frameMs > 500) return;
    this.meanMs += (frameMs - this.meanMs) * SMOOTHING;
    if (this.meanMs > this.wantedMs * SLOW) {
      if (this.share > SHARE_MIN) this.share = Math.max(SHARE_MIN, this.share - 0.02);
      else this.detail = Math.max(DETAIL_MIN, this.detail - 0.01);
    } else if (this.meanMs < this.wantedMs * FAST) {
      if (this.detail < 1) this.detail = Math.min(1, this.detail + 0.0025);
      else this.share = Math.min(1, this.share + 0.005);
    }
  }

  /** The canvas' resolution as a share of full, in steps, so that it is seldom made anew. */
  get resolution() {
    return this.detail > 0.85 ? 1 : this.detail > 0.65 ? 0.75 : 0.5;
  }
}
