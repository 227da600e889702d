// A gap of the map is filled, approved and used on the next case, and the buyer gets those words.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, hasFocus, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

const LIMIT = { timeout: 180_000 };
const ALL = Object.keys(SIZES);
let platform, desk, api, agent;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "0" } });
  api = await desk.api();
  agent = await desk.api("agent");
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

async function known() {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", reason: "damaged" });
  const view = await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    const view = rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
    return view && view.refund && view.greeting_name && view;
  });
  return { id, view };
}

// Approves with words of the agent's own, in place of the built-in ones.
async function rewritten() {
  const { view } = await known();
  const text = `Hi ${view.greeting_name}, sorry that it arrived damaged. Your refund of US$ ${view.refund.total.amount} has been processed.`;
  const reply = { text, language: "en", claim: "refunded", template: "damaged.refunded.en@3", is_edited: true };
  await api.post(`/api/cases/${view.row.id}/decision`, { kind: "approve_refund", reply });
  await until("the buyer knows", async () => (await api.get(`/api/cases/${view.row.id}`)).row.stage === "done");
}

const OWN = "Hi {name|there}, we are sorry that it arrived damaged. Your refund of {amount} has been processed. {if keeps}Keep {covers}, nothing needs to come back.{end}";

test("a gap of the map is filled, approved, used on the next case, and counted", LIMIT, async () => {
  await rewritten();
  await rewritten();
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.getByRole("link", { name: "Replies", exact: true }).click();
    const first = page.getByRole("link", { name: "Write Arrived damaged, refunded, English" });
    await first.waitFor();
    await page.getByText("sent 2 times, 2 rewritten").waitFor();
    // How many buyers ask stands beside how many were told, from the first day on.
    const asked = await page.getByRole("row", { name: /^Arrived damaged/ }).getByRole("cell").first().innerText();
    assert.ok(Number(asked) >= 2, asked);
    await checkAccessibility(browser, "the map of replies");
    await shot(browser, "replies-1-map", ALL);

    await first.click();
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("the built-in words are there", async () => (await text.inputValue()).includes("{amount}"));
    // What agents wrote instead stands beside it, each with its case.
    const instead = page.locator("section").filter({ has: page.getByRole("heading", { name: "What agents sent instead" }) });
    await instead.getByText(/sorry that it arrived damaged\. Your refund of US\$/).nth(1).waitFor();
    assert.equal(await instead.getByRole("link", { name: /^The case of / }).count(), 2);
    await text.fill("{name|}");
    await page.getByRole("listitem").filter({ hasText: "Where no name is known, the reply is empty." }).waitFor();
    assert.equal(await page.getByRole("button", { name: "Ask for approval" }).isEnabled().catch(() => false), false);
    await text.fill("Hi {nmae}, sorry.");
    await page.getByRole("listitem").filter({ hasText: "“{nmae}” is not known." }).waitFor();
    await page.getByText("Not saved: mend what is marked below").waitFor();
    await text.fill(OWN);
    await page.getByRole("textbox", { name: "What is new, and why" }).fill("Shorter, and says what stays");
    await page.getByText(/^7 pass/).waitFor();
    await page.getByRole("listitem").filter({ hasText: "Names no amount but TikTok’s" }).waitFor();
    await page.getByRole("region", { name: "As the buyer sees it" }).getByText("Keep “Pour-over set”, nothing needs to come back.").waitFor();
    await checkAccessibility(browser, "a reply being written");
    await shot(browser, "replies-2-editor", ALL);
    await page.getByRole("button", { name: "Ask for approval" }).click();
    // What waits is not typed in by accident.
    await page.getByRole("button", { name: "Change it" }).waitFor();
    const waits = page.getByRole("navigation", { name: "Main" }).getByRole("listitem").filter({ has: page.getByRole("link", { name: "Replies", exact: true }) });
    await waits.getByText("1 waiting").waitFor();
    assert.equal(await text.evaluate((area) => area.readOnly), true);
    // Nobody else leads here; else somebody else would have to read it.
    await page.getByRole("button", { name: "Approve my own" }).click();
    await page.getByText("Replies start from it now.").waitFor();
    await waits.getByText("1 waiting").waitFor({ state: "detached" });
    const { versions } = await api.get("/api/templates/damaged.refunded.en");
    assert.deepEqual([versions[0].text, versions[0].state], [OWN, "in_use"]);

    // The next case starts from it.
    const { id, view } = await known();
    await page.goto(`/desk/to-decide/${view.row.id}`);
    const reply = page.locator("textarea#reply");
    const name = view.greeting_name;
    await until("the composer starts from it", async () =>
      (await reply.inputValue()).startsWith(`Hi ${name}, we are sorry that it arrived damaged. Your refund of US$`),
    );
    await page.keyboard.press("v");
    await page.keyboard.press("Escape");
    await page.keyboard.press("a");
    await page.getByRole("dialog", { name: "Decision" }).waitFor();
    await page.keyboard.press("Control+Enter");
    const sent = await until("the buyer has it", async () => (await platform.ledgerOf(id)).messages[0]);
    assert.match(sent.content, /we are sorry that it arrived damaged.*nothing needs to come back\./);
    const done = await until("it is done", async () => {
      const now = await api.get(`/api/cases/${view.row.id}`);
      return now.row.stage === "done" && now;
    });
    assert.equal(done.intents.find(({ what }) => what.reply).what.reply.template, "damaged.refunded.en@v1");
    const failed = done.checks.filter(({ state, step }) => state === "failed" && /tell/i.test(step)).map((one) => one.text);
    assert.deepEqual(failed, []);

    // The case shows under which words it was told.
    await page.goto(`/desk/done/${view.row.id}`);
    await page.getByRole("link", { name: "Reply: Arrived damaged, refunded, v1" }).click();
    await page.waitForURL("**/replies/damaged.refunded.en");
    await page.getByText("sent 1 time").waitFor();
    await page.getByRole("button", { name: "Compare with the built-in text" }).click();
    await page.locator("ins").first().waitFor();
    await checkAccessibility(browser, "the versions of a reply");
    await shot(browser, "replies-3-versions", ALL);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("two who write the same reply see each other and lose nothing", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/replies/damaged.rejected.en");
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("it is there", async () => (await text.inputValue()).length > 40);
    await agent.post("/api/templates/damaged.rejected.en/here", {});
    await page.getByText(/has this reply open too/).waitFor();
    const theirs = "Hi {name|there}, we have looked closely, and cannot agree this time. Answer here, we read it.";
    await agent.put("/api/templates/damaged.rejected.en/open", { text: theirs, note: "", revision: 0 });
    const ours = "Hello {name|there}, we looked at your photos, and cannot agree this time. Answer in this chat.";
    await text.fill(ours);
    await page.getByText(/saved this page/).waitFor();
    assert.equal(await text.inputValue(), ours);
    await page.getByText(theirs).waitFor();
    await page.getByRole("button", { name: "Save mine" }).click();
    await until("ours is kept", async () => (await agent.get("/api/templates/damaged.rejected.en")).versions[0].text === ours);
    const earlier = page.getByRole("listitem").filter({ hasText: theirs });
    await earlier.getByRole("button", { name: "Bring back" }).click();
    await until("theirs is back", async () => (await agent.get("/api/templates/damaged.rejected.en")).versions[0].text === theirs);
  } finally {
    await browser.close();
  }
});

