/** Who got a gift, by name: the history has ids alone, and a room knows its own people. */

import { fetchRoom } from "../../net/wallet_api.js";

/** @returns {(receiver: string, room: string) => Promise<string>} the name, or the id where the room is unknown now */
export function mountReceivers() {
  const rooms = new Map();
  return async (receiver, room) => {
    if (!rooms.has(room)) rooms.set(room, fetchRoom(room).catch(() => null));
    const found = await rooms.get(room);
    const people = found ? [found.streamer, ...found.guests] : [];
    return people.find(({ id }) => id === receiver)?.name ?? receiver;
  };
}
