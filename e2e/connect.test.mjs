// From an empty desk to a shop at work: the first admin's link, the seller's consent, the import, and the way back.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkAccessibility, openBrowser, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk;
before(async () => {
  platform = await startSandbox({ cases: 30 });
  // The settings alone: no shop is connected.
  desk = await startDesk({ settings: platform.settings });
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

test("an admin sets up the desk, connects a shop, and disconnects it", { timeout: 120_000 }, async () => {
  await platform.app({ redirect_url: `${desk.url}/connect/tiktok/callback` });
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await page.goto(desk.setupUrl);
    await page.getByRole("heading", { name: "Set up this desk" }).waitFor();
    await checkAccessibility(browser, "the welcome page");
    await shot(browser, "connect-1-welcome");
    await page.getByLabel("Your name").fill("Ida Berg");
    await page.getByLabel("E-mail").fill("ida@example.com");
    await page.getByLabel("Password").fill("a quiet harbour at noon");
    await page.getByRole("button", { name: "Set up" }).click();

    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await page.getByText("No shop yet").waitFor();
    await shot(browser, "connect-2-no-shop");
    await page.getByRole("button", { name: "Connect a shop…" }).click();

    // TikTok's own page.
    await page.getByRole("heading", { name: "Authorize Amends" }).waitFor();
    assert.equal(new URL(page.url()).origin, new URL(platform.url).origin);
    await page.getByRole("radio", { name: /Harbor & Hearth/ }).check();
    await page.getByRole("button", { name: "Authorize" }).click();

    await page.waitForURL(/\/settings\/shops/);
    const shop = page.getByRole("main");
    await shop.getByText("Harbor & Hearth").waitFor();
    await shop.getByText("Connected", { exact: true }).waitFor();
    await shop.getByText("Last read without a fault").waitFor();
    await shot(browser, "connect-3-connected");
    await shop.getByText("First import").waitFor({ state: "detached" });
    await page.getByRole("link", { name: "Desk", exact: true }).click();
    const first = page.locator(".row[id]").first();
    await until("the most urgent case is in the queue", async () => /34\.18/.test(await first.innerText()));
    const others = platform.shops.filter(({ region }) => region !== "US").map(({ name }) => name);
    const rows = (await page.locator(".row[id]").allInnerTexts()).join("\n");
    assert.deepEqual(others.filter((name) => rows.includes(name)), []);

    await page.getByRole("link", { name: "Settings", exact: true }).click();
    // A shop of a practice platform offers no button for it: only an admin's call ends it.
    const status = await page.evaluate(async () => {
      const shops = await (await fetch("/api/shops")).json();
      const headers = { "x-amends": "1", "idempotency-key": crypto.randomUUID() };
      return (await fetch(`/api/shops/${shops[0].id}/disconnect`, { method: "POST", headers })).status;
    });
    assert.equal(status, 204);
    await shop.getByText("Disconnected", { exact: true }).waitFor();
    await shot(browser, "connect-4-disconnected");

    // The cases stay, nothing goes out any more.
    const { number } = (await platform.journal()).at(-1);
    await page.getByRole("link", { name: "Desk", exact: true }).click();
    await page.locator(".row[id]").first().click();
    await page.locator(".words").first().waitFor();
    assert.deepEqual(await platform.journal({ since: number }), []);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});
