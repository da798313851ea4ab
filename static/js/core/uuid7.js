/**
 * Ids of commands: UUIDv7 (RFC 9562) on the server's time, each one greater than the last.
 * Pure: the time and the random bytes are passed in.
 */

const COUNTER_MAX = 0xfff;

/**
 * A maker of ids. `random(bytes)` fills a Uint8Array, as crypto.getRandomValues does.
 * @param {(bytes: Uint8Array) => Uint8Array} random
 * @returns {(serverMs: number) => string} gives the next id for a moment of the server's clock
 */
export function createUuid7(random) {
  let lastMs = -1;
  let counter = 0;
  return (serverMs) => {
    const bytes = random(new Uint8Array(16));
    const nowMs = Math.floor(serverMs);
    if (nowMs > lastMs) {
      lastMs = nowMs;
      // The counter starts low at random, so that many ids of one millisecond still fit above it.
      counter = ((bytes[6] << 8) | bytes[7]) & (COUNTER_MAX >> 1);
    } else if (counter < COUNTER_MAX) {
      // Same millisecond, or a clock set back: the order holds, the time stands still.
      counter += 1;
    } else {
      lastMs += 1;
      counter = 0;
    }
    return format(lastMs, counter, bytes);
  };
}

function format(ms, counter, bytes) {
  for (let i = 0; i < 6; i += 1) bytes[i] = Math.floor(ms / 2 ** (8 * (5 - i))) & 0xff;
  bytes[6] = 0x70 | (counter >> 8);
  bytes[7] = counter & 0xff;
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
