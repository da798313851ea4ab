// A page that embeds a room, in thirty lines: the server's demo login stands in for your backend's token.
import { Fanfare } from "/static/fanfare.js";

const byId = (id) => document.getElementById(id);
const room = new URLSearchParams(location.search).get("room") ?? "main";
const headers = { "content-type": "application/json" };
const login = await fetch("/v1/demo/login", { method: "POST", headers, body: JSON.stringify({ name: "Embedded" }) });
const { token } = await login.json();

const fanfare = new Fanfare({ room, token });
fanfare.addEventListener("status", ({ detail }) => (byId("line").value = detail.state));
fanfare.addEventListener("change", () => {
  byId("coins").value = fanfare.coins ?? "-";
  byId("rose").disabled = fanfare.status.state !== "open";
});
fanfare.addEventListener("gift_sent", ({ detail: { sender, gift, quantity } }) => {
  const line = document.createElement("li");
  line.textContent = `${sender.name ?? "Somebody"}: ${gift} x${quantity}`;
  byId("gifts").prepend(line);
});
byId("room").textContent = room;
byId("rose").onclick = async () => {
  try {
    const { coins } = await fanfare.sendGift("rose");
    byId("said").textContent = `Paid ${coins} coin.`;
  } catch (error) {
    byId("said").textContent = error.message;
  }
};
fanfare.connect();
