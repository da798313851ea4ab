// The paper crane in its parts, so that it can beat its wings.
import {c, drawing, lin, p, s} from "../vector.js";

export const CRANE_DEFS = [
  lin("lit", "#ffffff #e4f5ff@50 #a4d6f7"), lin("mid", "#d4eeff #7cc0f2", 0, 0, 0.8, 1),
    lin("dark", "#6aa8e6 #2f64b4", 0, 0, 0.7, 1), lin("deep", "#5088d0 #214688"), lin("rose", "#ffd0d9 #ff6f8c"),
];

export const FAR = p("M36 33L60 8L50 41L40 46Z", "~dark") + p("M60 8L50 41L45 35Z", "~mid") +
  s("M59.4 9.4L50 40", "#fff", 0.8, 'opacity=".7"');
export const TRUNK = p("M40 44L62 37L43 56L35 50Z", "~deep") + p("M62 37L43 56L41 48Z", "~dark") +
  p("M28 43L13 23L16.6 21L31 38Z", "~mid") + p("M13 23L16.6 21L33 48L28 50Z", "~dark", 'opacity=".55"') +
    p("M13 23L16.6 21L18.6 24.6L3 31Z", "~lit") + p("M13 23L18.6 24.6L3 31Z", "~rose") +
  p("M24 42L33 35L45 40L42 55L33 59.4L26 53Z", "~mid") + p("M26 53L33 59.4L42 55L37 46Z", "~deep") +
  s("M61 37.6L41.6 48.4", "#fff", 0.7, 'opacity=".7"') + s("M14 23.6L29 46", "#fff", 0.8, 'opacity=".8"') +
    c(12.4, 25, 0.9, "#1d3f80");
export const NEAR = p("M26 45L23 4L44 37L38 52Z", "~lit") + p("M23 4L44 37L38 52L33 38Z", "~mid", 'opacity=".85"') +
    p("M23 4L33 38L38 52L35 49L28 36Z", "#fff", 'opacity=".55"') + s("M23.2 6L32.8 38L37.6 50.6", "#fff", 0.9);

export const FAR_WING = drawing(CRANE_DEFS, FAR);
export const BODY = drawing(CRANE_DEFS, TRUNK);
export const NEAR_WING = drawing(CRANE_DEFS, NEAR);

/** How far below the drawing's middle the wings are joined to the body, in parts of its size. */
export const HINGE = 0.2;
