// A lead writes a rule, is told what it would take in, sees what it would have done, and switches it on. From then on it
// approves by itself, under its name, through the hold; and one press stops all of it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, hasFocus, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
// A hold, and what follows.
const LONG = { seconds: 60 };
const ALL = Object.keys(SIZES);
const MUG = { shop: "US", kind: "REFUND", reason: "damaged", seller_sku: "HH-MUG-12-BL" };

before(async () => {
  platform = await startSandbox({ cases: 60 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "20" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

async function find(id) {
  return await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && rows[0];
  });
}

const decision = ({ intents }) => intents.find(({ what }) => what.decision);

// A new request, once a rule has pressed.
async function acted() {
  const { id } = await platform.open(MUG);
  const row = await find(id);
  return await until("a rule has pressed", async () => {
    const view = await api.get(`/api/cases/${row.id}`);
    return decision(view) && { ...view, platform_id: id };
  });
}

// As if another tab were looked at, or this one again.
async function hide(page, isHidden) {
  await page.evaluate((value) => {
    Object.defineProperty(document, "hidden", { configurable: true, value });
    document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  }, isHidden);
}

test("a rule is written, tried, switched on, acts, is undone and is stopped", async () => {
  // Some work of the past: one granted, one refused.
  const past = [];
  for (const [kind, key] of [["approve_refund", 0], ["reject_refund", 1]]) {
    const { id } = await platform.open(MUG);
    const row = await find(id);
    const view = await until("it can be decided", async () => {
      await api.post(`/api/cases/${row.id}/opened`);
      const view = await api.get(`/api/cases/${row.id}`);
      return view.options.checked && view;
    });
    const reason = view.options.offered.find((option) => option.kind === kind)?.reasons?.[0]?.name;
    await api.post(`/api/cases/${row.id}/decision`, key ? { kind, reason } : { kind });
    past.push(row.id);
  }
  for (const id of past) {
    await until("TikTok took it", async () => decision(await api.get(`/api/cases/${id}`)).state.done, LONG);
  }
  const browser = await openBrowser(desk);
  const { page } = browser;
  try {
    await practise(browser);
    await page.goto("/settings/shops");
    await page.getByRole("navigation", { name: "Settings" }).getByRole("link", { name: "Rules" }).click();
    await page.getByRole("heading", { name: "No rules yet" }).waitFor();
    await checkAccessibility(browser, "no rules");
    await shot(browser, "rules-1-none", ALL);

    // What it would take in is said while it is written.
    await page.getByRole("button", { name: "New rule" }).click();
    await hasFocus("ru-name", page.locator("#ru-name"));
    await page.getByLabel("Name", { exact: true }).fill("Small breakages");
    await page.getByLabel(/^Approve it/).check();
    await page.getByText("This rule would approve everything.").waitFor();
    await page.getByText("When any request comes in, then approve it. At most 10 requests a day (UTC).").waitFor();
    await checkAccessibility(browser, "a rule that takes everything");
    await shot(browser, "rules-2-everything", ALL);
    await page.getByLabel("Refund only").check();
    await page.getByText("Reasons: all").click();
    await page.getByLabel("Arrived damaged").check();
    await page.getByLabel("Currency").selectOption("USD");
    await page.getByLabel("Amount, at most").fill("30.00");
    await page.getByLabel("Tag it").fill("small");
    // Who approves has nothing more to ask.
    await page.getByLabel("Prepare the reply").selectOption({ label: "Asks for more" });
    await page.getByText("The reply asks for more before anything is decided, but the rule approves").waitFor();
    assert.ok(await page.getByRole("button", { name: "Save", exact: true }).isDisabled());
    await page.getByLabel("Prepare the reply").selectOption({ label: "Says it is approved" });
    assert.equal(await page.getByText("This rule would approve everything.").count(), 0);
    await page
      .getByText("When a refund-only request about “Arrived damaged” is at most US$ 30.00, then approve it, tag it “small” and prepare the reply that says it is approved.")
      .waitFor();
    await shot(browser, "rules-3-editor", ALL);
    // What was typed is there again for who left without saving.
    await page.getByRole("link", { name: "All rules" }).click();
    await page.getByRole("button", { name: "New rule" }).click();
    assert.equal(await page.getByLabel("Name", { exact: true }).inputValue(), "Small breakages");
    assert.equal(await page.getByLabel("Amount, at most").inputValue(), "30.00");
    await page.getByRole("button", { name: "Save", exact: true }).click();

    // Off until it was run dry.
    const on = page.getByRole("button", { name: "Switch version 1 on" });
    await on.waitFor();
    assert.ok(await on.isDisabled());
    await page.getByText("Run this version dry first").waitFor();
    await page.getByRole("button", { name: "Run it dry on the last 90 days" }).click();
    await page.getByRole("heading", { name: "Which went wrong" }).waitFor();
    await page.getByText("A person said no, or offered less").first().waitFor();
    await page.getByText(/^All others, case by case: /).click();
    await page.getByRole("region", { name: "All others" }).getByText("Granted, as the rule would have").first().waitFor();
    await checkAccessibility(browser, "a dry run");
    await shot(browser, "rules-4-dry-run", ALL);

    // The practice shop has one lead: nobody else could switch it on.
    await on.click();
    await page.getByText("On, v1").waitFor();

    // It approves a new request, after the hold, under its name.
    // Its page, which is open, hears of that, and what was opened in it stays open.
    const others = page.locator("details", { hasText: "All others, case by case" });
    await others.evaluate((all) => { all.open = true; });
    const asked = [];
    page.on("request", (request) => asked.push(new URL(request.url()).pathname));
    const first = await acted();
    assert.equal(decision(first).rule.name, "Small breakages");
    await page.getByRole("region", { name: "What it did" }).getByText("approved, tagged, reply prepared").waitFor();
    assert.deepEqual(asked.filter((path) => /^\/api\/rules(\/currencies)?$/.test(path)), [], "one answer says all that is shown");
    assert.ok(await others.evaluate((all) => all.open));
    await page.goto(`/desk/to-decide/${first.row.id}`);
    await page.getByText("Approving, by rule Small breakages v1").waitFor();
    await page.getByText("Pressed by rule Small breakages v1.").waitFor();
    await checkAccessibility(browser, "a case that a rule holds");
    await shot(browser, "rules-5-held", ALL);
    await until("it is paid", async () => (await platform.ledgerOf(first.platform_id)).money.length === 1, LONG);
    await page.getByText("Rule “Small breakages” v1 pressed: ").waitFor();
    await page.getByText("Rule “Small breakages” v1 tagged it “small”").waitFor();

    // A newer version that is off says nothing of the one that is on.
    await page.goto("/settings/rules");
    const link = page.getByRole("link", { name: "Small breakages" });
    await link.click();
    await page.getByRole("button", { name: "Change", exact: true }).click();
    await page.locator("#ru-acts").fill("9");
    await page.getByRole("button", { name: "Save as version 2" }).click();
    await page.getByText("Version 1, which is on").waitFor();
    await page.getByText("Version 2, which is off").waitFor();
    const said = await page.locator(".rulesaid").allTextContents();
    assert.deepEqual(said.map((text) => text.match(/At most (\d+) requests/)?.[1]), ["10", "9"]);
    await checkAccessibility(browser, "a rule with a version that is on and one that is off");
    await page.getByRole("link", { name: "All rules" }).click();
    await page.getByText("v2 is off").waitFor();
    // The list hears of what is done, and takes the focus from nobody.
    await link.focus();

    // The second is undone in its hold, by who is at the desk. While nobody sees the list, it asks for nothing.
    await hide(page, true);
    asked.length = 0;
    const second = await acted();
    assert.ok(!asked.includes("/api/rules"));
    await hide(page, false);
    await page.locator(".rulefigs").getByText("2 of 10", { exact: true }).waitFor();
    await hasFocus("the link of the rule", link);
    assert.ok(second.draft?.is_prepared);
    assert.match(second.draft.text, /We have approved your request/);
    await page.goto(`/desk/to-decide/${second.row.id}`);
    await page.getByRole("button", { name: /^Undo/ }).click();
    await page.getByText("undid it: nothing had left").waitFor();
    // The words that it had prepared go with it, and nobody's draft is left of them.
    await page.getByRole("button", { name: /^Arrived damaged, / }).waitFor();
    assert.doesNotMatch(await page.getByRole("textbox", { name: "Reply", exact: true }).inputValue(), /We have approved/);
    assert.ok(!(await api.get(`/api/cases/${second.row.id}`)).draft);

    // What the rule did beside it is taken back with it.
    assert.equal(await page.getByRole("button", { name: "#small", exact: true }).count(), 0);

    // The tag of the third leads to the others; it is held when all is stopped, by one press.
    const third = await acted();
    await page.goto(`/desk/to-decide/${third.row.id}`);
    await page.getByText("Undo takes back all that the rule did").waitFor();
    await page.getByRole("button", { name: "#small", exact: true }).click();
    await page.getByRole("button", { name: /Show all, not only #small/ }).waitFor();
    await page.locator(`.row[href*="${third.row.id}"]`).waitFor();
    assert.equal(await page.locator(".row[id]").count(), 1);
    await shot(browser, "rules-6-tag", ALL);
    await page.goto("/settings/rules");
    await page.getByRole("link", { name: "Small breakages" }).waitFor();
    await page.getByRole("button", { name: /^Stop all rules/ }).waitFor();
    await checkAccessibility(browser, "the list of rules");
    const stop = page.getByRole("button", { name: /^Stop all rules/ });
    await stop.focus();
    await page.keyboard.press("Shift+S");
    await page.getByText("1 held decision is undone.").waitFor();
    await page.getByText("Nothing is done by itself.").waitFor();
    await hasFocus("rules-h", page.locator("#rules-h"));
    // One was paid, one undone by hand and one by the stop: what stands is one sum, of which the cap knows nothing.
    const figure = async (name) => await page.locator(".rulefigs div").filter({ hasText: name }).locator("dd").textContent();
    assert.match(await figure("Money today"), /^US\$\s23\.76$/);
    assert.match(await figure("Undone today"), /^2, US\$\s47\.52$/);
    assert.equal(await figure("Today, of the cap"), "3 of 10");
    assert.equal(await figure("Went wrong"), "1, 1 undone by hand");
    assert.equal(await figure("Undone by a stop"), "1");
    await checkAccessibility(browser, "all rules stopped");
    await shot(browser, "rules-7-stopped", ALL);
    const fourth = await find((await platform.open(MUG)).id);
    const stopped = await api.get(`/api/cases/${third.row.id}`);
    assert.ok(decision(stopped).state.undone, JSON.stringify(decision(stopped).state));
    assert.equal((await platform.ledgerOf(second.platform_id)).money.length, 0);
    assert.equal((await platform.ledgerOf(third.platform_id)).money.length, 0);
    assert.equal(decision(await api.get(`/api/cases/${fourth.id}`)), undefined);
    await page.getByRole("link", { name: "Small breakages" }).click();
    await page.getByRole("heading", { name: "What it did" }).waitFor();
    await page.getByText("This one acts only once they are let go again.").waitFor();
    // By whom or by what each was undone, as the list counts it, and that the rest of it was taken back.
    const did = page.getByRole("region", { name: "What it did" });
    assert.equal(await did.getByText(/^Undone by a stop, /).count(), 1);
    assert.equal(await did.getByText(/^Undone by (?!a stop)/).count(), 1);
    assert.equal(await did.getByText("approved; taken back: tagged, reply prepared").count(), 2);
    await checkAccessibility(browser, "one rule with its acts");
    await shot(browser, "rules-8-acts", ALL);

    // Put away it is out of the list, says what it did, and comes back by one press.
    await page.getByRole("button", { name: "Switch off and put away" }).click();
    const back = page.getByRole("button", { name: "Bring it back" });
    await back.waitFor();
    await hasFocus("its button", back);
    assert.equal(await page.getByRole("button", { name: /^Switch version/ }).count(), 0);
    await page.getByRole("region", { name: "What it did" }).waitFor();
    await checkAccessibility(browser, "a rule that was put away");
    await page.getByRole("link", { name: "All rules" }).click();
    await page.getByText("Put away: 1").waitFor();
    assert.equal(await page.getByRole("link", { name: "Small breakages" }).isVisible(), false);
    await page.getByText("Put away: 1").click();
    await checkAccessibility(browser, "the rules that were put away");
    await shot(browser, "rules-10-away", ALL);
    await page.getByRole("button", { name: "Bring it back: Small breakages" }).click();
    await page.getByText("The rule is back.").waitFor();
    await page.getByRole("heading", { name: "Small breakages" }).waitFor();
    assert.equal(await page.getByText("Put away: 1").count(), 0);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("above an amount the case waits for a second person, who agrees", async () => {
  const other = await desk.api("lead");
  const agent = await desk.api("agent");
  await other.post("/api/rules/stop", { is_stopped: false });
  const rule = {
    name: "Two pairs of eyes",
    when: { kinds: ["refund_only"] },
    then: { second_above: { amount: "30.00", currency: "USD" } },
    cap: { acts: 1 },
  };
  await other.put("/api/rules/r_two", { read: 0, rule });
  await other.post("/api/rules/r_two/dry-run", { version: 1 });
  await other.post("/api/rules/r_two/switch", { version: 1, is_on: true });
  const { id } = await platform.open({ ...MUG, seller_sku: "HH-SKIL-10", photos: 0 });
  const row = await find(id);
  const { greeting_name: name } = await until("it is read whole", async () => {
    await agent.post(`/api/cases/${row.id}/opened`);
    const view = await agent.get(`/api/cases/${row.id}`);
    return view.needs_second && view.options.checked && view.greeting_name && view;
  });
  const text = `Hi ${name}, it arrived damaged, and we are sorry. Your refund of US$ 49.97 has been processed. The second one is on us.`;
  const order = { kind: "approve_refund", reply: { text, language: "en", claim: "refunded" } };
  await assert.rejects(agent.post(`/api/cases/${row.id}/decision`, order), /needs_second/);
  const browser = await openBrowser(desk, { theme: "dark" });
  const { page } = browser;
  try {
    await practise(browser);
    await page.goto(`/desk/to-decide/${row.id}`);
    await page.getByText(/Second person needed: asked by .*, approve .*US\$\s49\.97/).waitFor();
    await checkAccessibility(browser, "a case that waits for a second person");
    await shot(browser, "rules-9-second", ALL);
    // The second person reads what goes out before they can agree to it, and Enter alone does not.
    await page.getByRole("button", { name: /^Read and agree…/ }).waitFor();
    await page.locator("#case-h").focus();
    await page.keyboard.press("a");
    const sheet = page.getByRole("dialog", { name: "Second person" });
    await sheet.getByText("The second one is on us.").waitFor();
    await sheet.getByText("US$ 49.97", { exact: true }).waitFor();
    await hasFocus("the button that does nothing", sheet.getByRole("button", { name: /^Not yet/ }));
    await checkAccessibility(browser, "what a second person agrees to");
    await shot(browser, "rules-9-agree", ALL);
    await page.keyboard.press("Enter");
    await sheet.waitFor({ state: "hidden" });
    assert.equal((await platform.ledgerOf(id)).money.length, 0);
    await page.getByRole("button", { name: /^Read and agree…/ }).click();
    await sheet.getByRole("button", { name: /^Agree: refund US\$\s49\.97/ }).click();
    await until("it is paid", async () => (await platform.ledgerOf(id)).money.length === 1, LONG);
    await page.getByText(/agreed to the decision of/).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});