test("what was given up for other words can be brought back, each text of it", LIMIT, async () => {
  const at = "/api/templates/not_received.refunded.en";
  const words = (more) => `Hi {name|there}, we are sorry. Your refund of {amount} has been processed. ${more}`;
  const step = ({ number, revision }, step) => api.post(`${at}/step`, { number, revision, step });
  const { versions: [first] } = await api.put(`${at}/open`, { text: words("Write to us here."), note: "", revision: 0 });
  await step(first, "ask_approval");
  await step(first, "approve");
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/replies/not_received.refunded.en");
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("it is there", async () => (await text.inputValue()) === words("Write to us here."));
    const row = (words) => page.getByRole("listitem").filter({ hasText: words });
    // Half a word in braces is no template: it is never saved.
    const giveUp = async (mine, theirs, revision) => {
      await text.fill(mine);
      await page.getByText("Not saved: mend what is marked below").waitFor();
      await agent.put(`${at}/open`, { text: theirs, note: "", revision });
      await page.getByRole("button", { name: "Take theirs" }).click();
      await until("theirs stands there", async () => (await text.inputValue()) === theirs);
      await row(mine).waitFor();
    };
    await giveUp("Hello {nam, mine", words("Of the agent."), 0);
    // Other words in place of theirs: mine are still there.
    await page.getByRole("button", { name: "Bring back the built-in text" }).click();
    await row("Hello {nam, mine").waitFor();
    const { revision } = await until("it is written", async () => {
      const { versions, built_in } = await api.get(at);
      return versions[0].text === built_in && versions[0];
    });
    await giveUp("Once more {nam, mine", words("Of the agent again."), revision);
    await page.getByRole("link", { name: "Desk", exact: true }).click();
    await page.locator(".row[id]").first().waitFor();
    await page.goBack();
    await row("Once more {nam, mine").waitFor();
    await row("Hello {nam, mine").getByRole("button", { name: "Bring back" }).click();
    assert.equal(await text.inputValue(), "Hello {nam, mine");
    await row("Once more {nam, mine").waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("a cancellation is told of a cancellation by words that began with what ships", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/replies/changed_mind.refunded.en");
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("it is there", async () => (await text.inputValue()).includes("{if cancellation"));
    await text.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" Have a good day.");
    await page.getByText(/^7 pass/).waitFor();
    const seen = page.getByRole("region", { name: "As the buyer sees it" });
    await seen.getByText("Nothing needs to come back.").waitFor();
    await page.getByRole("combobox", { name: "Case to try it on" }).selectOption({ label: "Made up: Dana, cancellation, US$ 34.18" });
    await seen.getByText("is cancelled, and your refund of").waitFor();
    assert.equal(await seen.getByText("Nothing needs to come back.").count(), 0);
    // Beside the text or right under it, whoever types sees what comes of it.
    const box = (of) => of.boundingBox();
    for (const [width, height] of [[1440, 900], [1024, 768], [768, 1024], [390, 844]]) {
      await page.setViewportSize({ width, height });
      const [typed, bubble, insert] = await Promise.all([text, seen.locator(".bubble"), page.getByRole("group", { name: "Insert" })].map(box));
      const under = bubble.y - typed.y - typed.height;
      assert.ok(width > 700 ? bubble.x >= typed.x + typed.width && under < 0 : under < 160 && insert.y > bubble.y, `${width}: ${under}`);
    }
    await page.setViewportSize({ width: 1440, height: 900 });
    // What is put in at the cursor is typed on behind.
    await text.fill("Hi ");
    await page.getByRole("button", { name: "Buyer’s name" }).click();
    await page.keyboard.type(", done.");
    assert.equal(await text.inputValue(), "Hi {name|there}, done.");
    // And is undone like what is typed.
    await text.fill("Hi ");
    await page.getByRole("button", { name: "Only if they keep it" }).click();
    assert.match(await text.inputValue(), /\{if keeps\}/);
    await page.keyboard.press("Control+z");
    await until("it is undone", async () => !(await text.inputValue()).includes("{if keeps}"));
  } finally {
    await browser.close();
  }
});

