// Keepsakes and money: teddy bear, crown, paper crane, coin, diamond, and the wrapped present that stands
// for a gift we have no drawing of.
import {c, drawing, e, g, glint, lin, p, r, rad, s, shade} from "../vector.js";
import {CRANE_DEFS, FAR, NEAR, TRUNK} from "./crane.js";

export const teddyBear = drawing([
  rad("fur", "#f0bf85 #c98446@50 #7b4316", 0.36, 0.26, 0.85),
    rad("pale", "#fff1d9 #efcf9f@60 #c89254", 0.4, 0.3, 0.7),
  lin("bow", "#ff8199 #ff4d6d@45 #9b0f3a"), rad("nose", "#7d5a46 #2b140a", 0.35, 0.25, 0.7),
], shade(32, 61, 22, 2.8) + e(32, 56, 19, 8, "~fur") +
  c(14, 14.6, 9.4, "~fur") + c(14.6, 15.6, 5, "~pale") + c(50, 14.6, 9.4, "~fur") + c(49.4, 15.6, 5, "~pale") +
  e(32, 31, 25, 22.6, "~fur") + e(32, 39, 13.4, 10.6, "~pale") +
  e(19.6, 37.4, 4.4, 2.8, "#ff7f7f", 'opacity=".45"') + e(44.4, 37.4, 4.4, 2.8, "#ff7f7f", 'opacity=".45"') +
  e(22.6, 27.4, 3.2, 3.9, "#2b140a") + e(41.4, 27.4, 3.2, 3.9, "#2b140a") + c(21.6, 25.8, 1.2, "#fff") +
    c(40.4, 25.8, 1.2, "#fff") +
  c(23.6, 29, 0.6, "#fff", 'opacity=".7"') + c(42.4, 29, 0.6, "#fff", 'opacity=".7"') +
  p("M27 34.6C27 32 37 32 37 34.6C37 37.4 33.6 39.6 32 39.6C30.4 39.6 27 37.4 27 34.6Z", "~nose") +
    e(30.4, 34.4, 1.6, 0.8, "#fff", 'opacity=".7"') +
  s("M32 39.6V42.6M32 42.6C30.4 46 26.4 45.6 25.4 43M32 42.6C33.6 46 37.6 45.6 38.6 43", "#4a2410", 1.5) +
  p("M31 55C25 50 20 50 18.6 53.4C18 57.6 24 60.6 31 57.6Z", "~bow") +
    p("M33 55C39 50 44 50 45.4 53.4C46 57.6 40 60.6 33 57.6Z", "~bow") + r(29, 53, 6, 6, 2.4, "#ff9db0") +
  p("M10 27C10.6 18 18 12 28 10.6C20 14 14 19 13 28Z", "#fff", 'opacity=".4"'));

const jewel = (x, y, size, color) => c(x, y, size, color) +
  c(x - size * 0.3, y - size * 0.35, size * 0.34, "#fff", 'opacity=".85"');

export const crown = drawing([
  lin("gold", "#fff6cf #ffd75e@30 #f0a125@62 #a85c08", 0, 0, 0.8, 1), lin("inner", "#8a4a06 #d98f1c"),
    lin("band", "#fff0b0 #f7b733@40 #b36a0c", 0, 0, 0.6, 1),
  rad("ruby", "#ffb0c0 #ff2d5b@50 #8a0230", 0.35, 0.3, 0.7),
    rad("blue", "#d4f3ff #2fa8ff@50 #0b4a9e", 0.35, 0.3, 0.7),
    rad("jade", "#d0ffe4 #23c777@50 #0a5f38", 0.35, 0.3, 0.7),
  rad("velvet", "#d61f55 #6d0630", 0.5, 0.3, 0.7),
], shade(32, 60.4, 25, 3) + p("M12 46C14 34 22 27 32 26C42 27 50 34 52 46Z", "~velvet") +
  e(32, 46, 23, 5, "~inner") +
    p("M9 48L5.4 19.6C11 23 16.4 28 19.4 33.4C22.6 27 28 19 32 10C36 19 41.4 27 44.6 33.4C47.6 28 53 23 58.6 19.6L55 48C46 52 18 52 9 48Z",
    "~gold") +
  p("M9 48L5.4 19.6C7.2 20.6 9 22 10.6 23.4L14.4 49.2C12.4 48.9 10.6 48.5 9 48Z", "#fff", 'opacity=".5"') +
    p("M32 10C33.6 14 35.6 18 37.8 22L33.4 50.6L30 50.6Z", "#fff", 'opacity=".28"') +
  p("M8.4 47C18 51.4 46 51.4 55.6 47L54.6 55.4C46 59.8 18 59.8 9.4 55.4Z", "~band") +
    s("M9 48.4C19 52.6 45 52.6 55 48.4", "#fff7d6", 1, 'opacity=".9"') +
  jewel(5.6, 17.6, 3.6, "~blue") + jewel(32, 7.8, 4.2, "~ruby") + jewel(58.4, 17.6, 3.6, "~blue") +
  e(32, 40, 4, 5.2, "~ruby") + e(30.8, 37.8, 1.2, 1.6, "#fff", 'opacity=".85"') + jewel(18.6, 43, 2.6, "~jade") +
    jewel(45.4, 43, 2.6, "~jade") +
  jewel(16, 53.6, 1.9, "~ruby") + jewel(24, 55, 1.9, "~blue") + jewel(32, 55.6, 1.9, "~jade") +
    jewel(40, 55, 1.9, "~blue") + jewel(48, 53.6, 1.9, "~ruby") + glint(20, 16, 4, "#fff8dc"));

