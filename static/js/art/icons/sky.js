// The sky: galaxy, meteor shower, universe, hot air balloon, rocket.
import {c, clip, drawing, e, g, glint, lin, p, r, rad, s, shade} from "../vector.js";

const arms = Array.from({length: 150}, (_, i) => {
  const arm = i % 2;
  const far = 3 + (i / 150) * 25;
  const wobble = ((i * 37) % 11) / 11 - 0.5;
  const angle = arm * Math.PI + far * 0.16 + wobble * 0.55;
  const x = 32 + far * Math.cos(angle) * 1.08;
  const y = 32 + far * Math.sin(angle) * 0.78;
  return c(x.toFixed(1), y.toFixed(1), (0.45 + ((i * 13) % 7) / 8).toFixed(2),
    ["#fff", "#ffd9e6", "#9fe4ff", "#c4a8ff", "#ffe6b0"][i % 5], `opacity="${(0.95 - far / 55).toFixed(2)}"`);
}).join("");

export const galaxy = drawing([
  rad("deep", "#5b2fc4 #2b1a78@45 #0d0a33@80 #060418", 0.45, 0.45, 0.6),
    rad("haze", "#ff8fd0/.9 #9b5bff/.55@40 #4f7cff/0", 0.5, 0.5, 0.5),
    rad("core", "#fff #fff0c4@25 #ffb87a/.6@55 #ff7ab8/0", 0.5, 0.5, 0.5),
  lin("rim", "#b9a4ff/.9 #5ad1ff/.2@50 #ff4d9d/.5"),
], shade(32, 61.6, 20, 2.2) + c(32, 31, 29.4, "~deep") +
  g('transform="rotate(-24 32 31) translate(0 -1)"', e(32, 32, 27, 17, "~haze", 'opacity=".55"') +
  s("M32 32C40 26 48 30 50 38C51 44 44 50 34 49", "#ff9ad0", 5.4, 'opacity=".35"') +
    s("M32 32C24 38 16 34 14 26C13 20 20 14 30 15", "#9fb4ff", 5.4, 'opacity=".4"') +
  s("M32 32C40 27 47 31 48.6 38", "#ffd9ec", 2, 'opacity=".6"') +
    s("M32 32C24 37 17 33 15.4 26", "#dfe6ff", 2, 'opacity=".6"') + arms + e(32, 32, 10.4, 8, "~core") +
    e(32, 32, 4, 3, "#fff")) +
  s("M12 14C20 4 36 0 48 7", "~rim", 1.6) + glint(49, 14, 5) + glint(13, 46, 3.6, "#9fe4ff") +
    c(22, 10, 0.9, "#fff") + c(53, 41, 1, "#fff") + c(40, 55, 0.9, "#ffd9ec"));

const meteor = (x, y, size, k) => g(`transform="translate(${x} ${y}) scale(${k})"`,
  p("M-3 3C6 -10 20 -24 34 -34C26 -20 12 -4 3 4Z", "~tail") +
    p("M-2 2C8 -8 18 -18 26 -25C20 -14 10 -2 2 3Z", "~hot") + c(0, 0, size, "~rock") +
    c(-size * 0.1, size * 0.3, size * 0.28, "#6b2a10", 'opacity=".6"') +
  c(size * 0.4, -size * 0.1, size * 0.2, "#6b2a10", 'opacity=".5"') +
    s(`M${-size * 0.8} ${size * 0.2}C${-size * 0.8} ${size * 0.9} 0 ${size * 1.1} ${size * 0.5} ${size * 0.8}`,
    "#fff3cf", 1.6, 'opacity=".9"'));

export const meteorShower = drawing([
  rad("night", "#3c3f9e #1a1c5c@55 #0a0b2c", 0.4, 0.3, 0.75),
    lin("tail", "#ff7a3c/.95 #ff4d6d/.5@50 #9b7bff/0", 0, 1, 1, 0),
    lin("hot", "#fffbe0 #ffd166/.8@40 #ffb454/0", 0, 1, 1, 0),
  rad("rock", "#ffe6b0 #e07a34@45 #6b2308", 0.36, 0.6, 0.7), clip("in", "M32 1.6A29.4 29.4 0 1 1 31.9 1.6Z"),
    lin("hill", "#2b2f78 #0a0b2c"),
], shade(32, 61.6, 20, 2.2) + c(32, 31, 29.4, "~night") +
  g('clip-path="~in"', c(14, 14, 0.9, "#fff") + c(25, 9, 0.7, "#fff") + c(9, 28, 0.8, "#9fe4ff") +
  c(40, 42, 0.8, "#fff") + c(54, 38, 0.9, "#c4a8ff") + c(30, 22, 0.6, "#fff") +
  p("M0 56C10 46 20 50 27 53C38 45 52 48 64 56V64H0Z", "~hill") + meteor(40, 18, 3, 0.55) +
    meteor(49, 36, 3, 0.5)) + meteor(22, 42, 8, 1.08) + glint(12, 20, 3.6, "#fff") +
    s("M11 14C19 4 36 0 48 7", "#b9a4ff", 1.4, 'opacity=".6"'));

