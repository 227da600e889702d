// The other answers: each case ends with exactly the payments and the messages that its kind calls for.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, openBrowser, picture, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 1 });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "1" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

// The platform's case as the desk sees it, as soon as it does.
async function known(id) {
  return await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
  });
}

async function reaches({ row }, what, isSo) {
  return await until(what, async () => {
    const view = await api.get(`/api/cases/${row.id}`);
    return isSo(view) && view;
  });
}

const isOver = ({ intents }) => intents.every(({ state }) => state.done);
const isDone = (end) => (view) => view.row.stage === "done" && view.row.end === end && !view.row.owed && isOver(view);

// A message that greets the buyer by name and names the sum, if there is one.
const told = ({ greeting_name: name }, sum = "") => new RegExp(`Hi ${name}\\b.*${sum.replace(".", "\\.")}`, "s");

const inQueue = (page, { row }) => page.locator(`.row[href*="${row.id}"]`);

// Opens a case from the queue.
async function opened(view, work) {
  const browser = await openBrowser(desk);
  try {
    const isLive = browser.page.waitForResponse(/\/api\/events/);
    await practise(browser);
    await isLive;
    await inQueue(browser.page, view).click();
    const show = async (name) => await shot(browser, name, Object.keys(SIZES));
    await work(browser.page, browser.page.getByRole("group", { name: "Decision" }), browser.page.getByRole("dialog", { name: "Decision" }), show);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
}

// What the ledger holds of a case: sums, and for each message whether it says what it has to.
async function assertLedger(id, { money, messages }) {
  const ledger = await platform.ledgerOf(id);
  assert.deepEqual(ledger.money.map(({ amount, currency }) => `${amount} ${currency}`), money);
  assert.equal(ledger.messages.length, messages.length, JSON.stringify(ledger.messages));
  for (const [place, words] of messages.entries()) assert.match(ledger.messages[place].content.replaceAll("\u00a0", " "), words);
}

test("a cancellation in Britain is approved, paid once and told once", async () => {
  const { id } = await platform.open({ shop: "GB", kind: "CANCEL" });
  const view = await known(id);
  const total = view.refund.total.amount;
  await opened(view, async (page, group, sheet, show) => {
    await group.getByText("Confirmed by TikTok").waitFor({ state: "attached" });
    await group.getByRole("button", { name: /^Approve cancellation/ }).click();
    await sheet.getByRole("button", { name: /^Approve cancellation/ }).waitFor();
    await show("cancel-1-sheet");
    await sheet.getByRole("button", { name: /^Approve cancellation/ }).click();
    await page.getByText("Refunded, told").waitFor();
    await show("cancel-2-told");
  });
  await reaches(view, "it is done", isDone("refunded"));
  await assertLedger(id, { money: [`${total} GBP`], messages: [told(view, total)] });
});

test("a refund is rejected with a reason and a proof: told once, nothing is paid", async () => {
  const { id } = await platform.open({ shop: "US", kind: "REFUND" });
  const view = await known(id);
  await opened(view, async (page, group, sheet, show) => {
    await group.getByText("Confirmed by TikTok").waitFor({ state: "attached" });
    await group.getByRole("button", { name: /^Reject/ }).click();
    await sheet.getByRole("radio").first().check();
    await sheet.getByLabel("Comment for TikTok").fill("The parcel was weighed and photographed when it left.");
    await sheet.getByLabel("Add a photo as proof").setInputFiles({ name: "scales.png", mimeType: "image/png", buffer: picture() });
    await sheet.getByRole("checkbox", { name: "scales.png" }).and(page.locator(":checked")).waitFor();
    await show("reject-1-sheet");
    await sheet.getByRole("button", { name: /^Reject the request/ }).click();
    await page.getByText("Rejected, told").waitFor();
    await show("reject-2-told");
  });
  await reaches(view, "it waits for the buyer", (view) => view.row.waiting_on === "buyer" && !view.row.owed && isOver(view));
  await assertLedger(id, { money: [], messages: [told(view)] });
  const rejections = await platform.journal({ path: `returns/${id}/reject` });
  const taken = rejections.filter(({ code }) => code === 0).map(({ body }) => JSON.parse(body));
  assert.equal(taken.length, 1);
  assert.equal(taken[0].decision, "REJECT_REFUND");
  assert.ok(taken[0].reject_reason);
  assert.equal(taken[0].images.length, 1);
});

test("half is offered, the buyer accepts: that half is paid, and both are told", async () => {
  const { id } = await platform.open({ shop: "US", kind: "REFUND" });
  const view = await known(id);
  const half = (Math.floor(Number(view.refund.total.amount) * 50) / 100).toFixed(2);
  await opened(view, async (page, group, sheet, show) => {
    await group.getByText("Confirmed by TikTok").waitFor({ state: "attached" });
    await group.getByRole("button", { name: "Offer partial…" }).click();
    // What may mean two sums is none; a comma before the cents is as good as a point.
    await sheet.getByLabel("Amount to offer").fill("1.234");
    await sheet.getByText("Type the amount, like 1234.50").waitFor();
    await sheet.getByLabel("Amount to offer").fill(half.replace(".", ","));
    await sheet.getByText(`US$ ${half}`).first().waitFor();
    await show("offer-1-sheet");
    await sheet.getByRole("button", { name: /^Offer / }).click();
    await page.getByText("Part offered, told").waitFor();
    await assertLedger(id, { money: [], messages: [told(view, half)] });
    await platform.act(id, "accept_offer");
    await page.getByText("Reply owed: refunded").waitFor();
    await page.getByRole("textbox", { name: "Reply" }).and(page.locator("textarea")).waitFor();
    await page.getByRole("button", { name: /^Send/ }).click();
    await reaches(view, "both are told", (view) => isDone("refunded")(view) && view.intents.length === 3);
    await show("offer-2-told");
  });
  await assertLedger(id, { money: [`${half} USD`], messages: [told(view, half), told(view, half)] });
});

test("a return is agreed, comes back and is accepted: paid once, told at both steps", async () => {
  const { id } = await platform.open({ shop: "US", kind: "RETURN_AND_REFUND" });
  const view = await known(id);
  const total = view.refund.total.amount;
  await opened(view, async (page, group, sheet, show) => {
    await group.getByText("Confirmed by TikTok").waitFor({ state: "attached" });
    await group.getByRole("button", { name: /^Agree to the return/ }).click();
    await sheet.getByRole("button", { name: /^Agree to the return/ }).waitFor();
    await show("return-1-sheet");
    await sheet.getByRole("button", { name: /^Agree to the return/ }).click();
    await reaches(view, "the buyer knows that it is agreed", (view) => view.row.waiting_on === "buyer" && !view.row.owed && isOver(view));
    await assertLedger(id, { money: [], messages: [told(view)] });
    await platform.act(id, "ship");
    await reaches(view, "the parcel is on its way", ({ row }) => row.waiting_on === "carrier");
    await platform.act(id, "arrive");
    await reaches(view, "the parcel is to be inspected", ({ row }) => row.stage === "to_inspect");
    await page.getByRole("link", { name: /To inspect/ }).click();
    await inQueue(page, view).click();
    await group.getByText("Confirmed by TikTok").waitFor({ state: "attached" });
    // What was agreed before is history: a verdict is asked for.
    assert.equal(await page.getByRole("button", { name: /^(Next|To decide)/ }).count(), 0);
    await group.getByRole("button", { name: /^Accept and refund/ }).click();
    await sheet.getByRole("button", { name: /^Accept and refund/ }).waitFor();
    await show("return-2-accept");
    await sheet.getByRole("button", { name: /^Accept and refund/ }).click();
    await page.getByText("Refunded, told").waitFor();
    await show("return-3-told");
  });
  await reaches(view, "it is done", isDone("refunded"));
  await assertLedger(id, { money: [`${total} USD`], messages: [told(view), told(view, total)] });
});
