/** Where a streamer pays taxes: asked for once, before the first payout, and again when a form has expired. */

import { fetchTaxProfile, putTaxProfile } from "../../net/earnings_api.js";
import { mountChips } from "../chips.js";
import { el, language } from "../dom.js";
import { labelled, lineField, stepForm } from "./steps.js";
import { say } from "./words.js";

const FORMS = [["none", "tax_form_none"], ["W-8BEN", "tax_form_w8"], ["W-9", "tax_form_w9"]];

/** ISO 3166's countries that are named in the page's language. */
function countries() {
  const names = new Intl.DisplayNames(language, { type: "region", fallback: "none" });
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCharCode(65 + i));
  const codes = letters.flatMap((one) => letters.map((two) => one + two));
  // Those that are no country of their own, or not any more, are the server's to refuse.
  const known = codes.map((code) => [code, names.of(code)]).filter(([code, name]) => name && !/^(?:X[A-Z]|Q[O-Z]|ZZ|EU|EZ|UN)$/u.test(code));
  return known.sort(([, a], [, b]) => a.localeCompare(b, language));
}

/**
 * @param {{token: string, name: string, onBack: () => void, doing: Function, onDone: () => Promise<void>}} options
 * @returns {Promise<HTMLElement>}
 */
export async function taxStep({ token, name, onBack, doing, onDone }) {
  const before = await fetchTaxProfile(token).catch(() => null);
  let form = before?.form ?? "none";
  const legalName = lineField("legal-name", { value: before?.name ?? name, autocomplete: "name" });
  const home = before?.country ?? new Intl.Locale(navigator.language).region ?? "US";
  const country = el("select.field", { name: "country", autocomplete: "country", "data-testid": "country" },
    ...countries().map(([value, label]) => el("option", { value, text: label, selected: value === home })));
  const tin = lineField("tin", { maxLength: 40 });
  const treaty = el("input", { type: "checkbox", name: "treaty", checked: before?.treaty ?? false });
  const treatyLabel = el("label.check", {}, treaty, el("span", { text: say("tax_treaty") }));
  const chips = mountChips("tax-form", FORMS.map(([value, key]) => ({ value, label: say(key) })), {
    label: say("tax_form"),
    chosen: form,
    onChoose: (value) => {
      form = value;
      treatyLabel.hidden = form !== "W-8BEN";
    },
  });
  treatyLabel.hidden = form !== "W-8BEN";
  const onSubmit = doing(async () => {
    const profile = { country: country.value, form, name: legalName.value.trim(), treaty: form === "W-8BEN" && treaty.checked };
    await putTaxProfile(tin.value.trim() ? { ...profile, tin: tin.value.trim() } : profile, token);
    await onDone();
  });
  return stepForm({ button: say("next"), onSubmit, onBack },
    el("p", { text: say("tax_text") }),
    labelled(say("tax_name"), legalName), labelled(say("tax_country"), country), chips,
    labelled(say("tax_tin"), tin, say("tax_tin_hint")), treatyLabel);
}