export const universe = drawing([
  rad("deep", "#2b2568 #110d3a@55 #05040f", 0.45, 0.4, 0.65),
    rad("planet", "#ffe0b0 #ff9a5c@34 #d83f77@66 #4a1166", 0.34, 0.28, 0.85),
    lin("ring", "#fff1cf #ffb87a@45 #9b7bff", 0, 0, 1, 0.4), rad("moon", "#fff #b8c9f0@60 #5a6aa8", 0.35, 0.3, 0.7),
    rad("small", "#d6fff0 #39c9b0@50 #0c5a66", 0.35, 0.3, 0.75),
  rad("glow", "#ff8fb8/.55 #9b7bff/.2@55 #9b7bff/0", 0.5, 0.5, 0.5),
], shade(32, 61.6, 20, 2.2) + c(32, 31, 29.4, "~deep") + c(32, 32, 25, "~glow") + g('transform="rotate(-22 32 32)"',
  s("M9 32A23 7.6 0 0 1 55 32", "~ring", 3.4, 'opacity=".75"') + c(32, 32, 14.4, "~planet") +
    p("M18 29C26 26 38 26 46.2 30C46.4 32 46.2 33 46 34.6C38 30.6 26 31 17.8 34C17.6 32 17.6 30.6 18 29Z", "#fff",
    'opacity=".24"') + p("M20.6 39.6C28 37 38 37.4 44 40C42 43 39.6 44.6 37.4 45.4C32 43.4 26 43 22.6 43Z",
    "#3a0d5c", 'opacity=".35"') +
  s("M9 32A23 7.6 0 0 0 55 32", "~ring", 3.8) + s("M12 34.6A21 6.4 0 0 0 52 34.6", "#fff", 0.8, 'opacity=".75"')) +
  p("M21.4 25.6C23.6 21.4 27.4 19 31 18.6C27.6 21 25.4 24 24.4 28.6Z", "#fff", 'opacity=".6"') +
    c(51, 14, 4.4, "~moon") + c(12.4, 48, 3.6, "~small") + glint(14, 15, 5) + glint(49, 50, 3.8, "#9fe4ff") +
    c(38, 8, 0.9, "#fff") + c(24, 55, 0.9, "#fff") + c(57, 33, 0.8, "#fff") + c(6, 30, 0.9, "#c4a8ff") +
    s("M11 14C19 4 36 0 48 7", "#b9a4ff", 1.3, 'opacity=".55"'));

const ENVELOPE = "M32 2C46 2 55 11.4 55 22.6C55 32 46 39.4 39 46.6H25C18 39.4 9 32 9 22.6C9 11.4 18 2 32 2Z";

