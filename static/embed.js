// A page that embeds a room, in thirty lines: the server's demo login stands in for your backend's token.
import { Fanfare } from "/static/fanfare.js";

const byId = (id) => document.getElementById(id);
const room = new URLSearchParams(location.search).get("room") ?? "main";
const headers = { "content-type": "application/json" };
const login = await fetch("/v1/demo/login", { method: "POST", headers, body: JSON.stringify({ name: "Embedded" }) });
const { token } = await login.json();

const fanfare = new Fanfare({ room, token });
const gifts = new Map((await fanfare.gifts()).map((gift) => [gift.id, gift.names?.[document.documentElement.lang] ?? gift.name]));
fanfare.addEventListener("change", () => {
  byId("coins").value = fanfare.coins ?? "-";
  byId("line").hidden = fanfare.status.state === "open";
  byId("rose").disabled = fanfare.status.state !== "open";
});
fanfare.addEventListener("gift_sent", ({ detail: { sender, gift, quantity } }) => {
  const line = document.createElement("li");
  line.textContent = `${sender.name ?? byId("somebody").textContent}: ${gifts.get(gift) ?? gift} × ${quantity}`;
  byId("gifts").prepend(line);
});
byId("room").textContent = room;
byId("rose").onclick = async () => {
  [byId("paid").hidden, byId("refused").textContent] = [true, ""];
  await fanfare.sendGift("rose").catch((error) => (byId("refused").textContent = error.message));
  byId("paid").hidden = byId("refused").textContent !== "";
};
fanfare.connect();
