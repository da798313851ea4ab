/** The studio: the desk from which a streamer runs a show. Wiring only. */

import { roomIdOf } from "./core/room_address.js";
import { Fanfare } from "./fanfare.js";
import { demoLogin, fetchGifts } from "./net/api.js";
import { PAGES, demoIdentity, keepFor, takeAlong, takeToken } from "./net/identity.js";
import { StudioApi } from "./net/studio_api.js";
import { askToReplace, showClosed } from "./ui/dialogs.js";
import { el, setText } from "./ui/dom.js";
import { mountModerationMenu } from "./ui/moderation_menu.js";
import { lonePanel, problemPanel } from "./ui/money_page.js";
import { problemOf } from "./ui/problem.js";
import { mountAddresses } from "./ui/studio/addresses.js";
import { mountComments } from "./ui/studio/comments.js";
import { mountControls } from "./ui/studio/controls.js";
import { mountGifts } from "./ui/studio/gifts.js";
import { mountGoalForm } from "./ui/studio/goal_form.js";
import { mountOrder } from "./ui/studio/order.js";
import { mountPreview } from "./ui/studio/preview.js";
import { mountRules } from "./ui/studio/rules.js";
import { mountTotals } from "./ui/studio/totals.js";
import { mountShoutOutSettings } from "./ui/studio/shout_outs.js";
import { say } from "./ui/studio/words.js";
import { mountTabs } from "./ui/tabs.js";
import { mountToasts } from "./ui/toasts.js";
import { mountLanguageChoice } from "./ui/language.js";

const place = document.getElementById("main");
const room = roomIdOf(location.pathname);
/** Where this tab keeps a studio's token: the room's own page may be somebody else's. */
const kept = `studio:${room}`;

/** The desk once it has a token and the catalogue. */
class Studio {
  #settings = null;
  #gifts = 0;

