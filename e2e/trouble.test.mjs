// What goes wrong around a case is said in words with something to do, and nothing that was typed is lost.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openBrowser, openedCase, practise, startDesk, startSandbox, until } from "./lib.mjs";

const LIMIT = { timeout: 90_000 };
let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ activity: false, refund_delay_s: 1 });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "1" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

// A request of a buyer, open before an agent.
const opened = (work, more) => openedCase({ desk, platform, api }, { shop: "US", kind: "REFUND" }, work, more);

test("a note that could not be kept is still there, also after the page was loaded again", LIMIT, async () => {
  await opened(async (page, { come }) => {
    const note = page.getByRole("textbox", { name: "Note" });
    await page.keyboard.press("n");
    await note.fill("Ask the packers about the corner.");
    await desk.kill();
    await page.keyboard.press("Control+Enter");
    await page.getByText("Your words are still here.").waitFor();
    assert.equal(await note.inputValue(), "Ask the packers about the corner.");
    await desk.start();
    await come();
    await page.keyboard.press("n");
    await until("the words are back", async () => (await note.inputValue()) === "Ask the packers about the corner.");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("list", { name: "Newest note" }).getByText("Ask the packers about the corner.").waitFor();
    await page.keyboard.press("n");
    await note.waitFor();
    assert.equal(await note.inputValue(), "", "what is kept is not there to be kept again");
  });
});

test("a comment for TikTok that was being typed outlives the page", LIMIT, async () => {
  await opened(async (page, { case: id, come }) => {
    const comment = page.getByRole("textbox", { name: "Comment for TikTok" });
    await page.keyboard.press("x");
    await comment.fill("The parcel left us whole.");
    await until("the desk has it", async () => (await api.get(`/api/cases/${id}`)).draft?.comment === "The parcel left us whole.");
    await come();
    await page.keyboard.press("x");
    await until("the words are back", async () => (await comment.inputValue()) === "The parcel left us whole.");
  });
});

test("reply texts that do not load say so, and come when asked again", LIMIT, async () => {
  const before = (page) => page.route(/\/api\/templates$/, (route) => route.abort());
  await opened(
    async (page) => {
      await page.getByText("The reply texts did not load.").waitFor();
      await page.unroute(/\/api\/templates$/);
      await page.getByRole("button", { name: "Try again" }).click();
      const reply = page.locator("textarea#reply");
      await until("the reply is there", async () => (await reply.inputValue()).length > 80);
    },
    { before },
  );
});

test("a file that is no picture is refused in words, and the sheet stays", LIMIT, async () => {
  await opened(async (page) => {
    await page.keyboard.press("x");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    const file = sheet.getByLabel("Add a photo as proof");
    await file.setInputFiles({ name: "bill.pdf", mimeType: "application/pdf", buffer: Buffer.from("%PDF-1.4") });
    await sheet.getByText("TikTok does not take this kind of file.").waitFor();
    await file.setInputFiles({ name: "huge.jpg", mimeType: "image/jpeg", buffer: Buffer.alloc(11 * 1024 * 1024, 255) });
    await sheet.getByText("This file is too large.").waitFor();
  });
});

test("a consent that was refused says so", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    await practise(browser);
    await browser.page.goto("/settings/shops?failed=refused");
    await browser.page.getByText("The consent was refused.").waitFor();
  } finally {
    await browser.close();
  }
});

test("a buyer can be asked something before the decision, which goes on as before", LIMIT, async () => {
  await opened(async (page, { id, case: own }) => {
    await page.getByText("now, a question").click();
    await page.getByRole("button", { name: "Fill in a question" }).click();
    const reply = page.locator("textarea#reply");
    await until("the question is there", async () => (await reply.inputValue()).includes("Before we decide, could you"));
    await page.getByRole("button", { name: /^Send/ }).click();
    await until("it is at the buyer's", async () => (await platform.ledgerOf(id)).messages.length === 1);
    const [{ content }] = (await platform.ledgerOf(id)).messages;
    assert.match(content, /Before we decide/);
    await page.locator(".case__head").getByText(/^Asked today/).waitFor();
    await page.locator(`#row-${own}`).getByText("Asked").waitFor({ state: "attached" });
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    await page.keyboard.press("a");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByText(/^Hi /).waitFor();
    await page.keyboard.press("Control+Enter");
    await until("both are told", async () => (await platform.ledgerOf(id)).messages.length === 2);
    const view = await api.get(`/api/cases/${own}`);
    const templates = view.intents.map(({ what }) => what.reply?.template).filter(Boolean);
    assert.ok(templates.some((one) => one.includes(".more_information.")), templates.join());
  });
});