test("one who wrote hears why it is sent back, and an older version comes back", LIMIT, async () => {
  const at = "/api/templates/late.refunded.en";
  const words = (more) => `Hi {name|there}, we are sorry that it came late. Your refund of {amount} has been processed. ${more}`;
  const write = async (text) => (await api.put(`${at}/open`, { text, note: "", revision: 0 })).versions[0];
  const step = ({ number, revision }, what) => api.post(`${at}/step`, { number, revision, step: what });
  const first = await write(words("Write to us here."));
  await step(first, "ask_approval");
  await step(first, "approve");
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/replies/late.refunded.en");
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("it is there", async () => (await text.inputValue()) === words("Write to us here."));
    const second = await write(words("It will not happen again."));
    await step(second, "ask_approval");
    await step(second, { send_back: "Promise nothing." });
    await page.getByText("Promise nothing.").waitFor();
    await text.fill(words("Answer here, we read it."));
    await page.getByText(/^Saved /).waitFor();
    await page.getByRole("button", { name: "Ask for approval" }).click();
    await page.getByText("Promise nothing.").waitFor({ state: "detached" });
    await hasFocus("the text", text);
    await page.getByRole("button", { name: "Approve my own" }).click();
    await page.getByRole("button", { name: "Bring back v1" }).click();
    assert.equal(await text.inputValue(), words("Write to us here."));
    await until("it is written", async () => (await api.get(at)).versions[0].text === words("Write to us here."));
    const { versions } = await api.get(at);
    assert.deepEqual(versions.map(({ state }) => state), ["writing", "in_use", "replaced"]);

    // A shop without words of its own starts from those of every shop.
    const shop = page.getByRole("combobox", { name: "For which shop" });
    await shop.selectOption({ index: 1 });
    await page.waitForURL(/late\.refunded\.en\..+/);
    await page.getByRole("listitem").filter({ hasText: "Every shop’s text, v2" }).getByText("In use").waitFor();
    assert.equal(await text.inputValue(), words("Answer here, we read it."));
    await hasFocus("the choice", shop);
    await checkAccessibility(browser, "the reply of one shop");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("a note before a word of the text is there again, and makes no version", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.getByRole("link", { name: "Replies", exact: true }).click();
    await page.getByRole("link", { name: /^Changed their mind, rejected, English/ }).click();
    const note = page.getByRole("textbox", { name: "What is new, and why" });
    await note.fill("Say what we looked at");
    await page.getByRole("link", { name: "Desk", exact: true }).click();
    await page.locator(".row[id]").first().waitFor();
    await page.goBack();
    await until("the note is back", async () => (await note.inputValue()) === "Say what we looked at");
    assert.deepEqual((await api.get("/api/templates/changed_mind.rejected.en")).versions, []);
  } finally {
    await browser.close();
  }
});