export const hotAirBalloon = drawing([
  lin("a", "#ff9db0 #ff4d6d@45 #8f0d3a", 0, 0, 0.8, 1), lin("b", "#fff3cf #ffc145@50 #b3680c", 0, 0, 0.8, 1),
    rad("lit", "#fff/.55 #fff/0@45 #2b0426/0@55 #2b0426/.55", 0.32, 0.24, 0.95), clip("in", ENVELOPE),
    lin("basket", "#e0a466 #8a4f1e@60 #4f2808"), rad("fire", "#fff #ffd166@40 #ff7a3c/0", 0.5, 0.6, 0.5),
], shade(32, 62, 9, 1.8) + s("M26 46L28 54M38 46L36 54M32 47V54", "#e8d3b0", 0.9) + c(32, 49, 4.6, "~fire") +
  g('clip-path="~in"', p(ENVELOPE, "~a") + p("M22 47C10 34 12 12 32 2C22 12 21 34 28 47Z", "~b") +
    p("M42 47C54 34 52 12 32 2C42 12 43 34 36 47Z", "~b") +
    p("M9 24C20 31 44 31 55 24V29.6C44 36 20 36 9 29.6Z", "#4f7cff", 'opacity=".85"') +
  s("M9 24C20 31 44 31 55 24M9.6 29.8C20 36 44 36 54.4 29.8", "#fff", 0.9, 'opacity=".85"') + p(ENVELOPE, "~lit")) +
    p("M24.6 45H39.4L38.4 48.4H25.6Z", "#8f0d3a") +
  s("M15.4 17C17.6 10.4 22.4 6.6 28 5.6", "#fff", 2.2, 'opacity=".8"') +
    p("M26.4 53.6H37.6L36.4 61C34 62 30 62 27.6 61Z", "~basket") + s("M27 56.6H37M27.4 59H36.6", "#5b300c", 0.7) +
    r(25.8, 52.8, 12.4, 2, 1, "#f7cf94") +
  p("M1.6 52C2 48.6 6 48 7.6 50C9.6 48.4 13 49.4 13 52.4C14 54 12.6 55 11 55H3.6C1.8 55 1 53.4 1.6 52Z", "#fff",
    'opacity=".85"') +
    p("M50 43C50.4 40 54 39.6 55.4 41.4C57.2 40 60.4 41 60.4 43.6C61.4 45 60 46 58.6 46H52C50.4 46 49.6 44.6 50 43Z",
    "#fff", 'opacity=".75"'));

export const rocket = drawing([
  lin("hull", "#ffffff #e9eef7@38 #a3b0c8@72 #5f6d8a", 0, 0, 1, 0),
    lin("nose", "#ff9db0 #ff4d6d@40 #9b0f3a", 0, 0, 1, 0), lin("fin", "#ff8199 #d61f55@55 #6d0630", 0, 0, 1, 0.4),
    rad("glass", "#d9f6ff #4fb4f0@50 #134a8f", 0.34, 0.28, 0.8),
    lin("flame", "#fff7d0 #ffd166@25 #ff7a3c@60 #ff4d6d/0", 0, 0, 0, 1),
    lin("jet", "#fff #aee6ff@40 #5ad1ff/0", 0, 0, 0, 1), rad("glow", "#ffb454/.7 #ff4d6d/0", 0.5, 0.5, 0.5),
], g('transform="rotate(40 32 32)"', c(32, 55, 11, "~glow") +
  p("M23.6 45C22 54 26 62 32 70C38 62 42 54 40.4 45Z", "~flame") +
  p("M28 45C27.4 50.6 29.4 56 32 61C34.6 56 36.6 50.6 36 45Z", "~jet") +
  p("M22.6 28C13 33 10 42 11.6 53C15 47 19 44.4 25 43.6Z", "~fin") +
    p("M41.4 28C51 33 54 42 52.4 53C49 47 45 44.4 39 43.6Z", "~fin") +
  p("M32 -4C42.6 5 45 20 42.6 34C41.8 39 40.6 43 39.4 46H24.6C23.4 43 22.2 39 21.4 34C19 20 21.4 5 32 -4Z",
    "~hull") + p("M32 -4C37.4 .6 40.8 6.6 42.4 13.4C36 10.6 28 10.6 21.6 13.4C23.2 6.6 26.6 .6 32 -4Z", "~nose") +
    p("M24.4 5.6C26 2 28.6 -1 31 -3C29 1 27 6 26.4 11.6L22.4 13C22.8 10.4 23.4 8 24.4 5.6Z", "#fff",
    'opacity=".45"') +
  s("M21.7 13.6C28 10.9 36 10.9 42.3 13.6", "#6d0630", 0.8, 'opacity=".6"') +
    p("M24.6 16C23.4 26 24.4 36 27 45.6H24.8C21 36 21 26 22 16Z", "#fff", 'opacity=".9"') +
    c(32, 24, 7, "#7a879f") + c(31.8, 23.8, 5.8, "~glass") +
    p("M27.8 23C28.4 20 31 18.6 33.6 19.4C31.4 20.4 29.6 22 29 24.6Z", "#fff", 'opacity=".85"') +
  s("M22.4 38C28 40.4 36 40.4 41.6 38", "#ff4d6d", 2.4) +
    p("M30.4 36H33.6L34 55C33.4 57.4 30.6 57.4 30 55Z", "~fin") + r(25.6, 44.6, 12.8, 3.6, 1.6, "#4a566e")) +
    glint(13, 15, 4.6) + glint(54, 46, 3.6, "#9fe4ff") + c(21, 7, 1.1, "#fff") + c(8, 31, 1.1, "#ffd166"));
