// The show: firework, sunglasses, magic hat, guitar, golden rain, disco ball.
import {around, c, clip, drawing, e, g, glint, lin, p, r, rad, s, shade} from "../vector.js";

const ray = (far, near, color, dot) => s(`M32 ${30 - near}L32 ${30 - far}`, color, 1.9) +
  c(32, 30 - far - 2.4, dot, color);

export const firework = drawing([
  rad("glow", "#ff9db0/.55 #9b7bff/.22@55 #9b7bff/0", 0.5, 0.5, 0.5),
    rad("core", "#fff #ffe79a@40 #ff4d6d/0", 0.5, 0.5, 0.5), lin("tail", "#ffd166 #ff7a3c/0", 0, 0, 0, 1),
], c(32, 30, 30, "~glow") + s("M32 33C32.4 44 31 54 28 63", "~tail", 2.6) +
  around(10, 32, 30, ray(23, 14, "#ff4d6d", 1.9)) + around(10, 32, 30, ray(18, 10, "#ffd166", 1.5), 18) +
    around(8, 32, 30, ray(10.4, 5.6, "#5ad1ff", 1.1), 9) +
  c(32, 30, 8.4, "~core") + glint(32, 30, 7) + glint(54, 52, 4.6, "#5ad1ff") + glint(9, 50, 3.8, "#ffd166") +
    c(57, 12, 1.3, "#9b7bff") + c(7, 14, 1.5, "#39d98a"));

const LENS_L = "M5 25C5 21.4 8 20 14 20C22 20 28.4 21 28.8 25C29.2 34 26 44.6 17 44.6C8 44.6 5 34.6 5 25Z";
const LENS_R = "M59 25C59 21.4 56 20 50 20C42 20 35.6 21 35.2 25C34.8 34 38 44.6 47 44.6C56 44.6 59 34.6 59 25Z";

export const sunglasses = drawing([
  lin("frame", "#8f95b8 #3a3e57@35 #12131f"), lin("lens", "#3a1c71 #d76d77@55 #ffaf7b", 0.2, 0, 0.6, 1),
    clip("cl", LENS_L), clip("cr", LENS_R), lin("gold", "#fff1b8 #ffc145@50 #b8720e", 0, 0, 1, 0),
], shade(32, 54, 26, 3.4) + s("M4 22L1.6 18.6M60 22L62.4 18.6", "~frame", 4) +
  s("M27 24C29.6 20.6 34.4 20.6 37 24", "~gold", 3) + s("M27 28.6C29.6 26.2 34.4 26.2 37 28.6", "~frame", 2) +
  p(LENS_L, "~frame", 'stroke="#454a66" stroke-width="5.4" stroke-linejoin="round"') +
    p(LENS_R, "~frame", 'stroke="#454a66" stroke-width="5.4" stroke-linejoin="round"') +
  p(LENS_L, "~lens") + p(LENS_R, "~lens") +
  g('clip-path="~cl"', p("M2 46L20 14H27L9 46Z", "#fff", 'opacity=".55"') +
    p("M13 46L31 14H33L15 46Z", "#fff", 'opacity=".5"') + e(17, 47, 14, 6, "#ffe0a8", 'opacity=".4"')) +
  g('clip-path="~cr"', p("M34 46L52 14H59L41 46Z", "#fff", 'opacity=".55"') +
    p("M45 46L63 14H65L47 46Z", "#fff", 'opacity=".5"') + e(47, 47, 14, 6, "#ffe0a8", 'opacity=".4"')) +
  p(LENS_L, "none", 'stroke="#14151f" stroke-width="2.6" stroke-linejoin="round"') +
    p(LENS_R, "none", 'stroke="#14151f" stroke-width="2.6" stroke-linejoin="round"') +
    s("M5 21.6C8 18.6 22 18 28 20.6M59 21.6C56 18.6 42 18 36 20.6", "#8d93b0", 1.2) + c(6, 22, 1.3, "#ffd166") +
    c(58, 22, 1.3, "#ffd166") + glint(52, 14, 7.6) + glint(13, 12, 3.6, "#fff", 'opacity=".7"'));

