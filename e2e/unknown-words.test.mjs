// Words of TikTok that nobody knows yet: kept, shown and logged, and never in the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "1" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

test("a new reason and a new status are shown in TikTok's words, and the case goes on as soon as they are past", async () => {
  const wish = { shop: "US", kind: "REFUND", reason: "ecom_reason_of_tomorrow_77", reason_text: "The colour changes at night" };
  const { id } = await platform.open(wish);
  const view = await until("the desk knows it", async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
  });
  assert.deepEqual([view.row.reason, view.row.reason_text], [wish.reason, wish.reason_text]);
  const seen = async (isSo) => await until("the desk has read it", async () => isSo(await api.get(`/api/cases/${view.row.id}`)));
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.locator(`.row[href*="${view.row.id}"]`).click();
    await page.getByRole("heading", { level: 1, name: wish.reason_text }).waitFor();
    await platform.act(id, "show_status", { text: "RETURN_UNDER_MOON_REVIEW" });
    await seen(({ status, row }) => status === "RETURN_UNDER_MOON_REVIEW" && row.flags.includes("unknown_word"));
    await page.getByText("TikTok shows return under moon review").waitFor();
    await shot(browser, "unknown-words");
    assert.equal(browser.page.url().includes(view.row.id), true);

    // The case is not lost on the way: what TikTok says next is read like anything else.
    await platform.act(id, "seller_center_approve");
    await seen(({ row }) => row.end === "refunded");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
  for (const word of ["ecom_reason_of_tomorrow_77", "RETURN_UNDER_MOON_REVIEW"]) assert.ok(desk.output.includes(word), `${word} is in the log`);
});
