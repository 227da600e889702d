// What the desk is for: a refund approved by one press, paid once, and told once, when it is true.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, lookAtPhotos, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk;
before(async () => {
  platform = await startSandbox();
  // Long enough to be looked at and stopped; paid as soon as the platform has been told.
  await platform.dials({ refund_delay_s: 2 });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "10" } });
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const ALL = Object.keys(SIZES);

// The queue, once the import has found the case that ends first.
async function mostUrgent(page) {
  const row = page.locator(".row[id]").first();
  await until("the most urgent case is in the queue", async () => /Arrived damaged.*34\.18/s.test(await row.innerText()));
  return row;
}

async function openSheet(page) {
  const group = page.getByRole("group", { name: "Decision" });
  await group.getByText("Confirmed by TikTok").waitFor();
  await group.getByRole("button", { name: /^Approve US\$.34\.18/ }).click();
  const sheet = page.getByRole("dialog", { name: "Decision" });
  await sheet.getByRole("heading", { name: "Approve this refund?" }).waitFor();
  return sheet;
}

test("a damaged parcel is refunded once and told once, after a first press was undone", async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const row = await mostUrgent(page);
    await page.getByRole("region", { name: "First import" }).waitFor({ state: "detached" });
    await checkAccessibility(browser, "the queue");
    await shot(browser, "job-1-queue", ALL);

    const caseId = (await row.getAttribute("href")).split("/").at(-1);
    await row.click();
    await page.getByRole("heading", { level: 1, name: "Arrived damaged" }).waitFor();
    await until("the address is the case's", () => new URL(page.url()).pathname === `/desk/to-decide/${caseId}`);
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    await shot(browser, "job-2-case", ALL);

    const api = await desk.api();
    const { platform_id: id, words } = await api.get(`/api/cases/${caseId}`);
    // Read, then look: every photo, one after the other.
    await lookAtPhotos(page, words.flatMap(({ photos }) => photos).length);
    await page.locator("li:not(.todo)", { hasText: "Photos opened and read" }).waitFor();
    await page.keyboard.press("Escape");
    const approvals = async () => await platform.journal({ path: `returns/${id}/approve` });

    let sheet = await openSheet(page);
    await checkAccessibility(browser, "the sheet");
    await shot(browser, "job-3-sheet", ALL);

    // Pressed, and taken back while nothing has left.
    const handbook = page.waitForResponse((answer) => new URL(answer.url()).pathname === `/api/cases/${caseId}/handbook`);
    await sheet.getByRole("button", { name: /^Approve US\$.34\.18/ }).click();
    const undo = page.getByRole("button", { name: /^Undo/ });
    await undo.waitFor();
    const shop = page.locator(".case__head .what > .opt").first();
    assert.ok(await shop.evaluate((one) => one.scrollWidth <= one.clientWidth), "the shop is named whole");
    // Nothing is decided yet: what is kept of the press is known, and not shown.
    assert.notDeepEqual((await (await handbook).json()).kept, []);
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    assert.equal(await page.getByRole("heading", { name: "Decided under" }).count(), 0);
    assert.ok(await undo.isVisible(), "it was looked at while it is held");
    await shot(browser, "job-4-hold", ALL);
    await undo.click();
    await page.getByText("Nothing had left the desk.").waitFor();
    await page.getByRole("group", { name: "Decision" }).waitFor();
    assert.deepEqual(await platform.ledgerOf(id), { money: [], messages: [] });
    assert.deepEqual(await approvals(), []);

    // Pressed again, and left alone.
    sheet = await openSheet(page);
    await sheet.getByText("Goes out when refunded").waitFor();
    await sheet.getByRole("button", { name: /^Approve US\$.34\.18/ }).click();
    await undo.waitFor();
    await page.getByText("Approved, refund not confirmed yet").waitFor();
    await page.getByRole("heading", { name: "Decided under" }).waitFor();
    await page.getByRole("button", { name: /^Next: \d+ min, Ordered by mistake/ }).waitFor();
    await shot(browser, "job-5-after", ALL);
    await page.getByText("Refunded, told").waitFor({ timeout: 60_000 });
    // All that time has shown: whether the buyer writes again is known in a week.
    await page.getByRole("heading", { name: "Checked by the desk 16 of 17" }).waitFor();
    await shot(browser, "job-6-told", ALL);

    const { money, messages } = await platform.ledgerOf(id);
    assert.deepEqual(
      money.map(({ amount, currency, by }) => ({ amount, currency, by })),
      [{ amount: "34.18", currency: "USD", by: "SELLER" }],
    );
    assert.equal(messages.length, 1);
    for (const part of ["Dana", "US$ 34.18", "processed"]) {
      assert.ok(messages[0].content.replaceAll("\u00a0", " ").includes(part), `${part} in ${messages[0].content}`);
    }
    assert.ok(money[0].paid_at <= messages[0].at, "told before it was paid");
    const keys = (await approvals()).map(({ query }) => new Map(query).get("idempotency_key"));
    assert.equal(keys.length, 1);
    assert.ok(keys[0]);
    const told = await api.get(`/api/cases/${caseId}`);
    assert.equal(told.row.stage, "done");
    assert.equal(told.row.owed, null);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("the same case in the dark", async () => {
  const browser = await openBrowser(desk, { theme: "dark" });
  try {
    const { page } = browser;
    await practise(browser);
    await page.locator(".row[id]").first().click();
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    await shot(browser, "job-2-case");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});
