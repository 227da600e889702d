// The handbook changes: a lead writes, somebody else approves, each agent is shown it once and signs; beside every case
// stands the step for its stage.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, Api, allHere, checkAccessibility, hasFocus, keptHere, openBrowser, practise, shot, startDesk, startSandbox, until, whoIsHere } from "./lib.mjs";

const ALL = Object.keys(SIZES);
const MAIN = "/handbook/refunds-returns-cancellations";
const PAGE = `/api${MAIN.replace("/handbook/", "/handbook/pages/")}`;
const OLD_STEP = "Open the list, least time first";
const TOUCHED = "Touches replies at 1 moment, 3 checks and 1 checkpoint.";

let platform, desk, ada;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "0" } });
  // An admin, so that the lead of the practice shop is not alone.
  ada = new Api(desk.url);
  const token = new URL(desk.setupUrl).hash.slice(1);
  await ada.post("/api/session/link", { token, name: "Ada Berg", email: "ada@example.com", password: "a quiet harbour at noon" });
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

// Signs the browser in, as its own page does.
async function signIn({ page }, path, body) {
  await page.goto("/");
  const status = await page.evaluate(
    async ({ path, body }) => {
      const headers = { "x-amends": "1", "content-type": "application/json" };
      return (await fetch(path, { method: "POST", headers, body: body && JSON.stringify(body) })).status;
    },
    { path, body },
  );
  assert.equal(status, 204);
  await page.goto("/desk/to-decide");
  await page.locator(".row[id]").first().waitFor();
}

const waiting = async ({ page }) => {
  const item = page.getByRole("navigation", { name: "Main" }).getByRole("listitem").filter({ hasText: "Handbook" });
  const count = item.locator(".count");
  return (await count.count()) === 0 ? 0 : Number.parseInt(await count.innerText(), 10);
};

const sign = async ({ page }, version) => {
  await page.getByRole("heading", { name: `Have you read version ${version}?` }).waitFor();
  await page.getByLabel("I have read it and can work by it").check();
  await page.getByRole("button", { name: /^Sign as/ }).click();
  await page.getByText(/^You signed it on/).waitFor();
};

