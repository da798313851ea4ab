// The tunes: what each sound recipe of the catalogue plays, in D minor pentatonic. Pure: a tune only tells
// a voice what to sound and when. `climb` is how far a streak has climbed, from 0.
import {byCatalogueName} from "./names.js";

/** D F G A C: half tones above D. */
const STEPS = [0, 3, 5, 7, 10];
const D4_HZ = 293.6648;
const CLIMB_MAX = 12;

/** The pitch of a step of the scale, in Hz; 0 is the D above middle C, 5 the next D. */
export const pitch = (step) => D4_HZ * 2 ** ((12 * Math.floor(step / 5) + STEPS[((step % 5) + 5) % 5]) / 12);

/** A streak climbs to the top of the scale, then goes on between the last three steps. */
const climbed = (climb) => (climb <= CLIMB_MAX ? climb : CLIMB_MAX - 2 + ((climb - CLIMB_MAX) % 3));

const pluck = (v, step, at = 0, gain = 0.3) => {
  v.tone({hz: pitch(step), at, lasts: 0.42, shape: "triangle", gain});
  v.tone({hz: pitch(step) * 2, at, lasts: 0.2, gain: gain * 0.35});
};
const bell = (v, step, at = 0, gain = 0.22, lasts = 0.9) => {
  v.tone({hz: pitch(step), at, lasts, gain});
  v.tone({hz: pitch(step) * 2.01, at, lasts: lasts * 0.6, gain: gain * 0.5});
  v.tone({hz: pitch(step) * 5.02, at, lasts: lasts * 0.22, gain: gain * 0.22});
};
const pad = (v, steps, at, lasts, gain = 0.14) => {
  for (const step of steps) for (const detune of [-7, 7]) v.tone({hz: pitch(step), at, lasts, shape: "sawtooth",
    gain, attack: lasts * 0.45, detune, cut: 1400});
};
const hit = (v, at, gain = 0.6) => {
  v.tone({hz: 146.8, to: 36.7, at, lasts: 0.7, gain});
  v.hiss({at, lasts: 0.3, gain: gain * 0.4, type: "lowpass", hz: 2400, to: 200});
};
const brass = (v, step, at, lasts, gain = 0.14) => {
  for (const detune of [-5, 5]) v.tone({hz: pitch(step), at, lasts, shape: "sawtooth", gain, attack: 0.05, detune,
    cut: 1800});
};
const run = (v, steps, at, gap, play = bell, gain = 0.18) => steps.forEach((step, i) => play(v, step, at + i * gap,
  gain));

