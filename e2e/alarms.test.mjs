// A deadline comes near: who looks at the desk sees it, gets to the very case, and is not told twice.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

const LIMIT = { timeout: 120_000 };
// Between the two marks, and far from both.
const SOON = { shop: "US", kind: "REFUND", deadline_s: 1_800 };
const LEFT = /(29|30) min left/;

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  desk = await startDesk({ platform });
  api = await desk.api();
  await until("the import is over", async () => (await api.get("/api/shops")).every((shop) => shop.import.done));
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

// Presses away what the world or an earlier test brought along, so that only what a test does rings.
async function quiet() {
  await until("what was near has fired and is pressed away", async () => {
    const all = await api.get("/api/alarms");
    const seen = all.map(({ row, minutes }) => ({ case: row.id, deadline: row.deadline, minutes }));
    await api.post("/api/alarms/seen", { seen });
    return all.length === 0;
  });
}

const alarms = (page) => page.getByRole("region", { name: "Deadlines" }).getByRole("alert");

async function silence(page) {
  await until("nothing rings", async () => (await alarms(page).count()) === 0);
}

test("an alarm opens its exact case, and is gone on every device of who pressed it", LIMIT, async () => {
  const browser = await openBrowser(desk);
  const other = await openBrowser(desk, { size: "phone" });
  try {
    const { page } = browser;
    for (const each of [browser, other]) await practise(each);
    await quiet();
    for (const each of [browser, other]) await silence(each.page);

    const { id } = await platform.open(SOON);
    const decide = (each) => alarms(each.page).filter({ hasText: LEFT }).getByRole("button", { name: "Decide" });
    for (const each of [browser, other]) {
      await decide(each).waitFor();
      await checkAccessibility(each, `an alarm, ${each.size}`);
    }
    await shot(browser, "alarm", Object.keys(SIZES));
    await decide(browser).click();
    await page.locator("#case-h").waitFor();
    const path = new URL(page.url()).pathname;
    const opened = await api.get(`/api/cases/${path.split("/").at(-1)}`);
    assert.match(path, /^\/desk\/to-decide\/c_/);
    assert.equal(opened.platform_id, id);
    for (const each of [browser, other]) await silence(each.page);

    await page.reload();
    await page.locator("#case-h").waitFor();
    assert.deepEqual(await api.get("/api/alarms"), []);
    assert.equal(await alarms(page).count(), 0);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
    await other.close();
  }
});

test("several stand as one, what is no longer true goes by itself, and pressing opens the queue", LIMIT, async () => {
  await quiet();
  const opened = [];
  for (let count = 0; count < 3; count += 1) opened.push(await platform.open(SOON));
  await until("all have fired", async () => (await api.get("/api/alarms")).length === 3);
  // Who comes later sees what is still true.
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await alarms(page).filter({ hasText: "3 cases run out within 60 min" }).waitFor();
    await shot(browser, "alarms");
    await platform.act(opened[0].id, "withdraw");
    await alarms(page).filter({ hasText: "2 cases run out within 60 min" }).waitFor();
    await platform.act(opened[1].id, "withdraw");
    await alarms(page).getByRole("button", { name: "Decide" }).waitFor();
    await platform.open(SOON);
    await page.getByRole("link", { name: /your settings$/ }).click();
    await alarms(page).getByRole("button", { name: "Show" }).click();
    await page.locator(".row[id]").first().waitFor();
    assert.equal(new URL(page.url()).pathname, "/desk/to-decide");
    await silence(page);
    await until("the desk knows that all were seen", async () => (await api.get("/api/alarms")).length === 0);
  } finally {
    await browser.close();
  }
});

test("out of view the system says it without a buyer's name, and pressing it opens the case", LIMIT, async () => {
  await quiet();
  const browser = await openBrowser(desk);
  try {
    const { page, context } = browser;
    await context.grantPermissions(["notifications"], { origin: desk.url });
    await practise(browser);
    await page.getByRole("link", { name: /your settings$/ }).click();
    const toggle = page.getByRole("checkbox", { name: /out of view/ });
    assert.equal(await toggle.isChecked(), false);
    await toggle.check();
    await until("it is on", async () => (await page.evaluate(() => localStorage.getItem("amends.alarms"))) === "on");
    await checkAccessibility(browser, "the switch");
    await shot(browser, "alarm-switch");
    const worker = context.serviceWorkers()[0] ?? (await context.waitForEvent("serviceworker"));
    await worker.evaluate(() => {
      self.heard = [];
      self.addEventListener("message", ({ data }) => self.heard.push(data));
    });
    const shown = async () => await worker.evaluate(async () => (await self.registration.getNotifications()).map(({ title }) => title));

    const { id } = await platform.open(SOON);
    const [said] = await until("the worker hears of it", async () => {
      const heard = await worker.evaluate(() => self.heard);
      return heard.length > 0 && heard;
    });
    assert.match(said.title, /^(29|30) min left on a case · \S/);
    const found = await api.get(`/api/cases/${said.path.split("/").at(-1)}`);
    assert.equal(found.platform_id, id);
    assert.ok(!said.title.includes(found.row.buyer), said.title);
    // In view, the alarm on the screen is enough.
    await alarms(page).filter({ hasText: LEFT }).waitFor();
    assert.deepEqual(await shown(), []);

    await page.goto("about:blank");
    // The browser tells the worker a moment later.
    await until("the worker sees no window", async () =>
      await worker.evaluate(async () => (await self.clients.matchAll({ type: "window", includeUncontrolled: true })).length === 0));
    await worker.evaluate((data) => self.dispatchEvent(new ExtendableMessageEvent("message", { data })), said);
    await until("the system shows it", async () => (await shown())[0] === said.title);
    await page.goto("/replies");
    await page.getByRole("heading", { level: 1 }).waitFor();
    await worker.evaluate(async () => {
      const [notification] = await self.registration.getNotifications();
      self.dispatchEvent(new NotificationEvent("notificationclick", { notification }));
    });
    await until("the page is at the case", () => new URL(page.url()).pathname === said.path);
    await page.locator("#case-h").waitFor();
    assert.deepEqual(await shown(), []);
  } finally {
    await browser.close();
  }
});