test("a lead changes the handbook, has it approved, and each agent is shown it once and signs", { timeout: 180_000 }, async () => {
  const [lead, agent, admin] = [await openBrowser(desk), await openBrowser(desk), await openBrowser(desk)];
  try {
    await practise(lead);
    await signIn(agent, "/api/session/practice?role=agent");
    await signIn(admin, "/api/session", { email: "ada@example.com", password: "a quiet harbour at noon" });

    // The agent reads and signs what came with the desk.
    await until("the agent sees how much is to be read", async () => (await waiting(agent)) === 4);
    await agent.page.keyboard.press("g");
    await agent.page.keyboard.press("h");
    await agent.page.waitForURL(`**${MAIN}`);
    await agent.page.getByRole("heading", { level: 3, name: OLD_STEP }).waitFor();
    await agent.page.getByText("What changed for you in version 2.0.0").waitFor();
    const history = agent.page.getByRole("row", { name: /21 Oct 2024.*1\.0\.0.*P\.R\./ });
    await history.waitFor();
    assert.equal(await agent.page.getByRole("link", { name: "Change it" }).count(), 0, "agents do not write");
    await checkAccessibility(agent, "a page of the handbook");
    await shot(agent, "handbook-1-page", ALL);
    await sign(agent, "2.0.0");
    await until("one page less", async () => (await waiting(agent)) === 3);
    await agent.page.getByRole("button", { name: "Compare" }).click();
    await agent.page.getByRole("list", { name: "From 1.0.0 to 2.0.0" }).waitFor();
    await checkAccessibility(agent, "the difference between two versions");
    await shot(agent, "handbook-2-difference");
    await agent.page.goto("/desk/to-decide");

    // What the team asks for and says itself: a change touches it.
    const asked = { id: "aloud", text: "The case was named aloud", kinds: [], groups: [], is_needed: false };
    await ada.ask("PUT", "/api/checkpoints", { version: 0, ticks: [asked] });
    const own = { text: "Hi {name}, {amount} is on its way back to you.", note: "", revision: 0 };
    await ada.ask("PUT", "/api/templates/damaged.refunded.en/open", own);

    // The lead writes.
    const { page } = lead;
    await page.goto(MAIN);
    await page.getByRole("link", { name: "Change it" }).click();
    await page.waitForURL(`**${MAIN}/edit`);
    const first = page.getByRole("region", { name: "Step 1", exact: true });
    await first.getByLabel("Text, in Markdown").fill("Start with **To decide**. Say aloud which case you take.");
    const preview = page.getByRole("article", { name: "Preview" });
    await preview.getByText("Say aloud which case you take.").waitFor();
    await page.getByText("Touches 3 checks.").waitFor();
    await first.getByText("No checkpoints").click();
    await first.getByLabel(asked.text).check();
    await first.getByText("No replies").click();
    await first.getByRole("group", { name: /^The replies of these moments/ }).getByLabel("Refunded").check();
    await first.getByRole("group", { name: /^Only for these reasons/ }).getByLabel("Arrived damaged").check();
    await preview.getByText(asked.text).waitFor();
    await page.getByText(TOUCHED).click();
    await page.getByText(/^Saved /).waitFor();
    await checkAccessibility(lead, "the editor");
    await shot(lead, "handbook-3-editor", ALL);

    // Ada writes too: they see each other, and nothing is lost.
    const draft = await ada.post(`${PAGE}/draft`);
    await page.getByText("Ada Berg has this draft open too.").waitFor();
    // What only one of them changed stands in both, and it is said who did it.
    draft.content.purpose = "So that nobody waits.";
    await ada.ask("PUT", `${PAGE}/draft`, { revision: draft.revision, content: draft.content });
    await first.getByLabel("Title").fill("Open the list ");
    await page.getByText("Ada Berg has saved too. It stands here, with your own words.").waitFor();
    await page.getByText("What the page is good for has changed.").waitFor();
    assert.equal(await page.getByLabel("What it is good for").inputValue(), "So that nobody waits.");
    await until("both are saved", async () => {
      const { content } = await ada.post(`${PAGE}/draft/here`);
      return content.purpose === "So that nobody waits." && content.steps[0].title === "Open the list";
    });
    await page.getByRole("button", { name: "Seen" }).click();
    await hasFocus("the field that was typed in", first.getByLabel("Title"));

    // Both change the same, far down the page: it is asked where it is typed, and the rest of both stays.
    const last = page.getByRole("region", { name: "Step 7", exact: true }).getByLabel("Text, in Markdown");
    const other = await ada.post(`${PAGE}/draft`);
    const step = other.content.steps[6];
    const before = step.text;
    step.text = "Of Ada.";
    other.content.purpose = "So that nobody waits long.";
    await last.fill(`${before}\n\nOf Marek.`);
    await ada.ask("PUT", `${PAGE}/draft`, { revision: other.revision, content: other.content });
    const both = page.getByRole("alert", { name: "Two texts" });
    await both.getByText("Of Ada.").waitFor();
    assert.equal(await both.getByText("So that nobody waits long.").count(), 0, "what only Ada changed is not asked");
    const seen = await both.boundingBox();
    assert.ok(seen.y >= 0 && seen.y < page.viewportSize().height / 2, `in sight: ${seen.y}`);
    const shown = await preview.getByRole("region", { name: /^Step 7/ }).boundingBox();
    const frame = await preview.boundingBox();
    assert.ok(shown.y < frame.y + frame.height && shown.y + shown.height > frame.y, "the preview shows the step that is written");
    await checkAccessibility(lead, "two texts");
    await shot(lead, "handbook-4-two-texts");
    await both.getByRole("button", { name: "Save mine" }).click();
    await hasFocus("the field that was typed in", last);
    await page.getByText(/^Saved /).waitFor();
    await until("mine, and what only she changed", async () => {
      const { content } = await ada.post(`${PAGE}/draft/here`);
      return content.purpose === "So that nobody waits long." && content.steps[6].text.includes("Of Marek.");
    });
    await last.fill(before);
    await page.getByLabel("What it is good for").fill("So that nobody waits.");
    await page.getByText(/^Saved /).waitFor();
    await until("as it was", async () => (await ada.post(`${PAGE}/draft/here`)).content.steps[6].text === before);
    const kept = await ada.post(`${PAGE}/draft/here`);
    assert.deepEqual([kept.content.purpose, kept.content.steps[0].title], ["So that nobody waits.", "Open the list"]);

    // Steps by keyboard: the second comes first and goes back.
    await page.getByRole("region", { name: "Step 2", exact: true }).getByLabel("Title").focus();
    await page.keyboard.press("Alt+ArrowUp");
    await until("the steps have changed places", async () => (await first.getByLabel("Title").inputValue()).startsWith("Read the reason"));
    await hasFocus("the step that was moved", first.getByLabel("Title"));
    await page.keyboard.press("Alt+ArrowDown");
    await until("and back", async () => (await first.getByLabel("Title").inputValue()).trim() === "Open the list");
    await page.getByText(/^Saved /).waitFor();

    await page.getByRole("button", { name: "Send for review…" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel("What changes for who works by it?").fill("Say aloud which case you take.");
    await sheet.getByText(TOUCHED).waitFor();
    await checkAccessibility(lead, "sending for review");
    await sheet.getByRole("button", { name: "Send for review" }).click();
    await page.getByText("You sent it. Another lead or an admin approves it.").waitFor();
    await hasFocus("the page", page.getByRole("main"));

    // Ada looks at what it changes, and approves.
    await admin.page.goto(MAIN);
    await admin.page.getByRole("button", { name: "What it changes…" }).click();
    const changes = admin.page.getByRole("dialog");
    await changes.getByRole("list", { name: "From 2.0.0 to draft" }).waitFor();
    await shot(admin, "handbook-5-review");
    await checkAccessibility(admin, "what a draft changes");
    await changes.getByRole("button", { name: "Close" }).click();

    // And which replies and checks it touches, each a way there.
    const review = admin.page.getByRole("region", { name: "Version 2.1.0 waits for approval" });
    await review.getByText(TOUCHED).waitFor();
    await review.getByText("1 reason, 1 reply of your own").click();
    const ways = {
      "Arrived damaged, refunded, English EN, yours": "/replies/damaged.refunded.en",
      "Decided in time": "/quality#check-decided_in_time",
      [asked.text]: "/quality/reviews#checkpoints",
    };
    for (const [name, to] of Object.entries(ways)) {
      assert.equal(await review.getByRole("link", { name }).getAttribute("href"), to);
    }
    await checkAccessibility(admin, "what a draft touches");
    await shot(admin, "handbook-5-touches", ALL);
    await review.getByRole("link", { name: "English EN, yours" }).click();
    await admin.page.waitForURL("**/replies/damaged.refunded.en");
    await admin.page.goBack();
    await review.getByRole("link", { name: asked.text }).click();
    const checkpoints = admin.page.getByRole("dialog", { name: "Checkpoints" });
    await until("the sheet holds it", async () => (await checkpoints.getByLabel("What must be seen").inputValue()) === asked.text);
    await checkpoints.getByRole("button", { name: "Close" }).click();
    await admin.page.goto(MAIN);
    await admin.page.getByRole("button", { name: "Approve version 2.1.0" }).click();
    const line = admin.page.getByRole("row", { name: /2\.1\.0.*Say aloud which case you take.*Ada Berg, written by Marek Nowak/ });
    await line.getByText(TOUCHED).click();
    await line.getByRole("link", { name: "Decided in time" }).waitFor();
    await checkAccessibility(admin, "what each version touched");
    await shot(admin, "handbook-5-history");

    // The agent hears of it at once.
    await agent.page.getByText("The handbook has changed").waitFor();
    const told = agent.page.getByRole("status").filter({ hasText: "The handbook has changed" });
    await told.getByRole("button", { name: "Open" }).waitFor();
    assert.equal(await waiting(agent), 4);

    // A second version follows before the agent has read the first.
    const next = await ada.post(`${PAGE}/draft`);
    next.content.steps[2].text += "\n\nCount to three before you press.";
    const { revision } = await ada.ask("PUT", `${PAGE}/draft`, { revision: next.revision, content: next.content });
    await ada.post(`${PAGE}/draft/review`, { revision, change: "work", description: "Count to three." });
    await page.goto(MAIN);
    await page.getByRole("button", { name: "Approve version 2.2.0" }).click();
    await page.getByRole("row", { name: /2\.2\.0.*Count to three/ }).waitFor();
    await admin.page.goto(MAIN);
    await admin.page.getByRole("heading", { name: "Have you read version 2.2.0?" }).waitFor();

    // The agent is shown all that is new since what they signed, once, and nothing that is as it was.
    await agent.page.goto(MAIN);
    const changed = agent.page.getByRole("note");
    await changed.getByText("What changed for you from version 2.0.0 to 2.2.0").waitFor();
    const news = changed.locator("> ul > li");
    assert.deepEqual(await news.allInnerTexts(), [
      "2.2.0: Count to three.",
      "2.1.0: Say aloud which case you take.",
      "Step 1 “Open the list” has changed.",
      "Step 3 “Decide” has changed.",
    ]);
    await shot(agent, "handbook-6-what-changed", ALL);
    await changed.getByText(/^Touches replies at 7 moments, 9 checks and 1 checkpoint/).click();
    await changed.getByText("1 reason, 1 reply of your own").click();
    await changed.getByRole("link", { name: "Arrived damaged, refunded, English EN, yours" }).waitFor();
    assert.equal(await changed.getByRole("link", { name: "Decided in time" }).getAttribute("href"), "#step-1");
    await checkAccessibility(agent, "what changed and what it touches");
    await shot(agent, "handbook-6-what-it-touches", ALL);
    await sign(agent, "2.2.0");
    await agent.page.reload();
    await agent.page.getByText(/^You signed it on/).waitFor();
    assert.equal(await agent.page.getByRole("note").count(), 0, "once");

    // The lead sees who has signed and who has not.
    await page.goto(MAIN);
    const readers = page.getByRole("complementary", { name: "Reading" }).getByRole("listitem");
    await readers.filter({ hasText: "Ines Ferreira" }).getByText(/\d\d:\d\d/).waitFor();
    await readers.filter({ hasText: "Ada Berg" }).getByText("opened, not signed").waitFor();
    await shot(lead, "handbook-7-readers");
    for (const browser of [lead, agent, admin]) assert.deepEqual(browser.faults, []);
  } finally {
    for (const browser of [lead, agent, admin]) await browser.close();
  }
});

test("beside a case stands the step for its stage, and what it was decided under", { timeout: 90_000 }, async () => {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", reason: "damaged" });
  const row = await until(`the desk knows ${id}`, async () => (await ada.post("/api/cases/search", { text: id })).rows[0]);
  const browser = await openBrowser(desk, { theme: "dark" });
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto(`/desk/to-decide/${row.id}`);
    const facts = page.getByRole("complementary", { name: "Facts of the case" });
    await facts.getByRole("heading", { name: "Handbook" }).waitFor();
    await facts.getByRole("link", { name: "Decide", exact: true }).waitFor();
    await checkAccessibility(browser, "a case with the handbook beside it");
    await shot(browser, "handbook-8-beside", ALL);
    const { version } = (await ada.get("/api/handbook")).pages[0];
    await ada.post(`/api/cases/${row.id}/decision`, { kind: "approve_refund" });
    const under = facts.getByRole("link", { name: new RegExp(`Refunds, returns and cancellations on TikTok Shop, ${version}`) });
    await under.waitFor();
    await under.click();
    await page.getByText(`Version ${version}`).first().waitFor();
    await page.getByRole("heading", { level: 3, name: "Read the reason, then look" }).waitFor();
    await page.getByText(/1 case was decided under version/).waitFor();
    // What a version touched leads to how that check stands.
    await until("the case is checked", async () => (await ada.get("/api/quality")).checks.length > 0);
    await page.locator("tr", { hasText: `${version}` }).getByText(/^Touches /).first().click();
    await page.getByRole("link", { name: "TikTok allowed the decision" }).click();
    const check = page.getByRole("rowheader", { name: "TikTok allowed the decision" });
    await hasFocus("the check", check);
    await checkAccessibility(browser, "a check that the handbook led to");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("nothing in a text runs, and a video is loaded only when somebody asks for it", { timeout: 90_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page, context } = browser;
    const asked = [];
    // No host of the world is reached from here; that one is asked is what counts.
    await context.route(/^https:/, (route) => {
      asked.push(new URL(route.request().url()).host);
      return route.fulfill({ contentType: "text/html", body: "<title>video</title>" });
    });
    page.on("dialog", () => assert.fail("a script ran"));
    await practise(browser);
    await page.goto("/handbook/proof/edit");
    const first = page.getByRole("region", { name: "Step 1", exact: true });
    await first
      .getByLabel("Text, in Markdown")
      .fill("<img src=x onerror=alert(1)> <script>alert(1)</script> ![pixel](https://evil.example/p.png) [run](javascript:alert(1))");
    await first.getByLabel("Video, a link to YouTube or Loom").fill("https://youtu.be/dQw4w9WgXcQ");
    const preview = page.getByRole("article", { name: "Preview" });
    await preview.getByText("<script>alert(1)</script>").waitFor();
    assert.equal(await preview.locator("img, script, iframe").count(), 0);
    assert.equal(await preview.getByRole("link", { name: "run" }).count(), 0);
    assert.equal(await preview.getByRole("link", { name: "pixel" }).getAttribute("rel"), "noopener noreferrer");
    await page.getByText(/^Saved /).waitFor();
    assert.deepEqual(asked, []);
    await preview.getByRole("button", { name: /^Play on YouTube/ }).click();
    await page.frameLocator("iframe").locator("title").waitFor({ state: "attached" });
    assert.deepEqual(asked, ["www.youtube-nocookie.com"]);
    await checkAccessibility(browser, "a page with a video");

    // A link to anywhere else is no video, and cannot be sent for review.
    await first.getByLabel("Video, a link to YouTube or Loom").fill("https://evil.example/v");
    await first.getByText("This does not lead to a video on YouTube or Loom.").waitFor();
    await page.getByText(/^Saved /).waitFor();
    await page.getByRole("button", { name: "Send for review…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: /Step 1, video/ }).click();
    await hasFocus("the field", first.getByLabel("Video, a link to YouTube or Loom"));

    // Back to what it began with; then it is thrown away.
    await page.getByRole("button", { name: "Revisions…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: /^Go back/ }).last().click();
    await preview.getByText("The item is not the one that we sent").waitFor();
    await page.getByText(/^Saved /).waitFor();
    await page.getByRole("button", { name: "Throw away…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Throw away" }).click();
    await page.waitForURL("**/handbook/proof");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("a page is printed with its history, and nothing around it", { timeout: 60_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto(MAIN);
    await page.getByRole("heading", { name: "Revision history" }).waitFor();
    // Until when it is looked at again stands in its head, on paper too.
    await page.getByRole("combobox", { name: "Next look by" }).selectOption({ index: 2 });
    const look = page.locator(".meta").getByText(/^Next look by /);
    await look.waitFor();
    await page.emulateMedia({ media: "print" });
    assert.ok(await look.isVisible());
    await shot(browser, "handbook-9-print");
    assert.ok(await page.getByRole("row", { name: /1\.0\.0/ }).isVisible());
    for (const around of [".rail", ".book > nav", ".side", ".meta .acts"]) {
      assert.equal(await page.locator(around).isVisible(), false, around);
    }
    const { scrolls } = await page.evaluate(() => ({ scrolls: getComputedStyle(document.querySelector(".app")).overflow }));
    assert.equal(scrolls, "visible", "all pages come out, not only what is on screen");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("what is typed without a connection is saved when it is back", { timeout: 90_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page, context } = browser;
    await practise(browser);
    await page.goto("/handbook/deadlines/edit");
    const purpose = page.getByLabel("What it is good for");
    await page.getByText(/^Saved /).waitFor();
    await context.setOffline(true);
    await purpose.fill("Typed in a tunnel.");
    await page.getByText(/^No connection\. Your words are on this device/).waitFor();
    await context.setOffline(false);
    await page.getByText(/^Saved /).waitFor();
    assert.equal((await ada.post("/api/handbook/pages/deadlines/draft/here")).content.purpose, "Typed in a tunnel.");
  } finally {
    await browser.close();
  }
});

test("words that the desk does not take are there again, and dropped by who wrote them alone", { timeout: 120_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    const DRAFT = "/api/handbook/pages/reply-words/draft";
    await practise(browser);
    const me = await whoIsHere(browser);
    await page.goto("/handbook/reply-words/edit");
    const purpose = page.getByLabel("What it is good for");
    const text = page.getByRole("region", { name: "Step 1", exact: true }).getByLabel("Text, in Markdown");
    const both = page.getByRole("alert", { name: "Two texts" });
    const found = page.getByText("Words of before were not saved.");
    const head = page.getByRole("heading", { name: /^Draft after version/ });
    const keepsHere = async (words) =>
      await until("this device has them", async () => (await keptHere(browser, me, "handbook reply-words")).includes(words));
    const writeBoth = async (mine, theirs) => {
      await page.getByText(/^Saved /).waitFor();
      const { content, revision } = await ada.post(DRAFT);
      await purpose.fill(mine);
      await ada.ask("PUT", DRAFT, { revision, content: { ...content, purpose: theirs } });
      await both.getByText(theirs).waitFor();
    };
    const bringBack = async () => {
      await found.waitFor();
      await page.getByRole("button", { name: "Bring them back" }).click();
      await hasFocus("the head", head);
      await found.waitFor({ state: "detached" });
    };

    // What is typed while two texts stand.
    await writeBoth("Mine.", "Of Ada.");
    await purpose.fill("Mine, typed on while both stood.");
    await keepsHere("Mine, typed on while both stood.");
    await page.reload();
    await bringBack();
    assert.equal(await purpose.inputValue(), "Mine, typed on while both stood.");
    await page.getByText(/^Saved /).waitFor();

    // What is given up for theirs, twice: each text is shown, and dropped or taken by itself.
    for (const often of ["once", "twice"]) {
      await writeBoth(`Mine ${often} more.`, `Of Ada ${often} more.`);
      await both.getByRole("button", { name: "Take theirs" }).click();
      await hasFocus("the field that was typed in", purpose);
      assert.equal(await purpose.inputValue(), `Of Ada ${often} more.`);
    }
    const before = page.getByRole("alert", { name: "Words of before" });
    await before.getByText("Text 1 of 2, the one typed last.").waitFor();
    await before.getByText("Mine twice more.").waitFor();
    await before.getByRole("button", { name: "Drop them" }).click();
    await hasFocus("the head", head);
    await before.getByText("Mine once more.").waitFor();
    assert.equal(await before.getByText("Text 1 of").count(), 0);
    await checkAccessibility(browser, "words that can be brought back");
    await shot(browser, "handbook-10-brought-back", ALL);
    await bringBack();
    assert.equal(await purpose.inputValue(), "Mine once more.");
    await page.getByText(/^Saved /).waitFor();

    // What is too long to be saved; what stands in the field when it comes back is not lost either.
    const long = "x".repeat(41_000);
    await text.fill(long);
    await page.getByText("This page is too long to be saved.").waitFor();
    await keepsHere(long);
    await page.reload();
    await found.waitFor();
    assert.notEqual(await text.inputValue(), long);
    await bringBack();
    assert.equal(await text.inputValue(), long);
    await page.getByText("This page is too long to be saved.").waitFor();

    // Thrown away with the draft.
    await page.getByRole("button", { name: "Throw away…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Throw away" }).click();
    await page.waitForURL("**/handbook/reply-words");
    await hasFocus("the page", page.getByRole("main"));
    await page.getByRole("link", { name: "Change it" }).click();
    await page.getByText(/^Saved /).waitFor();
    for (const name of ["handbook reply-words", "found handbook reply-words"]) {
      await until("this device has nothing", async () => (await keptHere(browser, me, name)) === "");
    }
    assert.equal(await found.count(), 0);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("who leaves while a draft is being thrown away works on, and is not offered its words again", { timeout: 90_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/handbook/proof/edit");
    await page.getByText(/^Saved /).waitFor();
    // The desk does not have them: leaving keeps them on this device.
    await page.getByRole("region", { name: "Step 1", exact: true }).getByLabel("Text, in Markdown").fill("x".repeat(41_000));
    await page.getByText("This page is too long to be saved.").waitFor();
    let goOn;
    const waits = new Promise((done) => (goOn = done));
    await page.route(/\/draft\?revision=/, async (route) => {
      await waits;
      await route.continue();
    });
    const asked = page.waitForRequest((request) => request.method() === "DELETE");
    await page.getByRole("button", { name: "Throw away…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Throw away" }).click();
    await asked;
    await page.getByRole("link", { name: "Desk", exact: true }).click();
    await page.locator(".row[id]").first().waitFor();
    goOn();
    await page.getByText("The draft was thrown away").waitFor();
    assert.match(page.url(), /\/desk\//);
    const me = await whoIsHere(browser);
    for (const name of ["handbook proof", "found handbook proof"]) {
      await until("this device has nothing", async () => (await keptHere(browser, me, name)) === "");
    }
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("a step that was removed is brought back at its place, and each revision says what it changed", { timeout: 90_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/handbook/disputes/edit");
    await page.getByText(/^Saved /).waitFor();
    const second = page.getByRole("region", { name: "Step 2", exact: true });
    const title = second.getByLabel("Title");
    const name = await title.inputValue();
    const remove = async () => {
      await second.getByRole("button", { name: "Remove step 2" }).focus();
      await page.keyboard.press("Enter");
      await hasFocus("the way back", page.getByRole("button", { name: "Bring it back" }));
    };
    await remove();
    assert.notEqual(await title.inputValue(), name);
    await page.getByText(`Step 2 “${name}” is removed.`).waitFor();
    await checkAccessibility(browser, "a step that was removed");
    await shot(browser, "handbook-11-removed", ALL);
    await page.keyboard.press("Enter");
    await hasFocus("the step", title);
    assert.equal(await title.inputValue(), name);

    await remove();
    await page.getByText(/^Saved /).waitFor();
    await page.getByRole("button", { name: "Revisions…" }).click();
    const all = page.getByRole("dialog").getByRole("listitem");
    await all.filter({ hasText: `“${name}” is gone.` }).getByText("now", { exact: true }).waitFor();
    await all.filter({ hasText: "The oldest that is kept." }).getByRole("button", { name: /^Go back/ }).click();
    await until("it is as it was", async () => (await title.inputValue()) === name);
    await page.getByText(/^Saved /).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("an agent who follows a link into the editor reads the page", { timeout: 60_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await signIn(browser, "/api/session/practice?role=agent");
    await page.goto("/handbook/proof/edit");
    await page.waitForURL("**/handbook/proof");
    await page.getByRole("heading", { level: 1, name: "Proof that TikTok accepts" }).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("on a phone the open page is in the strip, no word of a table is broken, and a version has the width", { timeout: 60_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const broken = () =>
      [...document.querySelectorAll(".prose :is(th, td)")].flatMap((cell) => {
        const texts = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT);
        const found = [];
        while (texts.nextNode()) {
          const { currentNode: node } = texts;
          for (const { index, 0: word } of node.data.matchAll(/\p{L}+/gu)) {
            const range = new Range();
            range.setStart(node, index);
            range.setEnd(node, index + word.length);
            if (range.getClientRects().length > 1) found.push(word);
          }
        }
        return found;
      });
    await page.goto("/handbook/deadlines");
    await page.getByRole("cell", { name: "Replacement" }).first().waitFor();
    for (const size of ALL) {
      await page.setViewportSize(SIZES[size]);
      assert.deepEqual(await page.evaluate(broken), [], size);
    }
    await page.setViewportSize(SIZES.phone);
    await page.goto("/handbook/proof");
    const here = page.getByRole("navigation", { name: "Handbook" }).locator("[aria-current]");
    await until("the open page is in view", async () => {
      const { x, width } = await here.boundingBox();
      return x >= 0 && x + width <= SIZES.phone.width;
    });
    await page.goto(MAIN);
    const version = page.getByRole("rowheader").last();
    assert.ok((await version.boundingBox()).width > SIZES.phone.width / 2, "what a version says is read in lines");
    await shot(browser, "handbook-12-phone", ["phone"]);
    await checkAccessibility(browser, "the history on a phone");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("who types without a pause loses nothing that was typed a moment ago", { timeout: 60_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const me = await whoIsHere(browser);
    await page.goto("/handbook/partial-refunds/edit");
    await page.getByText(/^Saved /).waitFor();
    const text = page.getByRole("region", { name: "Step 1", exact: true }).getByLabel("Text, in Markdown");
    await text.focus();
    // The desk is told at a rest: there is none, and where this machine makes one nothing comes of it.
    const DRAFT = "**/api/handbook/pages/partial-refunds/draft";
    await page.route(DRAFT, async (route) => await (route.request().method() === "PUT" ? route.abort() : route.fallback()));
    const end = Date.now() + 10_000;
    while (!(await keptHere(browser, me, "handbook partial-refunds")).includes("word word")) {
      assert.ok(Date.now() < end, "nothing is kept while somebody types");
      await page.keyboard.type("word ");
    }
    await page.unroute(DRAFT);
    await page.reload();
    await page.getByRole("button", { name: "Bring them back" }).click();
    assert.match(await text.inputValue(), /word word/);
    await page.getByText(/^Saved /).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("words outlive a session for who wrote them alone, and signing out asks before it drops them", { timeout: 120_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page, context } = browser;
    const words = "Written without a session.";
    const found = page.getByText("Words of before were not saved.");
    const edit = async () => {
      await page.goto("/handbook/deadlines/edit");
      await page.getByText(/^Saved /).waitFor();
    };
    // What was found here is shown before anything that is typed is saved.
    const typeOn = async (agent, text) => {
      const saved = page.waitForResponse((answer) => answer.request().method() === "PUT" && answer.ok());
      await page.getByLabel("What it is good for").fill(text);
      await saved;
      await page.getByText(/^Saved /).waitFor();
      await until("this device has nothing of it", async () => (await keptHere(browser, agent, "handbook deadlines")) === "");
    };
    const signOut = async () => {
      await page.goto("/settings/me");
      await page.getByRole("button", { name: "Sign out", exact: true }).click();
    };
    const isOut = async () => await page.getByRole("button", { name: /practi[cs]e/i }).waitFor();
    await practise(browser);
    const me = await whoIsHere(browser);
    await edit();
    // It ends for what is typed, and not a moment before for the sign that the page is open here.
    await page.route("**/draft/here", (route) => route.abort());
    await context.clearCookies();
    await page.getByLabel("What it is good for").fill(words);
    await page.getByText("Your session has ended.").waitFor();
    await page.unroute("**/draft/here");

    // Somebody else at this device sees nothing of it, and is not asked about it.
    await signIn(browser, "/api/session", { email: "ada@example.com", password: "a quiet harbour at noon" });
    const other = await whoIsHere(browser);
    await edit();
    await typeOn(other, "Of Ada.");
    assert.equal(await found.count(), 0);
    const ofAda = [...(await allHere(browser))].filter(([key]) => key.startsWith(`~${other} `));
    assert.ok(!ofAda.some(([, text]) => text.includes(words)));
    await signOut();
    await isOut();

    await practise(browser);
    await edit();
    await found.waitFor();
    await page.getByRole("alert", { name: "Words of before" }).getByText(words).waitFor();

    const asks = page.getByRole("dialog", { name: "Some words are on this device only" });
    await signOut();
    await asks.waitFor();
    await checkAccessibility(browser, "signing out with words that only this device has");
    await asks.getByRole("button", { name: "Not yet" }).click();
    await edit();
    await found.waitFor();
    await signOut();
    await asks.getByRole("button", { name: "Sign out all the same" }).click();
    await isOut();
    await practise(browser);
    await edit();
    await typeOn(me, "Nothing is left of before.");
    assert.equal(await keptHere(browser, me, "found handbook deadlines"), "");
    assert.equal(await found.count(), 0);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("an older version asks nobody for anything, and a draft can begin with it", { timeout: 90_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto(MAIN);
    await page.getByRole("link", { name: "1.0.0", exact: true }).click();
    const old = page.getByRole("heading", { level: 1, name: /^Processing refunds/ });
    await hasFocus("the heading", old);
    assert.equal(await page.getByRole("main").evaluate((main) => main.scrollTop), 0);
    assert.equal(await page.getByRole("note").count(), 0, "what changed is of the version in force");
    assert.equal(await page.getByRole("heading", { name: "Signed by" }).count(), 0);
    await checkAccessibility(browser, "an older version");
    await page.getByRole("button", { name: "Start a draft from this version" }).click();
    await page.waitForURL(`**${MAIN}/edit`);
    const title = page.getByLabel("Title").first();
    await until("it says what it said", async () => (await title.inputValue()).startsWith("Processing refunds"));

    // Escape closes the sheet, and drops nothing that was typed in it.
    const sheet = page.getByRole("dialog");
    const note = sheet.getByLabel("What changes for who works by it?");
    await page.getByRole("button", { name: "Send for review…" }).click();
    await note.fill("As it was.");
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "detached" });
    await page.getByRole("button", { name: "Send for review…" }).click();
    assert.equal(await note.inputValue(), "As it was.");
    await page.keyboard.press("Escape");

    // What is written stays among the revisions when it begins anew.
    await page.getByLabel("What it is good for").fill("Written meanwhile.");
    await page.getByText(/^Saved /).waitFor();
    await page.goto(`${MAIN}/1`);
    const start = page.getByRole("button", { name: "Start a draft from this version" });
    const startAnyway = page.getByRole("dialog").getByRole("button", { name: "Start from this version" });
    await start.waitFor();
    // What nobody was asked about is asked about again.
    const { content, revision } = await ada.post(`${PAGE}/draft`);
    await ada.put(`${PAGE}/draft`, { revision, content: { ...content, purpose: "Written by Ada meanwhile." } });
    await start.click();
    const refused = page.waitForResponse((answer) => answer.status() === 409);
    await startAnyway.click();
    await refused;
    await startAnyway.click();
    await page.waitForURL(`**${MAIN}/edit`);
    await page.getByRole("button", { name: "Revisions…" }).click();
    await page.getByRole("dialog").getByRole("listitem").filter({ hasText: "The purpose has changed." }).nth(1).waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("button", { name: "Throw away…" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Throw away" }).click();
    await page.waitForURL(`**${MAIN}`);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("who reads a page reads on while another one is published", { timeout: 60_000 }, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    const lead = await desk.api();
    await signIn(browser, "/api/session/practice?role=agent");
    await page.goto("/handbook/inspecting-a-parcel");
    const tick = page.getByLabel("I have read it and can work by it");
    await tick.check();
    const { id } = await ada.post("/api/handbook/pages", { kind: "procedure", title: "Packing" });
    const draft = await ada.post(`/api/handbook/pages/${id}/draft`);
    Object.assign(draft.content.steps[0], { title: "Pack", text: "With care." });
    const { revision } = await ada.ask("PUT", `/api/handbook/pages/${id}/draft`, { revision: draft.revision, content: draft.content });
    await ada.post(`/api/handbook/pages/${id}/draft/review`, { revision, change: "work", description: "New." });
    await lead.post(`/api/handbook/pages/${id}/draft/publish`, { revision });
    await page.getByRole("navigation", { name: "Handbook" }).getByRole("link", { name: /^Packing/ }).waitFor();
    assert.ok(await tick.isChecked());
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});
