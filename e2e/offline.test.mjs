// Without the desk: what was open stays readable and says how old it is, and nothing of a buyer outlives the session.
import assert from "node:assert/strict";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, test } from "node:test";
import { openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

const LIMIT = { timeout: 90_000 };

let platform, desk, profile, browser;
beforeEach(async () => {
  platform = await startSandbox({ cases: 30 });
  desk = await startDesk({ platform });
  profile = await mkdtemp(path.join(os.tmpdir(), "amends-profile-"));
  browser = await openBrowser(desk, { profile });
});
afterEach(async () => {
  await browser?.close();
  await desk?.stop();
  await platform?.stop();
  await rm(profile, { recursive: true, force: true });
});

// Everything that the browser keeps for the desk, as one text.
async function kept(page) {
  return await page.evaluate(async () => {
    const all = [JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const name of await caches.keys()) {
      const cache = await caches.open(name);
      for (const request of await cache.keys()) {
        const answer = await cache.match(request);
        all.push(request.url, /json|html|text/.test(answer.headers.get("content-type") ?? "") ? await answer.text() : "");
      }
    }
    const settled = (request) =>
      new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    for (const { name } of await indexedDB.databases()) {
      const database = await settled(indexedDB.open(name));
      for (const table of database.objectStoreNames) {
        const store = database.transaction(table).objectStore(table);
        const [keys, values] = [settled(store.getAllKeys()), settled(store.getAll())];
        all.push(JSON.stringify(await keys), JSON.stringify(await values));
      }
      database.close();
    }
    return all.join("\n");
  });
}

// Of the buyer whose case ends first: the name, the nickname, the product, the words.
const OF_BUYER = [/dana/i, /pour-over/i, /birthday/i, /34\.18/];

// Signs in, opens the case that ends first and waits until the app and the case are held.
async function work() {
  const { page } = browser;
  await practise(browser);
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
  const row = page.locator(".row[id]").first();
  await until("the most urgent case is in the queue", async () => /34\.18/.test(await row.innerText()));
  const href = await row.getAttribute("href");
  await row.click();
  await page.locator("blockquote", { hasText: "birthday breakfast" }).waitFor();
  await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
  await until("the case is kept", async () => {
    const text = await kept(page);
    return OF_BUYER.every((words) => words.test(text));
  });
  return { page, href };
}

const banner = (page) => page.getByText("No connection since");

test("it can be installed", LIMIT, async () => {
  const { page } = await work();
  const debug = await browser.context.newCDPSession(page);
  const { installabilityErrors } = await debug.send("Page.getInstallabilityErrors");
  assert.deepEqual(installabilityErrors, []);
});

test("with the desk gone the queue and the open case stay readable, and the banner says so", LIMIT, async () => {
  const { page, href } = await work();
  await desk.kill();
  await banner(page).waitFor();
  await page.locator("blockquote", { hasText: "birthday breakfast" }).waitFor();
  assert.match(await page.locator(".row[id]").first().innerText(), /34\.18/);
  await shot(browser, "offline-case");

  // Opened anew, at the queue and at the case.
  await page.goto("/desk/to-decide");
  await page.locator(".row[id]").first().waitFor();
  assert.match(await page.locator(".row[id]").first().innerText(), /34\.18/);
  await banner(page).waitFor();
  await page.goto(href);
  await page.locator("blockquote", { hasText: "birthday breakfast" }).waitFor();
  await banner(page).waitFor();

  await desk.start();
  await banner(page).waitFor({ state: "detached" });
  await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
});

for (const isGone of [false, true]) {
  test(`signing out ${isGone ? "with the desk gone " : ""}leaves nothing of a buyer on the device`, LIMIT, async () => {
    const { page } = await work();
    await page.getByRole("link", { name: /your settings$/ }).click();
    await page.getByRole("button", { name: "Sign out" }).waitFor();
    if (isGone) await desk.kill();
    await page.getByRole("button", { name: "Sign out" }).click();
    if (!isGone) await page.getByRole("button", { name: /practi[cs]e/i }).waitFor();
    const left = async () => {
      const text = await kept(page);
      return OF_BUYER.filter((words) => words.test(text)).map(String);
    };
    await until("nothing is kept", async () => (await left()).length === 0);
    // And nothing comes back when the app is opened again.
    await page.reload();
    await page.locator("main").waitFor();
    assert.deepEqual(await left(), []);
    assert.equal(await page.locator(".row[id]").count(), 0);
    if (!isGone) return;
    // The desk hears of it as soon as it can be reached: nobody is signed in again.
    await desk.start();
    await page.getByRole("button", { name: /practi[cs]e/i }).waitFor();
    const session = await page.evaluate(async () => (await fetch("/api/session")).json());
    assert.equal(session.state, "signed_out");
    assert.deepEqual(await left(), []);
    assert.equal(await page.locator(".row[id]").count(), 0);
  });
}
