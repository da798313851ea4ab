// The catalogue writes its names as the wire does (diamond_ring), the code as JavaScript does (diamondRing).

/**
 * A table under the names of the catalogue. A Map, so that no name of an object's own (constructor) is found in it.
 * @template T
 * @param {Object<string, T>} table under the names of the code
 * @returns {Map<string, T>}
 */
export function byCatalogueName(table) {
  const inCatalogue = (name) => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return new Map(Object.entries(table).map(([name, entry]) => [inCatalogue(name), entry]));
}
