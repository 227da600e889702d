// The packing table: a parcel is scanned, looked at and decided, and nothing of it is lost on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, openBrowser, picture, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

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

const read = async (id) => await api.get(`/api/cases/${id}`);

// A return whose parcel is at the door.
async function parcel(wish = {}) {
  const { id } = await platform.open({ shop: "US", kind: "RETURN_AND_REFUND", reason: "fit", ...wish });
  await platform.act(id, "seller_center_approve");
  await platform.act(id, "ship");
  await platform.act(id, "arrive");
  return await until(`${id} is to be inspected`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    const view = rows.length === 1 && (await read(rows[0].id));
    return view && view.row.stage === "to_inspect" && view;
  });
}

async function atTheTable(size, work) {
  const browser = await openBrowser(desk, { size });
  const asked = [];
  browser.page.on("request", (request) => asked.push(request.url()));
  try {
    await practise(browser, "/inspect");
    await work(browser.page, browser, asked);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
}

// As a hand scanner does: letters in a burst, then Enter, wherever the focus is.
async function scan(page, code) {
  await page.keyboard.type(code);
  await page.keyboard.press("Enter");
}

const isAt = async (page, { row }) => await page.waitForURL(`**/inspect/${row.id}`);
const focused = async (page) => await page.evaluate(() => document.activeElement.id);
const answer = async (page, question, word) => {
  const radio = page.getByRole("group", { name: question }).getByRole("radio", { name: word });
  await radio.check();
};
const photo = { name: "shot.png", mimeType: "image/png", buffer: picture() };

async function photograph(page) {
  for (const name of ["Label", "Front", "Tag and collar"]) {
    await page.getByLabel(`Photo: ${name}, take the photo`).setInputFiles(photo);
    await page.getByLabel(`Photo: ${name}, taken`).waitFor({ state: "attached" });
  }
}

const isOver = ({ intents }) => intents.every(({ state }) => state.done);

test("a scanned parcel is looked at and accepted: one refund, one message, and who answered what is kept", async () => {
  const view = await parcel();
  const number = view.tracking.number;
  await atTheTable("tablet-landscape", async (page, browser, asked) => {
    await until("the field has the focus", async () => (await focused(page)) === "scan");
    await checkAccessibility(browser, "the list of parcels");
    await scan(page, "NO-SUCH-CODE");
    await page.getByText("No return has the code NO-SUCH-CODE.").waitFor();
    assert.equal(await page.getByLabel("Scan a parcel").inputValue(), "NO-SUCH-CODE");
    await scan(page, number.toLowerCase());
    await isAt(page, view);
    assert.ok(!asked.some((url) => url.toLowerCase().includes(number.toLowerCase())), "no address holds what was scanned");
    await page.getByText(/scanned today/).waitFor();

    const acts = page.getByRole("group", { name: "Decision" });
    const accept = acts.getByRole("button", { name: /^Accept and refund/ });
    await accept.getByText("4 answers and 3 photos to go").waitFor();
    await acts.getByRole("button", { name: /^Refuse/ }).getByText("needs 3 photos").waitFor();
    await answer(page, "Right item", "Yes");
    await answer(page, "Tag still on", "Yes");
    await answer(page, "Clean and whole", "Yes");
    await accept.getByText("1 answer and 3 photos to go").waitFor();
    await accept.click({ force: true });
    assert.equal(await page.getByRole("dialog", { name: "Decision" }).isVisible(), false);
    await photograph(page);
    await checkAccessibility(browser, "the bench");
    await shot(browser, "bench", Object.keys(SIZES));

    // Somebody else has the same parcel before them: the last answer counts, and both see it.
    const ines = await desk.api("agent");
    await ines.ask("PUT", `/api/cases/${view.row.id}/answer`, { question: "unused", is_yes: false });
    await page.getByText("Ines Ferreira").waitFor();
    assert.ok(await page.getByRole("group", { name: "Tag still on" }).getByRole("radio", { name: "No" }).isChecked());
    await page.getByText("It may be a reason to refuse.").waitFor();
    await answer(page, "Tag still on", "Yes");
    await answer(page, "All parts there", "No");
    await page.getByText("A missing small part is no reason to refuse by itself.").waitFor();
    await accept.getByText("answered no: all parts there").waitFor();

    await page.reload();
    await accept.getByText("answered no: all parts there").waitFor();
    for (const name of ["Label", "Front", "Tag and collar"]) await page.getByLabel(`Photo: ${name}, taken`).waitFor({ state: "attached" });
    await page.getByLabel("Photo: Front, taken").setInputFiles(photo);
    await until("the photo was taken again", async () => (await read(view.row.id)).evidence.length === 4);

    await accept.click();
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByText("Goes out when").waitFor();
    await sheet.getByRole("button", { name: /^Accept and refund/ }).click();
    await page.getByText("Refunded, told").waitFor();
    await page.getByRole("button", { name: "Next parcel" }).click();
    await page.waitForURL((url) => url.pathname !== `/inspect/${view.row.id}`);
  });
  const done = await until("it is done", async () => {
    const now = await read(view.row.id);
    return now.row.stage === "done" && now.row.end === "refunded" && isOver(now) && now;
  });
  const { money, messages } = await platform.ledgerOf(view.platform_id);
  assert.deepEqual(money.map(({ amount }) => amount), [view.refund.total.amount]);
  assert.equal(messages.length, 1);
  const { inspected } = done.timeline.map(({ what }) => what).find((what) => what.inspected);
  assert.deepEqual(inspected.answers.map(({ question, is_yes }) => [question, is_yes]), [
    ["right_item", true],
    ["unused", true],
    ["clean_and_whole", true],
    ["all_parts", false],
  ]);
  assert.equal(inspected.shots.length, 3);
  assert.equal(done.timeline.filter(({ what }) => what === "scanned").length, 1);
  for (const { name } of done.evidence) assert.match(name, /^(Label|Front|Tag and collar) \d{4}-\d\d-\d\d \d\d:\d\d UTC\.jpg$/);
});

test("a parcel is refused with the photos of the bench, by a scan from anywhere and by keyboard", async () => {
  const [first, second] = [await parcel(), await parcel()];
  await atTheTable("desktop", async (page) => {
    await scan(page, first.platform_id);
    await isAt(page, first);
    await until("the parcel has the focus", async () => (await focused(page)) === "case-h");
    // Letters and digits are a scanner's: none of them leads away or opens a sheet.
    await scan(page, second.order_id);
    await isAt(page, second);
    await photograph(page);
    const refuse = page.getByRole("group", { name: "Decision" }).getByRole("button", { name: /^Refuse/ });
    await refuse.getByText("with the photos as proof").waitFor();
    await refuse.focus();
    await page.keyboard.press("Enter");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await until("the photos are chosen", async () => (await sheet.getByRole("checkbox", { checked: true }).count()) === 3);
    await sheet.getByRole("radio").first().focus();
    await page.keyboard.press("Space");
    await page.keyboard.press("Control+Enter");
    await page.getByText("Parcel refused, told").waitFor();
  });
  assert.deepEqual((await platform.ledgerOf(second.platform_id)).money, []);
  const rejections = await platform.journal({ path: `returns/${second.platform_id}/reject` });
  const taken = rejections.filter(({ code }) => code === 0).map(({ body }) => JSON.parse(body));
  assert.equal(taken.length, 1);
  assert.equal(taken[0].images.length, 3);
  assert.deepEqual((await read(first.row.id)).intents, []);
});

test("a lead is asked with a note, and decides nothing by it", async () => {
  const view = await parcel();
  await atTheTable("phone", async (page) => {
    await scan(page, view.tracking.number);
    await isAt(page, view);
    await page.getByRole("button", { name: /^Ask a lead/ }).click();
    const sheet = page.getByRole("dialog", { name: "Ask a lead" });
    await sheet.getByRole("textbox").fill("Is this wear, or the weave?");
    await sheet.getByRole("button", { name: /^Ask/ }).click();
    await page.getByRole("button", { name: /^Marek Nowak was asked/ }).waitFor();
  });
  const now = await read(view.row.id);
  assert.deepEqual([now.row.assignee, now.row.deadline, now.row.stage], ["practice_marek", view.row.deadline, "to_inspect"]);
  assert.deepEqual(now.notes.map(({ text }) => text), ["Is this wear, or the weave?"]);
  assert.deepEqual(now.intents, []);
});

test("with the desk gone answers are kept on the screen and sent once it is back; nothing is decided meanwhile", async () => {
  const view = await parcel();
  await atTheTable("tablet-portrait", async (page) => {
    await scan(page, view.tracking.number);
    await isAt(page, view);
    await answer(page, "Right item", "Yes");
    await until("it is kept", async () => (await read(view.row.id)).inspection.answers.length === 1);
    await desk.kill();
    await answer(page, "Clean and whole", "No");
    await page.getByText("Your answers stay here and are sent once it does.").waitFor();
    await page.getByRole("button", { name: /^Accept and refund/ }).getByText("Decide when the connection is back").waitFor();
    assert.ok(await page.getByLabel(/^Photo: Label/).isDisabled());
    await desk.start();
    await until("it is kept as well", async () => (await read(view.row.id)).inspection.answers.length === 2);
    await page.getByText("Your answers stay here and are sent once it does.").waitFor({ state: "detached" });
  });
});