export const magicHat = drawing([
  lin("felt", "#5b5f86 #23264a@40 #0a0b1c", 0, 0, 1, 0.3),
    lin("brim", "#6d7199 #2b2f57@50 #0c0d22", 0.1, 0, 0.8, 1),
    rad("hole", "#7d4bff #2b1464@60 #0a0620", 0.5, 0.6, 0.6),
  lin("band", "#ff8199 #ff4d6d@40 #8f0d3a", 0, 0, 1, 0.2),
    rad("glow", "#ffd166/.9 #9b7bff/.45@50 #9b7bff/0", 0.5, 0.6, 0.5),
    lin("wand", "#fff #1b1d33@18 #1b1d33@82 #fff@83", 0, 1, 1, 0),
], shade(32, 61, 20, 2.4) + e(32, 21, 27, 20, "~glow") +
  p("M15 31L19.6 57C23 61.4 41 61.4 44.4 57L49 31Z", "~felt") +
    p("M17.6 47L18.9 54.6C23 58.6 41 58.6 45.1 54.6L46.4 47C41 51.6 23 51.6 17.6 47Z", "~band") +
  p("M17.4 33L21.6 57.4L24.6 58.8L21.4 33Z", "#fff", 'opacity=".3"') + e(32, 30, 25, 7.4, "~brim") +
    e(32, 29.2, 25, 6.6, "#8287b3", 'opacity=".35"') + e(32, 29.8, 18.4, 4.9, "~hole") +
  glint(32, 13, 9, "#ffe08a") + glint(19, 18, 5.4, "#ff8fa5") + glint(45, 19, 5.6, "#7fdcff") +
    glint(25, 6, 3.4, "#fff") + glint(41, 5.6, 3, "#c4a8ff") + c(37, 23.4, 1.4, "#fff") +
    c(26, 24, 1.2, "#ffd166") +
  s("M48 60L61 40", "#1b1d33", 3.2) + s("M48 60L50.4 56.4M58.8 43.4L61 40", "#fff", 3.2) +
    s("M49.6 57L60 41", "#fff", 0.7, 'opacity=".5"') + glint(61, 37, 4.6, "#ffd166"));

const BODY = "M24.6 30C29.4 27.6 33 30.4 33.6 34.4C34 36.6 36.4 38 39 38.6C45 40 46.6 47.4 42 53.4C37 60.4 26 63.6 17.6 60C9 57 4 48.6 6.6 40.6C8.6 34.6 13.6 33.4 17 33.6C20.6 33.6 21.6 31.6 24.6 30Z";

export const guitar = drawing([
  rad("wood", "#ffdf9e #f39a3d@36 #c2501d@68 #5e1508", 0.42, 0.4, 0.72), lin("neck", "#b97845 #6b3a17", 0, 0, 1, 1),
    lin("head", "#8a5127 #3d1c08"), rad("hole", "#1a0803 #4a1f0c", 0.5, 0.5, 0.5),
], shade(26, 61.4, 20, 2.4) + g('transform="translate(2 0)"',
  p("M28.6 35.4L52.6 8.4L56 11.6L32 38.6Z", "~neck") + s("M52.8 8.9L29 35.6", "#e0a876", 0.8) +
  p("M50.6 8.4L55.6 1.6C57 .4 62 5 61 6.6L56.2 13Z", "~head") + c(53.4, 3.6, 1.3, "#e8edf5") +
    c(51.2, 6.4, 1.3, "#e8edf5") + c(60.6, 9.2, 1.3, "#e8edf5") + c(58.6, 12, 1.3, "#e8edf5") +
  p(BODY, "#4a1206", 'transform="translate(1 1.4)"') + p(BODY, "~wood") +
    s("M24.6 30.6C29 28.4 32.4 31 33 34.6C33.4 37.4 36 38.6 38.8 39.2", "#ffe9c4", 1.1, 'opacity=".8"') +
  s("M7.4 42C9 36.4 13 34.6 17 34.6", "#fff4dc", 1.6, 'opacity=".85"') + c(27, 43, 6.8, "#f7d9a0") +
    c(27, 43, 5.6, "~hole") +
  p("M14.4 51.4L21 57L19.4 58.8L12.8 53.2Z", "#3d1c08") +
    s("M17 54.4L54.4 10.6M18 55.3L55.3 11.4M16 53.6L53.5 9.8", "#fff4dc", 0.55, 'opacity=".95"') +
  p("M37 45C38 49 35 54.6 30 56.6C34 52 35.6 49 37 45Z", "#5e1508", 'opacity=".6"')) +
  s("M9 25V14L17 11.6V22", "#5ad1ff", 2) + e(7, 25.4, 2.9, 2.2, "#5ad1ff") + e(15, 22.4, 2.9, 2.2, "#5ad1ff") +
    glint(57, 40, 4.4, "#ffd166"));

const drop = (x, y, size) => c(x + 0.6, y + 0.9, size, "#a85c08") + c(x, y, size, "~coin") +
  c(x, y, size * 0.62, "#f7b93a") + c(x - size * 0.34, y - size * 0.36, size * 0.26, "#fff", 'opacity=".9"');