test("a note before a word of the text outlives the version that somebody else begins", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const [text, note] = ["Text of the reply", "What is new, and why"].map((name) => page.getByRole("textbox", { name }));
    const mine = "Say what we looked at";
    const begun = async (place, theirs) => {
      await page.goto(`/replies/${place}`);
      await until("it is there", async () => (await text.inputValue()).length > 40);
      await note.fill(mine);
      await agent.put(`/api/templates/${place}/open`, { text: "Hi {name|there}, of the agent.", note: theirs, revision: 0 });
      await until("theirs is there", async () => (await text.inputValue()) === "Hi {name|there}, of the agent.");
    };
    const written = (place) =>
      until("the note is written", async () => (await api.get(`/api/templates/${place}`)).versions[0].note === mine);

    // It writes over nothing.
    await begun("late.approved.en", "");
    assert.equal(await note.inputValue(), mine);
    await written("late.approved.en");
    // Theirs stands; mine can be brought back.
    await begun("late.rejected.en", "Shorter");
    assert.equal(await note.inputValue(), "Shorter");
    await page.getByRole("listitem").filter({ hasText: mine }).getByRole("button", { name: "Bring back" }).click();
    assert.equal(await note.inputValue(), mine);
    await written("late.rejected.en");
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("who does not read the language reads the reply in English: the browser's own, where it translates, of this very text", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/replies/damaged.approved.th");
    await page.getByRole("heading", { name: "The English reply" }).waitFor();
    // The browser's own part is the only thing that is put on here: this build of it has none.
    await page.addInitScript(() => {
      window.Translator = {
        availability: async ({ sourceLanguage, targetLanguage }) => (`${sourceLanguage} ${targetLanguage}` === "th en" ? "downloadable" : "unavailable"),
        create: async () => ({ translate: async (text) => `In other words: ${text}` }),
      };
    });
    await page.reload();
    await page.getByText("The text stays on this device.").waitFor();
    await page.getByRole("button", { name: "Translate this text here" }).click();
    const card = page.locator("section").filter({ has: page.getByRole("heading", { name: "In English" }) });
    await card.getByText(/^In other words: /).waitFor();
    await page.getByRole("textbox", { name: "Text of the reply" }).fill("สวัสดีค่ะ {name|คุณลูกค้า}");
    await card.getByText("In other words: สวัสดีค่ะ ณิชา", { exact: true }).waitFor();
    await checkAccessibility(browser, "a reply in English");
    await shot(browser, "replies-4-english", ALL);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("what could not be saved is there again when the page is opened again", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.getByRole("link", { name: "Replies", exact: true }).click();
    await page.getByRole("link", { name: /^Changed their mind, approved, English/ }).click();
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("it is there", async () => (await text.inputValue()).length > 40);
    await text.fill("Hi {name, half a sentence");
    await page.getByText("Not saved: mend what is marked below").waitFor();
    await page.getByRole("link", { name: "Desk", exact: true }).click();
    await page.locator(".row[id]").first().waitFor();
    await page.goBack();
    await until("the words are back", async () => (await text.inputValue()) === "Hi {name, half a sentence");
    // They are on this device, and outlive a page that could not even be read.
    await page.route("**/api/templates/changed_mind.approved.en", (route) => route.abort());
    await page.reload();
    // On the page: the bar above may say by then that the desk is away.
    await page.locator("#main").getByRole("button", { name: "Try again" }).waitFor();
    await page.unroute("**/api/templates/changed_mind.approved.en");
    await page.reload();
    await until("the words are back once more", async () => (await text.inputValue()) === "Hi {name, half a sentence");
  } finally {
    await browser.close();
  }
});