/** The tunes by the catalogue's name. */
export const TUNES = byCatalogueName({
  pluck: (v, climb) => pluck(v, climbed(climb) + 2),
  pop: (v, climb) => {
    v.tone({hz: pitch(climbed(climb)), to: pitch(climbed(climb) + 5), lasts: 0.12, gain: 0.34});
    pluck(v, climbed(climb) + 5, 0.07, 0.16);
  },
  clap: (v, climb) => {
    for (const at of [0, 0.11, 0.2, 0.31]) v.hiss({at, lasts: 0.1, gain: 0.4, hz: 1500, q: 1.4, attack: 0.002});
    pluck(v, climbed(climb), 0, 0.18);
  },
  sparkle: (v, climb) => run(v, [5, 8, 10].map((step) => step + climbed(climb)), 0, 0.05, bell, 0.13),
  chime: (v, climb) => run(v, [climbed(climb) + 3, climbed(climb) + 6], 0, 0.09),
  arpeggio: (v, climb) => run(v, [0, 2, 4, 5, 7].map((step) => step + Math.min(5, climb)), 0, 0.075),
  crackle: (v) => {
    v.hiss({lasts: 0.6, gain: 0.2, hz: 400, to: 2600, q: 3, attack: 0.5});
    hit(v, 0.62, 0.45);
    for (let i = 0; i < 9; i += 1) v.hiss({at: 0.75 + i * 0.08 + (i % 3) * 0.02, lasts: 0.05, gain: 0.2, hz: 3000 +
      i * 400, q: 4});
    run(v, [5, 7, 10], 0.66, 0.07, bell, 0.12);
  },
  glint: (v) => {
    hit(v, 0.05, 0.3);
    run(v, [5, 8, 10, 13], 0.3, 0.06, bell, 0.13);
  },
  strum: (v) => {
    for (const [i, step] of [-5, -3, 0, 2, 3, 5].entries()) v.tone({hz: pitch(step), at: i * 0.035, lasts: 1.6,
      shape: "sawtooth", gain: 0.13, cut: 1500});
    for (const [i, step] of [7, 5, 3, 5].entries()) v.tone({hz: pitch(step), at: 0.7 + i * 0.16, lasts: 0.5,
      shape: "sawtooth", gain: 0.12, cut: 2200});
  },
  shower: (v) => {
    v.hiss({lasts: 1.6, gain: 0.14, hz: 5200, q: 0.8, attack: 0.3});
    for (let i = 0; i < 16; i += 1) bell(v, 5 + ((i * 7) % 10), i * 0.09, 0.09, 0.4);
  },
  harp: (v) => run(v, [-5, -3, -1, 0, 2, 4, 5, 7, 9, 10], 0, 0.1, pluck, 0.16),
  groove: (v) => {
    for (const at of [0, 0.48, 0.96, 1.44]) hit(v, at, 0.34);
    for (const at of [0.24, 0.72, 1.2]) v.hiss({at, lasts: 0.08, gain: 0.2, type: "highpass", hz: 6000});
    for (const [i, step] of [-5, -5, -2, -3].entries()) v.tone({hz: pitch(step), at: i * 0.48 + 0.24, lasts: 0.2,
      shape: "square", gain: 0.13, cut: 900});
    for (const at of [0, 0.96]) pad(v, [0, 2, 4], at, 0.8, 0.05);
  },
  swell: (v) => {
    pad(v, [-5, 0, 2, 4], 0, 3.4);
    run(v, [5, 7, 8, 10, 12], 2.2, 0.1, bell, 0.12);
    hit(v, 2.4, 0.4);
  },
  glintSwell: (v) => {
    pad(v, [0, 3, 5], 0, 3, 0.09);
    run(v, [5, 8, 10, 13, 15], 1.5, 0.09, bell, 0.13);
  },
  breath: (v) => {
    for (const at of [0.2, 2.8]) v.hiss({at, lasts: 1.1, gain: 0.3, hz: 500, to: 900, q: 0.6, attack: 0.2});
    pad(v, [0, 2, 5], 0, 3.6, 0.08);
    run(v, [5, 7, 9], 1.2, 0.3, pluck, 0.12);
  },
  whoosh: (v) => {
    for (const at of [0, 0.5, 0.9, 1.5]) v.hiss({at, lasts: 0.9, gain: 0.2, hz: 3200, to: 300, q: 1.2,
      attack: 0.1});
    v.hiss({at: 2.6, lasts: 1.3, gain: 0.4, hz: 300, to: 1800, q: 0.9, attack: 1.1});
    hit(v, 3.9, 0.8);
    pad(v, [-5, 0, 3], 3.9, 2, 0.1);
  },
  gallop: (v) => {
    for (let i = 0; i < 8; i += 1) for (const [step, gap] of [[0, 0], [0.12, 1],
      [0.24, 0]]) v.tone({hz: gap ? 170 : 140, to: 70, at: i * 0.5 + step, lasts: 0.1, gain: 0.26});
    run(v, [5, 7, 8, 10, 8, 10, 12, 15], 0.3, 0.28, bell, 0.12);
  },
  engine: (v) => {
    for (const [k, gain] of [[1, 0.2], [2, 0.1], [1.5, 0.07]]) v.tone({hz: 55 * k, to: 190 * k, lasts: 2.5,
      shape: "sawtooth", gain, attack: 1.6, cut: 900});
    v.hiss({at: 2.4, lasts: 1.7, gain: 0.3, hz: 1900, to: 1300, q: 3, attack: 0.1});
    v.tone({hz: 190, to: 90, at: 2.5, lasts: 2, shape: "sawtooth", gain: 0.16, cut: 800});
    hit(v, 2.5, 0.4);
  },
  launch: (v) => {
    for (const [i, step] of [0, 0, 0].entries()) v.tone({hz: pitch(step), at: 0.15 + i * 0.72, lasts: 0.2,
      shape: "square", gain: 0.1, cut: 1600});
    hit(v, 2.25, 0.8);
    v.hiss({at: 2.2, lasts: 3, gain: 0.5, type: "lowpass", hz: 300, to: 1500, attack: 0.5});
    pad(v, [0, 3, 5], 2.6, 3.4, 0.09);
  },
  fire: (v) => {
    v.hiss({at: 0.2, lasts: 2.6, gain: 0.24, hz: 300, to: 900, q: 0.7, attack: 1.4});
    pad(v, [-5, -2, 0], 0, 3.8, 0.12);
    v.hiss({at: 3.2, lasts: 1.8, gain: 0.5, hz: 700, to: 300, q: 0.5, attack: 0.15});
    hit(v, 3.2, 0.7);
  },
  horn: (v) => {
    v.hiss({lasts: 4, gain: 0.12, hz: 500, to: 350, q: 0.5, attack: 1.5});
    for (const step of [-10, -7, -5]) brass(v, step, 1.6, 1.5, 0.17);
    for (const step of [-10, -7, -5]) brass(v, step, 3.3, 0.7, 0.17);
    run(v, [5, 7, 8, 10], 0.2, 0.3, pluck, 0.1);
  },
  roar: (v) => {
    for (const at of [0.2, 0.9, 1.6, 2.3, 3]) hit(v, at, 0.36);
    for (const [k, gain] of [[1, 0.26], [1.49, 0.16], [2.02, 0.1]]) v.tone({hz: 120 * k, to: 52 * k, at: 3.9,
      lasts: 1.7, shape: "sawtooth", gain, attack: 0.25, cut: 700});
    v.hiss({at: 3.9, lasts: 1.7, gain: 0.4, hz: 500, to: 240, q: 1, attack: 0.2});
  },
  fanfare: (v) => {
    for (const [i, step] of [0, 0, 0, 3, 5].entries()) for (const under of [0, -5]) brass(v, step + under,
      [0.1, 0.32, 0.54, 0.76, 1.2][i], i > 2 ? 0.6 : 0.2, 0.13);
    for (const step of [0, 3, 5, 8]) brass(v, step, 1.9, 1.5, 0.1);
    hit(v, 1.9, 0.6);
    run(v, [5, 8, 10, 13], 2, 0.1, bell, 0.1);
  },
  cosmos: (v) => {
    pad(v, [-10, -5, 0], 0, 2.6, 0.12);
    v.hiss({at: 0.6, lasts: 1.8, gain: 0.26, hz: 200, to: 3000, q: 0.8, attack: 1.7});
    hit(v, 2.4, 0.9);
    pad(v, [-5, 0, 2, 4, 7], 2.4, 5, 0.09);
    run(v, [5, 7, 10, 12, 15, 12, 17], 3.6, 0.26, bell, 0.1);
  },
});

/** Which tune each gift of the catalogue plays, so that a gift can be named by its id alone. */
export const SOUND_OF = byCatalogueName({
  rose: "pluck", applause: "clap", spark: "sparkle", thumbsUp: "pop", heart: "pluck", coffee: "pluck",
    balloon: "pop", doughnut: "chime", lollipop: "chime", sunflower: "chime", teddyBear: "chime",
  birthdayCake: "arpeggio", crown: "arpeggio", paperCrane: "chime", firework: "crackle", sunglasses: "glint",
    magicHat: "arpeggio", guitar: "strum", goldenRain: "shower", swan: "harp", discoBall: "groove",
  galaxy: "swell", diamondRing: "glint_swell", hotAirBalloon: "breath", meteorShower: "whoosh",
    unicorn: "gallop", sportsCar: "engine", rocket: "launch", phoenix: "fire", luxuryYacht: "horn",
    dragon: "fire",
  lion: "roar", castle: "fanfare", universe: "cosmos",
});
