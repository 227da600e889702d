// Words for the team that the desk does not have: on the device of who typed them, until they are taken back or left.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { allHere, keptHere, openBrowser, practise, startDesk, startSandbox, until, whoIsHere } from "./lib.mjs";

const LIMIT = { timeout: 120_000 };
let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 3 });
  await platform.dials({ activity: false });
  desk = await startDesk({ platform });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const step = (page) => page.getByRole("region", { name: "Step 1", exact: true }).getByLabel("Text, in Markdown");
const reply = (page) => page.getByRole("textbox", { name: "Text of the reply" });
const door = (page) => page.getByRole("button", { name: /practi[cs]e/i });
const signOut = async (page) => {
  await page.goto("/settings/me");
  await page.getByRole("button", { name: "Sign out", exact: true }).click();
};

test("words that were taken back are not there again", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const me = await whoIsHere(browser);
    for (const [address, name, field] of [
      ["/replies/changed_mind.refunded.en", "reply changed_mind.refunded.en", reply(page)],
      ["/handbook/partial-refunds/edit", "handbook partial-refunds", step(page)],
    ]) {
      await page.goto(address);
      const said = await until("it is there", async () => await field.inputValue());
      // However long it takes to type, the desk gets nothing of it.
      await page.route("**/api/**", async (route) => await (route.request().method() === "PUT" ? route.abort() : route.fallback()));
      await field.focus();
      const end = Date.now() + 10_000;
      while (!(await keptHere(browser, me, name)).includes("word word")) {
        assert.ok(Date.now() < end, "nothing is kept while somebody types");
        await page.keyboard.type("word ");
      }
      await field.fill(said);
      await page.getByRole("link", { name: "Desk", exact: true }).click();
      await page.locator(".row[id]").first().waitFor();
      await until("nothing of it is on this device", async () => (await keptHere(browser, me, name)) === "");
      await page.unroute("**/api/**");
      await page.goto(address);
      assert.equal(await until("it is there again", async () => await field.inputValue()), said);
    }
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("who signs out leaves nothing of any window, and what was given up is no reason to ask", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page, context } = browser;
    await practise(browser);
    const me = await whoIsHere(browser);
    const mine = async () => [...(await allHere(browser)).keys()].filter((key) => key.startsWith(`~${me} `));
    // The desk does not take so much.
    const long = "x".repeat(41_000);
    const write = async () => {
      await page.goto("/handbook/proof/edit");
      const said = await until("it is there", async () => await step(page).inputValue());
      await step(page).fill(long);
      await page.getByText("This page is too long to be saved.").waitFor();
      await until("this device has them", async () => (await keptHere(browser, me, "handbook proof")).includes(long));
      return said;
    };
    await write();
    const other = await context.newPage();
    await signOut(other);
    await other.getByRole("dialog").getByRole("button", { name: "Sign out all the same" }).click();
    await door(page).waitFor();
    assert.deepEqual(await mine(), []);
    await other.close();

    // Who has signed in again works here again.
    await practise(browser);
    const said = await write();
    await step(page).fill(said);
    await until("nothing of it is on this device", async () => (await mine()).length === 0);
    const given = JSON.stringify([{ text: "Hi, given up.", note: "", revision: 0 }]);
    await allHere(browser, [`~${me} given up changed_mind.refunded.en`, given]);
    await signOut(page);
    await door(page).waitFor();
    assert.deepEqual(await mine(), []);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("words from before their names said whose they are, are found", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const { content } = await api.post("/api/handbook/pages/deadlines/draft");
    const purpose = "Typed before the update.";
    await allHere(browser, ["handbook deadlines", JSON.stringify({ ...content, purpose })]);
    const text = "Hi {name|there}, typed before the update.";
    await allHere(browser, ["reply damaged.approved.en", JSON.stringify([{ text, note: "", revision: 0 }, ""])]);
    await page.goto("/handbook/deadlines/edit");
    await page.getByRole("alert", { name: "Words of before" }).getByText(purpose).waitFor();
    await page.goto("/replies/damaged.approved.en");
    await until("they are there", async () => (await reply(page).inputValue()) === text);
    assert.deepEqual([...(await allHere(browser)).keys()].filter((key) => /^(handbook|reply) /.test(key)), []);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("a storage that never answers keeps nobody signed in", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/settings/me");
    const out = page.getByRole("button", { name: "Sign out", exact: true });
    await out.waitFor();
    await page.evaluate(() => {
      IDBFactory.prototype.open = () => new EventTarget();
    });
    await out.click();
    await page.getByRole("heading", { name: "Sign in to Amends" }).waitFor();
    assert.equal(await whoIsHere(browser), undefined);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});
