/** A page's stay in one room: the connection and the folded state together, without any drawing. */

import { applyFrame, emptyState, placeOn, resumeOf } from "../core/room_state.js";
import { Connection } from "./connection.js";

/** One room, from the first hello until the page goes. */
export class RoomSession {
  state = emptyState();
  connection;

  /**
   * @param {object} options
   * @param {string} options.roomId
   * @param {string} options.token
   * @param {(change: {state: object, fresh: object[], messages: object[]}) => void} options.onChange
   * @param {(status: object) => void} options.onStatus
   * @param {() => Promise<string|null>} [options.renew]
   * @param {{widget: string, program: string}} [options.source] what an overlay says of itself
   * @param {string} [options.server] the server's address; the page's own by default
   */
  constructor({ roomId, token, onChange, onStatus, renew, source, server = location.origin }) {
    this.connection = new Connection({
      url: `${server.replace(/^http/, "ws")}/ws/${encodeURIComponent(roomId)}`,
      token,
      source,
      ...(renew && { renew }),
      resume: () => resumeOf(this.state),
      onFrame: (messages) => {
        const { state, fresh } = applyFrame(this.state, messages);
        this.state = state;
        onChange({ state, fresh, messages });
        if (state.gap) this.connection.reconnect();
      },
      onStatus,
    });
  }

  /** A person's place among the room's top gifters, from 1; 0 for none. */
  placeOf = (id) => placeOn(this.state.leaderboard, id);

  /** Joins the room. */
  start() {
    this.connection.start();
  }
}

/** The room's id in the page's address: /room/{id} or /overlay/{id}. */
export function roomIdOf(pathname) {
  return decodeURIComponent(pathname.split("/")[2] ?? "");
}
