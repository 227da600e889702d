// What people say of decided cases: ticked before the decision, reviewed, appealed against, calibrated.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api, SIZES, checkAccessibility, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, lead, agent;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "0" } });
  lead = await desk.api();
  agent = await desk.api("agent");
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const ALL = Object.keys(SIZES);
const SEEN = "Damage is visible in a photo";

// A request with photos, as the desk knows it.
async function known() {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", reason: "damaged" });
  return await until(`the desk knows ${id}`, async () => {
    const { rows } = await agent.post("/api/cases/search", { text: id });
    const view = rows.length === 1 && (await agent.get(`/api/cases/${rows[0].id}`));
    return view && view.words.some(({ photos }) => photos.length > 0) && view;
  });
}

const done = async (id) =>
  await until("the buyer knows", async () => (await agent.get(`/api/cases/${id}`)).row.stage === "done");

const said = ({ greeting_name: name, refund }) =>
  `Hi ${name}, thank you for the photos. It arrived damaged, and we are sorry. Your refund of US$ ${refund.total.amount} has been processed.`;

// Approves and tells, as the app does.
async function approve(view, who = agent) {
  for (const { id } of view.ticks ?? []) await who.ask("PUT", `/api/checkpoints/${id}/${view.row.id}`);
  await who.post(`/api/cases/${view.row.id}/decision`, {
    kind: "approve_refund",
    reply: { text: said(view), language: "en", claim: "refunded" },
  });
  await done(view.row.id);
}

// A browser in which somebody of a role is signed in.
async function browserOf(role, address) {
  const browser = await openBrowser(desk);
  if (role === "lead") await practise(browser);
  else {
    const headers = { "x-amends": "1", origin: desk.url };
    const answer = await browser.context.request.post(`${desk.url}/api/session/practice?role=${role}`, { headers });
    assert.ok(answer.ok(), await answer.text());
  }
  await browser.page.goto(address);
  return browser;
}

