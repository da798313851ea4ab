// The colours of the art, from the art direction. Every drawing starts from these; a drawing may mix
// its own shades, but a colour that means something (coins, the brand) comes from here only.

/** Named colours, as CSS hex strings. */
export const PALETTE = Object.freeze({
  night: "#0b0d14",
  rose: "#ff4d6d",
  amber: "#ffb454",
  cyan: "#5ad1ff",
  gold: "#ffd166",
  green: "#39d98a",
  red: "#ff5c5c",
  white: "#ffffff",
  violet: "#9b7bff",
  blue: "#4f7cff",
  ember: "#ff7a3c",
  leaf: "#3fae62",
});

/** Warm light: sparks, fire, gold. Dark to bright. */
export const WARM = Object.freeze(["#ff4d6d", "#ff7a3c", "#ffb454", "#ffd166", "#fff3cf"]);
/** Cool light: stars, water, ice. Dark to bright. */
export const COOL = Object.freeze(["#4f7cff", "#5ad1ff", "#9b7bff", "#c9e8ff", "#ffffff"]);
/** Everything at once: confetti and fireworks. */
export const PARTY = Object.freeze(["#ff4d6d", "#ffb454", "#ffd166", "#39d98a", "#5ad1ff", "#9b7bff"]);

/** The font of names drawn on the canvas: the pages' own stack. */
export const FONT_STACK =
  'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Noto Sans JP", "Noto Sans Arabic", sans-serif';