  constructor(token, gifts) {
    const byId = new Map(gifts.map((gift) => [gift.id, gift]));
    this.api = new StudioApi(room, token);
    this.fanfare = new Fanfare({ room, token, gifts });
    this.fanfare.addEventListener("change", ({ detail }) => this.#receive(detail));
    this.fanfare.addEventListener("status", ({ detail }) => this.#lineChanged(detail));
    this.toasts = mountToasts();
    this.totals = mountTotals({ token });
    this.gifts = mountGifts({
      gifts: byId,
      onThank: (gift) => this.#try(this.api.thank(gift)),
      onRead: (gift) => this.#try(this.api.decideShoutOut(gift, this.#settings.shout_outs.approve ? "approve" : "replay")),
    });
    this.shoutOuts = mountShoutOutSettings({ onChange: (settings) => this.#try(this.api.putShoutOuts(settings)) });
    this.order = mountOrder({ room, token, onProblem: (error) => this.#fail(error) });
    const menuOf = mountModerationMenu({ room, token: () => token, me: () => this.fanfare.state.user, toasts: () => this.toasts, onDone: this.order.look });
    this.comments = mountComments({ onRemove: (id) => this.#try(this.api.removeComment(id)).then(this.order.look), menuOf });
    this.goal = mountGoalForm({
      gifts: byId,
      serverMs: () => this.fanfare.serverMs,
      onSet: (goal) => this.#try(this.api.putGoal(goal)),
      onClear: () => this.#try(this.api.clearGoal()),
    });
    this.controls = mountControls({
      onCommand: (command) => this.#try(this.api.command(command)),
      onChange: (change) => this.#change(change),
      onBoard: (by) => this.#try(this.api.putBoardChoice(by)),
    });
    this.api.fetchBoardChoice().then((by) => this.controls.setBoard(by), (error) => this.#fail(error));
    this.rules = mountRules({ gifts: byId, onChange: (change) => this.#change(change), onTest: (more) => this.#try(this.api.command("test", more)) });
    this.preview = mountPreview();
    this.#layOut();
    this.fanfare.connect();
  }

  #layOut() {
    const addresses = mountAddresses({
      api: this.api,
      onAddress: (path) => this.preview.open(path),
      onProblem: (error) => this.#fail(error),
      onSaid: (words) => this.toasts.show(words),
    });
    const panels = [
      { name: "live", node: el("div.desk-panel", { id: "desk-live" }, this.gifts.node, this.goal.node, this.shoutOuts.node, this.comments.node) },
      { name: "overlay", node: el("div.desk-panel", { id: "desk-overlay" }, this.controls.node, el("div.desk-show", {}, this.preview.node, this.rules.node), addresses) },
      { name: "order", node: this.order.node },
    ];
    const tabs = mountTabs(panels, { label: say("tabs"), labelOf: ({ name }) => say(`tab_${name}`), chosen: 0, onSelect: ({ name }) => name === "order" && this.order.look() });
    place.replaceChildren(this.totals.node, tabs.node, ...panels.map(({ node }) => node));
    tabs.select();
    this.order.start();
    document.body.append(this.toasts.node);
  }

  #receive({ state, fresh, messages }) {
    for (const message of messages) {
      if (message.type === "overlay_changed") this.#follow(message.settings);
      if (message.type === "welcome" && !this.#gifts && message.snapshot) this.gifts.add(state.recent);
    }
    this.#gifts += fresh.reduce((sum, { type, quantity }) => sum + (type === "gift_sent" ? quantity : 0), 0);
    if (fresh.length) {
      this.gifts.add(fresh);
      this.comments.add(fresh);
    }
    for (const event of fresh) if (event.type === "goal_reached") this.goal.reached(event);
    this.goal.update(state.goal);
    this.totals.update(state, this.#gifts);
  }

  #follow(settings) {
    this.#settings = settings;
    this.controls.update(settings);
    this.rules.update(settings);
    this.shoutOuts.update(settings);
  }

  /** Changes a part of the settings; what could not be kept is shown as it is. */
  async #change(change) {
    const before = this.#settings;
    if (!before) return;
    this.#follow({ ...before, ...change });
    if (!(await this.#try(this.api.putOverlay(this.#settings)))) this.#follow(before);
  }

  async #try(asked) {
    try {
      await asked;
      return true;
    } catch (error) {
      this.#fail(error);
      return false;
    }
  }

  #fail(error) {
    this.toasts.show(problemOf(error, say));
  }

  #lineChanged({ state, code }) {
    this.totals.setLine(state);
    if (state === "stopped" && code !== 1000) showClosed(code);
  }
}

function showProblem(words) {
  place.replaceChildren(problemPanel(say, words));
}

/** Nobody has brought a token: in the demo there is a streamer to be. */
function offerDemo() {
  const problem = el("p.form-problem", { role: "alert" });
  const button = el("button.button.button-strong", { type: "button", text: say("demo_open"), "data-testid": "demo-streamer", onclick: enter });
  async function enter() {
    try {
      const { token } = await demoLogin(say("demo_name"), "streamer");
      keepFor(kept, token);
      await open(token);
    } catch (error) {
      // Only the demo lets anybody in; elsewhere the platform's link brings the token.
      setText(problem, error.status === 404 ? say("invitation") : problemOf(error, say));
    }
  }
  place.replaceChildren(lonePanel(say("sign_in_heading"), el("p", { text: say("demo_text") }), button, problem));
}

async function open(token) {
  try {
    // Whoever may not run this room is told so before the desk is laid out.
    const [{ gifts }] = await Promise.all([fetchGifts(), new StudioApi(room, token).fetchSources()]);
    const studio = new Studio(token, gifts);
    for (const link of document.querySelectorAll("a[href='/earnings']")) link.addEventListener("click", () => takeAlong(token, PAGES.earnings));
    return studio;
  } catch (error) {
    showProblem(error.slug === "forbidden" ? say("forbidden") : problemOf(error, say));
    return null;
  }
}

async function main() {
  mountLanguageChoice();
  const token = await takeToken(kept, askToReplace);
  // Nobody runs the demo's room but its streamer.
  if (!token || token === demoIdentity()?.token) offerDemo();
  else await open(token);
}

main().catch((error) => showProblem(problemOf(error, say)));
