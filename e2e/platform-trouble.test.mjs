// What TikTok does wrong while somebody decides: it is said in words, nothing happens twice, and nothing is lost.
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Api, openedCase, shot, startDesk, startSandbox, until } from "./lib.mjs";

const LIMIT = { timeout: 120_000 };
const REFUND = { shop: "US", kind: "REFUND", reason: "damaged" };
let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ activity: false, refund_delay_s: 1 });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "1", AMENDS_SETTLE_SECONDS: "5" } });
  api = await desk.api();
});
afterEach(async () => await platform.heal());
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const opened = (work, wish = REFUND) => openedCase({ desk, platform, api }, wish, work);

async function approve(page) {
  await page.keyboard.press("a");
  await page.getByRole("dialog", { name: "Decision" }).getByText(/^Hi /).waitFor();
  await page.keyboard.press("Control+Enter");
}

// One refund, one message, and both are on the screen.
async function told(page, id) {
  await page.getByText("Refunded, told").waitFor({ timeout: 60_000 });
  const { money, messages } = await platform.ledgerOf(id);
  assert.deepEqual([money.length, messages.length], [1, 1]);
}

test("a decision whose answer was lost is said to be in doubt, read, and carried out once", LIMIT, async () => {
  await opened(async (page, { id, browser }) => {
    await platform.fault({ path: "/approve", method: "POST", kind: "reset_after" });
    await approve(page);
    await page.getByText("The answer from TikTok was lost. It may have worked. Do not decide again.").waitFor();
    await page.getByText(/The desk (reads|is reading) what happened/).waitFor();
    assert.equal(await page.getByRole("group", { name: "Decision" }).count(), 0, "nothing can be decided meanwhile");
    await shot(browser, "trouble-lost-answer");
    await told(page, id);
    const calls = await platform.journal({ path: `${id}/approve` });
    assert.equal(calls.length, 1, "it was seen by reading, not sent again");
  });
});

test("a decision without any answer says how long was waited for it, and is carried out once", LIMIT, async () => {
  await opened(async (page, { id }) => {
    await platform.fault({ path: "/approve", method: "POST", kind: "timeout_after" });
    await approve(page);
    const doubt = /No answer from TikTok after [1-9]\d* s\. It may have worked\. Do not decide again\./;
    await page.getByText(doubt).waitFor({ timeout: 60_000 });
    assert.equal(await page.getByRole("heading", { name: "Decided under" }).count(), 0, "nobody knows whether it is decided");
    await told(page, id);
    await page.getByRole("heading", { name: "Decided under" }).waitFor();
  });
});

test("a reply whose answer was lost is said to be in doubt, looked for, and arrives once", LIMIT, async () => {
  await opened(async (page, { id, browser }) => {
    await platform.fault({ path: "/messages", method: "POST", kind: "reset_after" });
    await approve(page);
    await page.getByText("Refunded, the reply is in doubt").waitFor({ timeout: 60_000 });
    await page.getByText("The answer from TikTok was lost. It may have worked. Do not write it again.").waitFor();
    await page.getByText(/No answer from TikTok\. The desk (reads|is reading) what happened/).waitFor();
    assert.equal(await page.getByText("The reply is being sent").count(), 0);
    await shot(browser, "trouble-reply-in-doubt");
    await told(page, id);
  });
});

test("while TikTok is down a decision is kept, said to be late, and goes out once when it is back", LIMIT, async () => {
  await opened(async (page, { id, browser }) => {
    await platform.fault({ path: "/", kind: "status", status: 503, times: 100_000 });
    await approve(page);
    await page.getByText("TikTok takes longer than usual.").waitFor({ timeout: 60_000 });
    await page.getByText(/TikTok does not answer\./).first().waitFor({ timeout: 60_000 });
    await shot(browser, "trouble-down");
    await platform.heal();
    await told(page, id);
    await page.getByText(/TikTok does not answer\./).waitFor({ state: "detached", timeout: 60_000 });
  });
});

test("a throttled call waits as long as TikTok asks, and goes out once", LIMIT, async () => {
  await opened(async (page, { id }) => {
    await platform.fault({ path: "/approve", method: "POST", kind: "rate_limit", retry_after: 2, times: 2 });
    await approve(page);
    await told(page, id);
  });
});

test("what somebody decided in Seller Center meanwhile is left alone, and the words come back", LIMIT, async () => {
  await opened(async (page, { id, case: own }) => {
    await page.keyboard.press("a");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByText(/^Hi /).waitFor();
    await platform.act(id, "seller_center_approve");
    await sheet.getByText("Decided elsewhere meanwhile; nothing was sent from here").waitFor({ timeout: 60_000 });
    await page.keyboard.press("Escape");
    await until("it was paid in Seller Center alone", async () => {
      const { money, messages } = await platform.ledgerOf(id);
      return money.length === 1 && messages.length === 0;
    });
    assert.deepEqual((await api.get(`/api/cases/${own}`)).intents, []);
    // The buyer has not been told: that is owed now.
    await page.getByText(/^Reply owed: /).waitFor({ timeout: 60_000 });
  });
});

test("the button to the next case leads to what follows by the time it is pressed", LIMIT, async () => {
  const following = [];
  for (const deadline_s of [10_100, 10_200]) {
    const { id } = await platform.open({ ...REFUND, deadline_s });
    const row = await until(`the desk knows ${id}`, async () => (await api.post("/api/cases/search", { text: id })).rows[0]);
    following.push({ id, row: `.row[href$="${row.id}"]`, case: row.id });
  }
  const [first, second] = following;
  const work = async (page, { id }) => {
    await page.locator(first.row).waitFor();
    await page.locator(second.row).waitFor();
    await approve(page);
    await told(page, id);
    const next = page.getByRole("button", { name: /^Next: / });
    await next.waitFor();
    await platform.act(first.id, "withdraw");
    await page.locator(first.row).waitFor({ state: "detached" });
    await next.click();
    await until("the case after it is open", () => new URL(page.url()).pathname.endsWith(`/${second.case}`));
  };
  await opened(work, { ...REFUND, deadline_s: 10_000 });
});

test("a shop that was disconnected while somebody worked refuses in words, and keeps what was typed", LIMIT, async () => {
  const admin = new Api(desk.url);
  const token = desk.setupUrl.split("#")[1];
  await admin.post("/api/session/link", { token, name: "Ida Berg", email: "ida@example.com", password: "a quiet harbour at noon" });
  const work = async (page) => {
    await page.keyboard.press("x");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByRole("radio").first().check();
    await sheet.getByRole("textbox", { name: "Comment for TikTok" }).fill("The parcel left us whole.");
    const shop = (await admin.get("/api/shops")).find(({ region }) => region === "GB");
    await admin.post(`/api/shops/${shop.id}/disconnect`);
    await page.keyboard.press("Control+Enter");
    await sheet.getByText("This shop is not connected").waitFor();
    assert.equal(await sheet.getByRole("textbox", { name: "Comment for TikTok" }).inputValue(), "The parcel left us whole.");
  };
  await opened(work, { shop: "GB", kind: "CANCEL" });
});

test("a consent that has ended is said on every page, with the way back", LIMIT, async () => {
  await opened(async (page, { browser }) => {
    await platform.grants({ withdraw: true });
    await approve(page);
    await page.getByText(/TikTok ended the connection\. Nothing can be decided or sent there\./).waitFor({ timeout: 60_000 });
    await page.keyboard.press("Escape");
    await shot(browser, "trouble-consent-ended");
    await page.getByRole("link", { name: "Connect again" }).click();
    await page.waitForURL(/\/settings\/shops/);
  });
});