export const paperCrane = drawing(CRANE_DEFS, shade(33, 60.4, 18, 2.4) + FAR + TRUNK + NEAR +
  glint(50, 54, 3.4, "#fff", 'opacity=".9"') + glint(9, 12, 4, "#bfe6ff") + glint(46, 14, 3, "#fff"));

const COIN_DEFS = [
  lin("edge", "#c9811a #7a4206"), rad("face", "#fff6cf #ffd75e@38 #f2a82b@72 #b86c0e", 0.34, 0.26, 0.85),
    lin("well", "#d98f1c #ffdf80@60 #fff0b8", 0.2, 0, 0.8, 1),
  rad("in", "#ffe48c #f7b93a@60 #d98a1a", 0.4, 0.3, 0.8),
];
const STAR = "M32 16.4L36.3 26.2L46.9 27.3L38.9 34.4L41.2 44.8L32 39.4L22.8 44.8L25.1 34.4L17.1 27.3L27.7 26.2Z";

export const coin = drawing(COIN_DEFS, shade(32, 60, 22, 3) + c(33, 34.4, 27, "~edge") +
  c(31.4, 31.4, 27, "~face") + c(31.6, 31.6, 22, "~well") +
  c(31.8, 31.8, 20.6, "~in") + p(STAR, "#a85c08", 'transform="translate(.6 1.4)"') + p(STAR, "#fff3c4") +
    p("M32 16.4L36.3 26.2L32 39.4L27.7 26.2Z", "#fff", 'opacity=".55"') +
  s("M8.4 27C11 16 20 8.4 30 7.6", "#fff", 2.2, 'opacity=".9"') + glint(49, 13, 5));

export const diamond = drawing([
  lin("l", "#e6fbff #8fe2ff"), lin("m", "#8fe2ff #3cb4f0"), lin("d", "#4cc3f7 #1a74c4"),
    lin("k", "#2a8fd8 #0d4a94"), lin("w", "#ffffff #c4f1ff"),
], shade(32, 60, 14, 2.6) + p("M3 24L15 8H49L61 24L32 58Z", "~m") + p("M15 8L3 24H20Z", "~l") +
  p("M15 8H32L20 24Z", "~w") + p("M32 8H49L44 24Z", "~m") + p("M32 8L20 24H44Z", "~l") +
  p("M49 8L61 24H44Z", "~d") + p("M3 24H20L32 58Z", "~m") + p("M20 24H44L32 58Z", "~d") +
    p("M20 24H32V58Z", "#fff", 'opacity=".3"') + p("M44 24H61L32 58Z", "~k") +
  s("M3.6 24H60.4M20 24L32 57M44 24L32 57", "#eafcff", 0.8, 'opacity=".7"') +
    p("M15 8L17.6 8L6.4 24H3Z", "#fff", 'opacity=".8"') + glint(17, 15, 6) +
    glint(48, 34, 3.4, "#fff", 'opacity=".85"'));

export const present = drawing([
  lin("side", "#ff9db0 #ff4d6d@40 #a3123f", 0, 0, 0.9, 1), lin("lid", "#ffb8c6 #ff5e7b@50 #b8174a", 0, 0, 0.9, 1),
    lin("band", "#fff0b8 #ffc145@45 #c4730c", 0, 0, 1, 0.6),
], shade(32, 60.6, 25, 3) + p("M9 29H55L53 58C46 60 18 60 11 58Z", "~side") +
  p("M27 29H37L36.6 59.4H27.4Z", "~band") + r(5.6, 19.6, 52.8, 11.6, 3, "~lid") +
  r(26.4, 19.6, 11.2, 11.6, 0, "~band") +
  p("M9.6 31.2H54.4V34C40 36 24 36 9.6 34Z", "#5b0526", 'opacity=".35"') +
    r(7.4, 21, 18, 2, 1, "#fff", 'opacity=".6"') +
  p("M31 20C24 20 12.4 17.6 13 10C13.8 3.6 24.6 4.6 31 18Z", "~band") +
    p("M33 20C40 20 51.6 17.6 51 10C50.2 3.6 39.4 4.6 33 18Z", "~band") +
  p("M29.6 18C25.6 17 18.6 15 19 11.4C20 8 26 11 29.6 18Z", "#9b5a06", 'opacity=".7"') +
    p("M34.4 18C38.4 17 45.4 15 45 11.4C44 8 38 11 34.4 18Z", "#9b5a06", 'opacity=".7"') +
  r(27.4, 14.6, 9.2, 8, 3.4, "#ffe08a") + r(28.8, 15.6, 4, 2.4, 1.2, "#fff", 'opacity=".8"') +
    s("M12 36L13.6 55", "#fff", 1.8, 'opacity=".45"') + g("", glint(54, 12, 4)));
