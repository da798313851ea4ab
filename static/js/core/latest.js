/** Which of several answers is to be shown: one that was asked for before something newer is not. Pure. */

/**
 * @returns {() => () => boolean} to be called as something begins: a question, or what makes all answers to earlier ones
 *   old. What it returns says whether nothing has begun since.
 */
export function latest() {
  let round = 0;
  return () => {
    const mine = (round += 1);
    return () => mine === round;
  };
}