async function as(role, address, work) {
  const browser = await browserOf(role, address);
  try {
    await work(browser.page, browser);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
}

test("what a lead asks for is ticked before the decision, and nobody decides without it", async () => {
  await as("lead", "/quality/reviews", async (page, browser) => {
    await page.getByRole("button", { name: "Checkpoints…" }).click();
    const sheet = page.getByRole("dialog", { name: "Checkpoints" });
    await sheet.getByRole("button", { name: "Add a checkpoint" }).click();
    await sheet.getByLabel("What must be seen").fill(SEEN);
    await sheet.getByText("Nobody decides without it").click();
    await sheet.getByText("Reasons: all").click();
    await sheet.getByRole("checkbox", { name: "Arrived damaged" }).check();
    await checkAccessibility(browser, "the sheet of checkpoints");
    await shot(browser, "reviews-1-checkpoints", ALL);
    await sheet.getByRole("button", { name: "Save", exact: true }).click();
    await sheet.waitFor({ state: "detached" });
  });
  const view = await known();
  await as("agent", `/desk/to-decide/${view.row.id}`, async (page, browser) => {
    await page.getByRole("group", { name: "Decision" }).getByText("1 check left").waitFor();
    await page.keyboard.press("a");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByText(`Not ticked yet: ${SEEN}`).waitFor();
    await sheet.getByRole("button", { name: /^Approve/, disabled: true }).waitFor();
    await checkAccessibility(browser, "a decision that lacks a tick");
    await shot(browser, "reviews-2-not-ticked", ALL);
    await page.keyboard.press("Escape");
    const tick = page.getByRole("checkbox", { name: SEEN });
    await tick.focus();
    await page.keyboard.press("Space");
    await page.getByRole("group", { name: "Decision" }).getByText(/Confirmed by TikTok/).waitFor();
    assert.ok(await tick.isChecked());
    assert.ok(await tick.evaluate((one) => one === document.activeElement), "the focus stays on what was ticked");
    await page.getByText(/Ines Ferreira ticked: Damage is visible/).waitFor();
    await checkAccessibility(browser, "a case with a tick");
    await shot(browser, "reviews-3-ticked", ALL);
    await page.keyboard.press("a");
    await sheet.getByRole("button", { name: /^Approve/ }).click();
    await done(view.row.id);
  });
});

test("a lead reviews a case, the agent appeals, and the lead explains", async () => {
  await approve(await known());
  const view = await known();
  await approve(view);
  const { id } = view.row;
  await until("it waits to be reviewed, and another", async () => {
    const { waiting } = await lead.get("/api/reviews");
    return waiting.length > 1 && waiting.some(({ row }) => row.id === id);
  });
  await as("lead", "/quality/reviews", async (page, browser) => {
    await page.getByRole("row", { name: /among the first of a new agent/ }).first().waitFor();
    await checkAccessibility(browser, "the page of reviews");
    await shot(browser, "reviews-4-waiting", ALL);
    // Under “Coaching” it stands too, where a check failed.
    const table = page.getByRole("table", { name: "Cases to review" });
    await table.locator(`a[href="/quality/reviews/${id}"]`).click();
    await page.getByRole("heading", { name: /^Review: Arrived damaged/ }).waitFor();
    const save = page.getByRole("button", { name: "Save review" });
    assert.ok(await save.isDisabled(), "nothing is judged yet");
    const give = async (item, points) =>
      await page.getByRole("group", { name: item }).getByText(points, { exact: true }).click();
    // A failed item with a long name leaves the scorecard on the screen.
    const size = page.viewportSize();
    await give("Decision makes sense", "No");
    await page.locator(".judge__score").getByText(/Failed by/).waitFor();
    for (const width of [360, size.width]) {
      await page.setViewportSize({ ...size, width });
      const over = await page.locator(".judge").evaluate((card) => {
        const right = card.getBoundingClientRect().right;
        const all = card.querySelectorAll(".judge__score, .judge__score .chip, .judge__score b, .seg");
        return [...all].filter((one) => one.getBoundingClientRect().right > right).length + (right > innerWidth ? 1 : 0);
      });
      assert.equal(over, 0, `nothing is cut at ${width} px`);
    }
    await page.setViewportSize(size);
    await give("Decision makes sense", "Yes");
    for (const item of ["Fits the buyer’s reason", "Tone", "Next step is clear"]) await give(item, "4");
    await give("Owns the fault", "3");
    const causes = page.getByRole("group", { name: "Root cause" });
    await causes.getByRole("button", { name: "Reply text" }).click();
    await causes.getByRole("button", { name: /Add a root cause/ }).click();
    await causes.locator("input:focus").waitFor();
    await page.keyboard.type("Packing line");
    await page.keyboard.press("Enter");
    await page.getByLabel("Note for Ines").fill("Lovely that you thanked for the photos.");
    const comment = page.getByRole("button", { name: "Comment" }).last();
    await comment.press("Enter");
    await page.locator("textarea:focus").waitFor();
    await page.getByRole("button", { name: "Drop the comment" }).press("Enter");
    await page.locator("button:focus", { hasText: "Comment" }).waitFor();
    await comment.press("Enter");
    await page.locator("textarea:focus").waitFor();
    await page.keyboard.type("Say that we packed it badly.");
    await page.getByText("Draft kept").waitFor();
    await page.reload();
    assert.equal(await page.getByLabel("Note for Ines").inputValue(), "Lovely that you thanked for the photos.");
    await page.getByRole("button", { name: "Packing line", pressed: true }).waitFor();
    assert.equal(await page.getByLabel("Comment on this message").inputValue(), "Say that we packed it badly.");
    assert.equal(await page.locator(".judge__score").innerText(), "92");
    const checks = page.getByRole("region", { name: "Checked by the desk" });
    await checks.getByText("Refund is what the agent saw").click();
    await checks.getByText("Agent saw", { exact: true }).waitFor();
    await checkAccessibility(browser, "a case under review");
    await shot(browser, "reviews-5-case", ALL);
    await save.press("Enter");
    await page.getByText("The review is saved").waitFor();
    await page.getByText(/judged by Marek/).waitFor();
    await page.locator("#quality-h:focus").waitFor();
    // The next case of the list is one press away.
    const { waiting } = await lead.get("/api/reviews");
    await page.getByRole("link", { name: "Next case" }).click();
    await page.waitForURL(`**/quality/reviews/${waiting[0].row.id}`);
    await page.getByRole("button", { name: "Save review" }).waitFor();
  });
  await as("agent", "/quality/mine", async (page, browser) => {
    await page.getByText("Lovely that you thanked for the photos.").waitFor();
    await page.getByText("1 review counts, 92 on average.").waitFor();
    await page.getByRole("table", { name: "How often each check held" }).waitFor();
    await page.getByText("Say that we packed it badly.").waitFor();
    await page.getByRole("navigation", { name: "Main" }).getByText("1 to look at").waitFor();
    await checkAccessibility(browser, "what was said of one's own work");
    await shot(browser, "reviews-6-mine", ALL);
    await page.getByLabel("Your answer").fill("The carrier crushed it.");
    await page.getByRole("button", { name: "Appeal" }).click();
    await page.getByText("Appeal waits for a lead").waitFor();
    // A page that is for leads shows an agent what is theirs.
    await page.goto("/quality/reviews");
    await page.getByRole("heading", { name: "Reviews of your work" }).waitFor();
  });
  await as("lead", "/quality", async (page, browser) => {
    await page.getByRole("navigation", { name: "Main" }).getByText("1 to look at").waitFor();
    await page.getByRole("region", { name: "Worth a look" }).getByRole("link", { name: "1 appeal waits" }).click();
    await page.getByText("The carrier crushed it.").waitFor();
    await page.getByLabel(/Your words for Ines/).fill("The box was ours: see the first photo.");
    await checkAccessibility(browser, "an appeal");
    await shot(browser, "reviews-7-appeal", ALL);
    await page.getByRole("button", { name: "Leave it, and say why" }).press("Enter");
    await page.getByText("The carrier crushed it.").waitFor({ state: "detached" });
    await page.locator("#quality-h:focus").waitFor();
    await page.getByRole("link", { name: "1 appeal waits" }).waitFor({ state: "detached" });
  });
  const [review] = await agent.get("/api/reviews/mine");
  assert.deepEqual([review.standing, review.words.at(-1).text], ["explained", "The box was ours: see the first photo."]);
  // The lead's word waits until the agent has read it.
  await as("agent", "/quality/mine", async (page, browser) => {
    const waits = page.getByRole("navigation", { name: "Main" }).getByText("1 to look at");
    await waits.waitFor();
    await checkAccessibility(browser, "a lead's last word");
    await page.getByRole("button", { name: "I have read it" }).press("Enter");
    await page.getByText(/Ines Ferreira read it/).waitFor();
    await waits.waitFor({ state: "detached" });
    await page.locator("#quality-h:focus").waitFor();
  });
});

test("a review that was taken back shows no score", async () => {
  const view = await known();
  await approve(view);
  const { id } = view.row;
  await until("it can be reviewed", async () => (await lead.get("/api/reviews")).waiting.some(({ row }) => row.id === id));
  const { cards } = await lead.get(`/api/reviews/cases/${id}`);
  const items = Object.fromEntries(cards[0].items.map((item) => [item.id, { points: item.points }]));
  const judgement = { scorecard: cards[0].id, version: cards[0].version, items };
  const review = await lead.ask("PUT", `/api/reviews/cases/${id}`, judgement);
  await agent.post(`/api/reviews/items/${review.id}/answer`, { is_appeal: true, text: "It was not mine." });
  // Of two who end one appeal the second is told, keeps what they wrote, and sees how it stands once they ask.
  await as("lead", "/quality/reviews", async (page, browser) => {
    const words = page.getByLabel(/Your words for/);
    await words.fill("It stays as it is.");
    await lead.post(`/api/reviews/items/${review.id}/verdict`, { verdict: "take_back", text: "" });
    await page.getByRole("button", { name: "Leave it, and say why" }).press("Enter");
    await page.getByRole("alert").getByText(/Marek .*has ended this appeal already/).waitFor();
    assert.equal(await words.inputValue(), "It stays as it is.");
    await checkAccessibility(browser, "an appeal that somebody else has ended, with words that were not sent");
    await page.getByRole("button", { name: "Read how it stands" }).press("Enter");
    await page.getByText("It was not mine.").waitFor({ state: "detached" });
    await page.locator("#quality-h:focus").waitFor();
    await checkAccessibility(browser, "an appeal that somebody else has ended");
  });
  await as("lead", "/quality/reviews", async (page, browser) => {
    const row = page.getByRole("table", { name: "Saved reviews" }).getByRole("row", { name: /Taken back, does not count/ });
    assert.equal(await row.getByRole("cell").last().innerText(), "Taken back, does not count");
    await checkAccessibility(browser, "saved reviews of which one was taken back");
  });
  // Where a fall of somebody’s score leads to.
  await as("lead", "/quality/reviews#coach-h", async (page) => {
    await page.locator("#coach-h:focus").waitFor();
  });
});

test("the next case is one that the reviewer can still judge", async () => {
  const failed = "photos_opened";
  const ids = [];
  for (const who of [agent, agent, lead, lead]) {
    const view = await known();
    await approve(view, who);
    ids.push(view.row.id);
  }
  await until("it is known what failed in them", async () => {
    const { cases } = await lead.get(`/api/quality/cases?weeks=4&failed=${failed}`);
    return ids.every((id) => cases.some(({ row }) => row.id === id));
  });
  const [open, reviewed, , own] = ids;
  const { cards } = await lead.get(`/api/reviews/cases/${reviewed}`);
  const items = Object.fromEntries(cards[0].items.map((item) => [item.id, { points: item.points }]));
  const judgement = { scorecard: cards[0].id, version: cards[0].version, items };
  await lead.ask("PUT", `/api/reviews/cases/${reviewed}`, judgement);
  // One's own work is judged by others: the way on stands there at once, past more of it and what is reviewed.
  await as("lead", `/quality/reviews/${own}?weeks=4&failed=${failed}`, async (page, browser) => {
    const next = page.getByRole("link", { name: "Next case" });
    await next.waitFor();
    await checkAccessibility(browser, "a case that the reviewer cannot judge");
    await next.click();
    await page.waitForURL(`**/quality/reviews/${open}?*`);
    await page.getByRole("button", { name: "Save review" }).waitFor();
  });
});

test("two leads calibrate on a case without seeing each other", async () => {
  const view = await known();
  await approve(view);
  const { id } = view.row;
  // A second one who leads.
  const ada = new Api(desk.url);
  await ada.post("/api/session/link", {
    token: desk.setupUrl.split("#")[1],
    name: "Ada Lind",
    email: "ada@example.com",
    password: "correct horse battery",
  });
  await until("it can be reviewed", async () => (await lead.get("/api/reviews")).waiting.some(({ row }) => row.id === id));
  await as("lead", `/quality/reviews/${id}`, async (page, browser) => {
    await page.getByRole("button", { name: "Calibrate…" }).click();
    const sheet = page.getByRole("dialog", { name: "Calibrate on this case" });
    await sheet.getByRole("checkbox", { name: "Ada Lind" }).check();
    await checkAccessibility(browser, "the sheet of a calibration");
    await sheet.getByRole("button", { name: "Ask them" }).click();
    await page.getByText("0 of 2 have saved").waitFor();
    await checkAccessibility(browser, "a calibration that is hidden");
    const { cards } = await ada.get(`/api/reviews/cases/${id}`);
    await page.locator("#quality-h:focus").waitFor();
    // Who is asked is told, and finds it.
    assert.ok((await ada.get("/api/reviews/count")).count > 0);
    assert.ok((await ada.get("/api/reviews")).waiting.some(({ row }) => row.id === id));
    const judged = (points, causes = []) => ({
      scorecard: cards[0].id,
      version: cards[0].version,
      items: Object.fromEntries(cards[0].items.map((item, place) => [item.id, { points: points[place], causes }])),
      note: "Sympathy alone is not owning it.",
    });
    const { chat } = await ada.get(`/api/cases/${id}`);
    const { id: message } = chat.messages.find(({ speaker }) => speaker === "shop");
    const strict = judged([1, 4, 3, 2, 4]);
    strict.items[cards[0].items[3].id].causes = ["Hurry"];
    strict.comments = [{ message, text: "Say whose fault it was." }];
    await ada.ask("PUT", `/api/reviews/cases/${id}`, strict);
    await lead.ask("PUT", `/api/reviews/cases/${id}`, judged([2, 4, 4, 4, 4]));
    await page.reload();
    await page.getByRole("row", { name: /Owns the fault.*Apart/ }).waitFor();
    await page.getByRole("row", { name: /Decision makes sense.*Apart/ }).waitFor();
    await page.getByRole("row", { name: /Tone.*Close/ }).waitFor();
    await page.getByText("Root causes: Owns the fault (Hurry)").waitFor();
    await page.getByText("Say whose fault it was.").waitFor();
    const close = page.getByRole("button", { name: "Close with agreed scores" });
    assert.ok(await close.isDisabled(), "nothing is agreed where they are not together");
    await page.getByLabel("Agreed on “Decision makes sense”").selectOption("Yes");
    await page.getByLabel("Agreed on “Tone”").selectOption("4");
    await page.getByLabel("Agreed on “Owns the fault”").selectOption("3");
    await page.getByLabel("Agreed wording").fill("4 needs “our fault” in plain words.");
    await page.getByText("Kept on this device until you save.").waitFor();
    // What was typed is there after a reload too.
    await page.reload();
    await until("the wording is there", async () => {
      const text = await page.getByLabel("Agreed wording").inputValue();
      return text === "4 needs “our fault” in plain words.";
    });
    await close.press("Enter");
    await page.getByText(/Closed by Marek/).waitFor();
    await page.locator("#quality-h:focus").waitFor();
    await page.getByRole("img", { name: /Mean distance from the agreed points/ }).waitFor();
    await checkAccessibility(browser, "a calibration");
    await shot(browser, "reviews-8-calibration", ALL);
    // A correction stays on this device too, and does not write over what somebody else has agreed on since.
    const wording = page.getByLabel("Agreed wording");
    await wording.fill("4 names the cause.");
    await page.getByText("Kept on this device until you save.").waitFor();
    await page.reload();
    await until("the correction is there", async () => (await wording.inputValue()) === "4 names the cause.");
    const { sessions } = await ada.get("/api/reviews/calibrations");
    const { closed } = sessions.find(({ row }) => row.id === id);
    const theirs = { closed: closed.at, points: closed.points, wording: "4 says whose fault it was." };
    await ada.post(`/api/reviews/calibrations/${id}/close`, theirs);
    await page.getByRole("button", { name: "Save what was agreed" }).press("Enter");
    await page.getByText("Somebody else has saved meanwhile.").waitFor();
    await page.getByText("Show theirs").click();
    await page.getByRole("listitem").filter({ hasText: theirs.wording }).waitFor();
    await checkAccessibility(browser, "a calibration that two have corrected");
    await page.getByRole("button", { name: "Take theirs" }).press("Enter");
    await page.locator("#wording:focus").waitFor();
    assert.equal(await wording.inputValue(), theirs.wording);
  });
  assert.ok((await agent.get("/api/reviews/mine")).every(({ row }) => row.id !== id), "it counts for nobody");
  await aSecondReview(ada);
});

// Of two leads who review one case the second is told before theirs counts too.
async function aSecondReview(ada) {
  const view = await known();
  await approve(view);
  const { id } = view.row;
  await until("it can be reviewed", async () => (await lead.get("/api/reviews")).waiting.some(({ row }) => row.id === id));
  const { cards } = await ada.get(`/api/reviews/cases/${id}`);
  const items = Object.fromEntries(cards[0].items.map((item) => [item.id, { points: item.points }]));
  const judgement = { scorecard: cards[0].id, version: cards[0].version, items };
  await ada.ask("PUT", `/api/reviews/cases/${id}/draft`, judgement);
  await as("lead", "/quality/reviews", async (page, browser) => {
    const row = page.getByRole("table", { name: "Cases to review" }).getByRole("row", { name: /begun by Ada Lind/ });
    await row.locator(`a[href="/quality/reviews/${id}"]`).click();
    const give = async (item, points) =>
      await page.getByRole("group", { name: item }).getByText(points, { exact: true }).click();
    await give("Decision makes sense", "Yes");
    for (const item of ["Fits the buyer’s reason", "Tone", "Owns the fault", "Next step is clear"]) await give(item, "4");
    await ada.ask("PUT", `/api/reviews/cases/${id}`, judgement);
    await page.getByRole("button", { name: "Save review" }).press("Enter");
    await page.getByText("Ada Lind has saved a review of this case meanwhile.").waitFor();
    await checkAccessibility(browser, "a review beside which another was saved");
    assert.equal((await ada.get(`/api/reviews/cases/${id}`)).others.length, 0, "nothing is saved yet");
    await page.getByRole("button", { name: "Save a second review" }).press("Enter");
    await page.getByText("The review is saved").waitFor();
    assert.equal((await ada.get(`/api/reviews/cases/${id}`)).others.length, 1);
  });
}

test("a lead changes the scorecard and the sampling", async () => {
  await as("lead", "/quality/reviews", async (page, browser) => {
    await page.getByRole("button", { name: "Scorecards…" }).click();
    const cards = page.getByRole("dialog", { name: "Scorecards" });
    await cards.getByRole("button", { name: "Add an item" }).click();
    await cards.getByText("The title of every item must have 1 to 80 characters.").waitFor();
    await cards.getByLabel("Title").last().fill("Photos were named");
    await cards.getByLabel("Scale").last().selectOption("3");
    await checkAccessibility(browser, "the sheet of scorecards");
    await shot(browser, "reviews-9-scorecard", ALL);
    // What was typed outlives the sheet, and an item that goes leaves the focus on the one beside it.
    await page.keyboard.press("Escape");
    await cards.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Scorecards…" }).click();
    await cards.getByText("As you left it. It is not saved yet.").waitFor();
    assert.equal(await cards.getByLabel("Title").last().inputValue(), "Photos were named");
    await cards.getByRole("button", { name: "Add an item" }).click();
    await cards.getByRole("button", { name: "Remove “the new item”" }).press("Enter");
    await cards.locator("input:focus").waitFor();
    assert.equal(await cards.locator("input:focus").inputValue(), "Photos were named");
    // Somebody else saves meanwhile: both are shown, and one is chosen.
    const [before] = await lead.get("/api/reviews/scorecards");
    const theirs = { version: before.version, name: before.name, items: before.items.slice(0, 3) };
    await lead.ask("PUT", `/api/reviews/scorecards/${before.id}`, theirs);
    await cards.getByRole("button", { name: "Save", exact: true }).click();
    await cards.getByText("Somebody else has saved meanwhile.").waitFor();
    await cards.getByText("Show theirs").click();
    assert.equal(await cards.getByRole("listitem").filter({ hasText: /weight \d/ }).count(), 3);
    await checkAccessibility(browser, "a scorecard that two have changed");
    await cards.getByRole("button", { name: "Keep mine" }).click();
    await cards.getByRole("button", { name: "Save", exact: true }).click();
    await cards.waitFor({ state: "detached" });
    const [card] = await lead.get("/api/reviews/scorecards");
    assert.deepEqual([card.version, card.items.at(-1).title, card.items.at(-1).points], [3, "Photos were named", 3]);
    await page.getByRole("button", { name: "Sampling…" }).click();
    const rules = page.getByRole("dialog", { name: "Sampling" });
    await rules.getByLabel("Share of all cases, percent").fill("a tenth");
    await rules.getByRole("button", { name: "Save", exact: true }).click();
    await rules.getByText("The share is not a number that fits.").waitFor();
    await rules.getByLabel("Share of all cases, percent").fill("10");
    await rules.getByLabel("More than, in USD").fill("100.00");
    await rules.getByLabel("Share of Ines Ferreira’s cases, percent").fill("40");
    await page.keyboard.press("Escape");
    await rules.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Sampling…" }).click();
    assert.equal(await rules.getByLabel("More than, in USD").inputValue(), "100.00");
    // Who takes what somebody else has saved is not thrown back to the top.
    const { rules: now } = await lead.get("/api/reviews/rules");
    await lead.ask("PUT", "/api/reviews/rules", { ...now, sampling: { ...now.sampling, share: 30 } });
    await rules.getByRole("button", { name: "Save", exact: true }).click();
    await rules.getByRole("button", { name: "Take theirs" }).press("Enter");
    await rules.locator("#rl-share:focus").waitFor();
    assert.equal(await rules.getByLabel("Share of all cases, percent").inputValue(), "30");
    await rules.getByLabel("Share of all cases, percent").fill("10");
    await rules.getByLabel("More than, in USD").fill("100.00");
    await rules.getByLabel("Share of Ines Ferreira’s cases, percent").fill("40");
    await checkAccessibility(browser, "the sheet of sampling");
    await shot(browser, "reviews-10-sampling", ALL);
    await rules.getByRole("button", { name: "Save", exact: true }).click();
    await rules.waitFor({ state: "detached" });
    const { rules: kept } = await lead.get("/api/reviews/rules");
    assert.deepEqual([kept.sampling.share, kept.sampling.above[0].amount], [10, "100.00"]);
    assert.deepEqual(kept.sampling.of.map(({ share }) => share), [40]);
  });
});