test("a line that a lead saved is put into a reply at the cursor, filled in", LIMIT, async () => {
  const lead = await openBrowser(desk);
  try {
    const { page } = lead;
    await practise(lead);
    await page.goto("/replies");
    await page.getByRole("button", { name: "Saved lines…" }).click();
    const sheet = page.getByRole("dialog", { name: "Saved lines" });
    await sheet.getByRole("button", { name: "Add a line" }).click();
    await sheet.getByLabel("Name").fill("Thanks for the photos");
    await sheet.getByLabel("Text").fill("Thank you for the photos, {nobody}.");
    await sheet.getByText(/may hold only variables that the desk knows/).waitFor();
    await sheet.getByLabel("Text").fill("Thank you for the photos, {name|there}.");
    await checkAccessibility(lead, "the sheet of saved lines");
    await shot(lead, "replies-lines");
    // What is typed is not closed away, and what another lead saved meanwhile stands beside it.
    await page.keyboard.press("Escape");
    await sheet.getByText("What you typed is not saved.").waitFor();
    await sheet.getByLabel("Name").fill("Thanks for the pictures");
    await sheet.getByText("What you typed is not saved.").waitFor({ state: "detached" });
    await sheet.getByLabel("Name").fill("Thanks for the photos");
    const theirs = { id: "theirs", name: "One moment", text: "One moment, we look.", language: null };
    await api.put("/api/templates/lines", { version: 0, lines: [theirs] });
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.getByText(/Another lead saved lines meanwhile/).waitFor();
    assert.deepEqual(await sheet.getByLabel("Name").evaluateAll((all) => all.map(({ value }) => value)), ["Thanks for the photos", "One moment"]);
    await checkAccessibility(lead, "the saved lines of two leads");
    await sheet.getByRole("button", { name: "Save" }).click();
    await sheet.waitFor({ state: "detached" });
    await page.goto("/desk/to-decide");
    await page.locator(".row[id]").first().click();
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    const reply = page.locator("textarea#reply");
    await until("the reply is there", async () => (await reply.inputValue()).length > 80);
    const before = await reply.inputValue();
    await reply.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" ");
    await page.keyboard.press("/");
    const find = page.getByRole("combobox", { name: "Find a saved line" });
    await find.pressSequentially("photos");
    await page.getByRole("option", { name: /Thanks for the photos/ }).waitFor();
    await checkAccessibility(lead, "the saved lines over a reply");
    await shot(lead, "case-lines");
    await page.keyboard.press("Enter");
    const after = await reply.inputValue();
    assert.ok(after.startsWith(`${before} Thank you for the photos, `), after);
    assert.ok(!after.includes("{"), after);
    // It is undone like what is typed.
    await page.keyboard.press("Control+z");
    await until("the line is gone", async () => (await reply.inputValue()).length < after.length);
    // The sign itself is one press more.
    await page.keyboard.type(" ");
    await page.keyboard.press("/");
    await find.waitFor();
    await page.keyboard.press("/");
    assert.ok((await reply.inputValue()).endsWith(" /"));
    // A phone has no such key at hand.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole("button", { name: /^Line/ }).click();
    await find.waitFor();
  } finally {
    await lead.close();
  }
});

test("who types a reply without a rest has it on this device", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/replies/changed_mind.refunded.en");
    const text = page.getByRole("textbox", { name: "Text of the reply" });
    await until("it is there", async () => (await text.inputValue()).length > 40);
    const isKept = async () =>
      await page.evaluate(async () => {
        const settled = (request) => new Promise((done, fail) => Object.assign(request, { onsuccess: () => done(request.result), onerror: fail }));
        const database = await settled(indexedDB.open("amends"));
        const all = await settled(database.transaction("kept").objectStore("kept").getAll());
        database.close();
        return all.some((text) => text.includes("word word"));
      });
    await text.focus();
    const end = Date.now() + 10_000;
    while (!(await isKept())) {
      assert.ok(Date.now() < end, "nothing is kept while somebody types");
      await page.keyboard.type("word ");
    }
    await page.reload();
    await until("it is there again", async () => (await text.inputValue()).includes("word word"));
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});
