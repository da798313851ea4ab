/** The choice of the page's language: the server remembers it, and writes the page in it. */

/** Makes the choice that stands in the page work. What was asked for by the address is remembered: it leaves it again. */
export function mountLanguageChoice() {
  const choice = document.getElementById("language");
  const address = new URL(location.href);
  choice.addEventListener("change", () => {
    address.searchParams.set("lang", choice.value);
    location.replace(address);
  });
  if (!address.searchParams.has("lang")) return;
  address.searchParams.delete("lang");
  history.replaceState(history.state, "", address);
}