export const goldenRain = drawing([
  lin("cloud", "#fff8dc #ffe08a@40 #e8a02c", 0.2, 0, 0.6, 1), lin("back", "#ffe6a0 #d98f1c"),
    rad("coin", "#fff6cf #ffd75e@45 #d98a1a", 0.34, 0.28, 0.8), lin("fall", "#ffd166/0 #ffd166/.85", 0, 0, 0, 1),
], shade(32, 61.6, 22, 2.2) + s("M14 32V41M27 32V37M39 33V44M51 31V38", "~fall", 2.4, 'opacity=".9"') +
  r(13, 31, 2.4, 11, 1.2, "~fall") + r(25.6, 32, 2.4, 17, 1.2, "~fall") + r(37.6, 32, 2.4, 9, 1.2, "~fall") +
  r(49, 31, 2.4, 15, 1.2, "~fall") +
  drop(14.2, 44.4, 4.4) + drop(26.8, 52, 5) + drop(38.8, 43.6, 4.6) + drop(50.2, 49.6, 4.4) + drop(17.4, 57, 3.4) +
    drop(41, 57.4, 3.6) +
  p("M20 30C12 30 8 25.6 9 20.6C10 16 14 14 18 14.6C20 8 27 5 33 7.4C41 4.6 48 9 49 15C55 14.6 60 18.6 59.4 24C59 28.6 55 31 50 31Z",
    "~back", 'transform="translate(1.4 1.4)"') +
  p("M16 32C8 32 4 27.6 5 22.4C6 17.6 10.4 15.6 14.6 16.4C16.6 9 24 5.6 31 8.4C39 5 46.6 9.6 47.6 16.4C54 15.6 58.4 19.6 58 25C57.6 29.6 54 32 49 32Z",
    "~cloud") +
  s("M7.6 23.6C8.6 19.6 12 18 16 18.8C17 13.4 22 9.6 28 10.4", "#fff", 1.8, 'opacity=".95"') + glint(44, 19, 4.4) +
    glint(59, 8, 3.6, "#ffe08a"));

const BALL = "M32 14A23 23 0 1 1 31.9 14Z";
const tiles = Array.from({length: 9}, (_row, row) => Array.from({length: 11}, (_col, col) => {
  const shadeOf = (row * 7 + col * 5 + ((row * col) % 3) * 4) % 9;
  const color = ["#ffffff", "#ff8fb8", "#7fdcff", "#b48cff", "#5a6cc8", "#ffe08a", "#3c3f78", "#d7e6ff",
    "#8fa4e8"][shadeOf];
  const v = -1 + (2 * (row + 0.5)) / 9;
  const wide = Math.sqrt(1 - v * v);
  const x = 32 + 23 * wide * Math.sin(((col - 5) / 11) * Math.PI);
  const w = Math.max(0.8, (23 * wide * Math.PI * Math.cos(((col - 5) / 11) * Math.PI)) / 11 - 0.5);
  return r((x - w / 2).toFixed(2), (37 + 23 * v - 2.3).toFixed(2), w.toFixed(2), 4.5, 0.5, color, 'opacity=".78"');
}).join("")).join("");

export const discoBall = drawing([
  rad("ball", "#e8ecff #8e9ad8@40 #3a3f86@75 #14163c", 0.34, 0.28, 0.85), clip("in", BALL),
    rad("lit", "#fff/.85 #fff/0@45 #0b0d24/0@50 #0b0d24/.72", 0.32, 0.26, 0.9),
  rad("beam", "#5ad1ff/.7 #5ad1ff/.3@60 #5ad1ff/0", 1, 0.2, 0.9),
    rad("beam2", "#ff4d6d/.7 #ff4d6d/.3@60 #ff4d6d/0", 0, 0.2, 0.9),
    rad("beam3", "#ffd166/.6 #ffd166/.25@60 #ffd166/0", 1, 0.9, 0.9),
    rad("beam4", "#9b7bff/.7 #9b7bff/.3@60 #9b7bff/0", 0, 0.9, 0.9),
], p("M26 38L2 48L8 61Z", "~beam") + p("M38 38L62 48L56 61Z", "~beam2") + p("M27 32L2 10L1 24Z", "~beam3") +
  p("M37 32L62 10L63 24Z", "~beam4") +
  s("M32 1V12", "#c4cbe8", 1.6) + r(28.6, 10.6, 6.8, 4.4, 1.4, "#9aa3c8") + c(32, 37, 23, "~ball") +
    g('clip-path="~in"', tiles) + c(32, 37, 23, "~lit") + glint(23, 27, 9) + glint(44, 44, 4.6, "#ffb8d0") +
    glint(36, 54, 3.4, "#9fe4ff"));
