// What an agent must be able to press can be pressed, at every size; and what is typed decides nothing.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, openBrowser, practise, startDesk, startRelay, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 3_600, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "1" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

async function opened(wish, size, work, at = desk) {
  const { id } = await platform.open({ shop: "US", ...wish });
  const view = await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
  });
  const browser = await openBrowser(at, { size });
  try {
    await practise(browser);
    await browser.page.goto(`/desk/to-decide/${view.row.id}`);
    await browser.page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor({ state: "attached" });
    await work(browser.page, view, id);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
}

// Names of the buttons whose middle is somewhere else or behind something: Playwright would scroll to it, a person cannot.
const covered = (all) =>
  all
    .filter((one) => one.checkVisibility())
    .filter((one) => {
      const { x, y, width, height } = one.getBoundingClientRect();
      return !one.contains(document.elementFromPoint(x + width / 2, y + height / 2));
    })
    .map((one) => one.textContent);

const hidden = async (page, selector) => await page.locator(selector).evaluateAll(covered);

// From now on in each frame: what stands there in passing is pressed too. Answers what was out of reach.
async function watch(page, selector) {
  const each = (covered, selector) => {
    const names = (window.unreached = new Set());
    const look = () => {
      for (const name of covered([...document.querySelectorAll(selector)])) names.add(name);
      requestAnimationFrame(look);
    };
    look();
  };
  await page.evaluate(`(${each})(${covered}, ${JSON.stringify(selector)})`);
  return async () => await page.evaluate(() => [...window.unreached]);
}

for (const size of Object.keys(SIZES)) {
  test(`all answers to a return, and what stops its reply, are within reach: ${size}`, { timeout: 120_000 }, async () => {
    await opened({ kind: "RETURN_AND_REFUND" }, size, async (page) => {
      const answers = page.getByText("Other answers");
      await answers.click();
      assert.deepEqual(await hidden(page, ".decide button, .decide summary"), []);
      await page.keyboard.press("Escape");
      await page.getByRole("button", { name: "Refund at once" }).waitFor({ state: "hidden" });
      await page.getByRole("heading", { level: 1 }).waitFor();
      await answers.click();
      await page.getByRole("button", { name: "Refund at once" }).click();
      const sheet = page.getByRole("dialog", { name: "Decision" });
      const unreached = await watch(page, ".hold button, .settled button");
      // While TikTok does not show it yet, what was done stands above what could still be done.
      await platform.fault({ path: "/search", kind: "status", status: 503, times: 100_000 });
      await sheet.getByRole("button", { name: /^Refund at once/ }).click();
      await page.getByText("Sending to TikTok").waitFor();
      await platform.heal();
      await page.getByRole("button", { name: "Stop the reply" }).waitFor();
      assert.deepEqual(await hidden(page, ".settled button"), []);
      await page.getByText("Approved, refund not confirmed yet").waitFor();
      assert.deepEqual(await unreached(), []);
    });
  });
}

test("what is typed into a note decides nothing, and a line that was sent is not there to be sent again", async () => {
  await opened({ kind: "REFUND" }, "desktop", async (page, view, id) => {
    await page.keyboard.press("n");
    await page.getByRole("textbox", { name: "Note" }).waitFor();
    await page.keyboard.type("Fine, approve");
    await page.keyboard.press("Control+Enter");
    await page.getByRole("list", { name: "Newest note" }).getByText("Fine, approve").waitFor();
    assert.deepEqual((await api.get(`/api/cases/${view.row.id}`)).intents, []);

    await platform.act(id, "seller_center_reject");
    await page.getByText("Reply owed: rejected").waitFor();
    const reply = page.getByRole("textbox", { name: "Reply" }).and(page.locator("textarea"));
    await page.getByRole("button", { name: /^Send/ }).click();
    await page.getByText("Reply owed: rejected").waitFor({ state: "detached" });
    await reply.fill("Thank you, and have a good day.");
    await page.getByRole("button", { name: /^Send/ }).click();
    await until("it is at the buyer's", async () => (await platform.ledgerOf(id)).messages.length === 2);
    await until("nothing is left to send", async () => (await reply.inputValue()) === "");
  });
});

test("a reply that waits stays in sight of a later line, and gives its words back when it is stopped", async () => {
  await opened({ kind: "REFUND" }, "desktop", async (page, view, id) => {
    const read = async () => await api.get(`/api/cases/${view.row.id}`);
    await platform.act(id, "message", { text: "It came in pieces." });
    const talk = page.getByRole("list", { name: "Conversation" });
    await talk.getByText("It came in pieces.").waitFor();
    await page.keyboard.press("a");
    await page.getByRole("dialog", { name: "Decision" }).waitFor();
    await page.keyboard.press("Control+Enter");
    const stop = page.getByRole("button", { name: "Stop the reply" });
    await stop.waitFor();

    const reply = page.getByRole("textbox", { name: "Reply" }).and(page.locator("textarea"));
    await reply.fill("One more thing: you can keep the box.");
    await page.keyboard.press("Control+Enter");
    await until("it is at the buyer's", async () => (await platform.ledgerOf(id)).messages.length === 1);
    await talk.getByText("One more thing").waitFor();
    await page.getByText("Held, not sent yet").waitFor({ state: "detached" });
    await stop.waitFor();
    await page.locator("[data-held]").getByText("Goes out when refunded. Not sent yet.").waitFor();
    await page.locator(".lease").getByText(/^Decided by you/).waitFor();
    const lines = await talk.getByRole("listitem").allInnerTexts();
    const places = [/It came in pieces/, /TikTok took it/, /One more thing/].map((words) => lines.findIndex((line) => words.test(line)));
    assert.deepEqual(places, [0, 1, 2].map((more) => places[0] + more), lines.join("\n"));

    const { text } = (await read()).intents.find(({ state }) => state.waiting).what.reply;
    await stop.click();
    const news = page.getByRole("region", { name: "News" });
    await news.getByText("The reply was stopped").waitFor();
    await news.getByText("The buyer has not been told.").waitFor();
    await until("its words are back", async () => (await reply.inputValue()) === text);
    assert.ok(await page.getByRole("radio", { name: "refunded" }).isChecked());
    await page.reload();
    await until("they are there after a reload", async () => (await reply.inputValue()) === text);
    assert.equal((await platform.ledgerOf(id)).messages.length, 1);
  });
});

test("a line whose answer was lost is the same line when it is sent again", async () => {
  const relay = await startRelay(desk);
  const work = async (page, view, id) => {
    await platform.act(id, "seller_center_reject");
    await page.getByText("Reply owed: rejected").waitFor();
    const send = page.getByRole("button", { name: /^Send/ });
    await send.click();
    await page.getByText("Reply owed: rejected").waitFor({ state: "detached" });
    const reply = page.getByRole("textbox", { name: "Reply" }).and(page.locator("textarea"));
    await reply.fill("One moment, we are looking at your photos.");
    const lost = relay.loseAnswer("POST", new RegExp(`/api/cases/${view.row.id}/reply$`));
    const intents = async () => (await api.get(`/api/cases/${view.row.id}`)).intents.length;
    await send.click();
    await until("the desk has kept it", async () => (await intents()) === 2);
    await lost;
    await until("the words are still there", async () => (await reply.inputValue()).startsWith("One moment"));
    await send.click();
    await until("it is known to be kept", async () => !(await reply.inputValue()).startsWith("One moment"));
    await until("it is at the buyer's", async () => (await platform.ledgerOf(id)).messages.length === 2);
    assert.equal(await intents(), 2);
  };
  try {
    await opened({ kind: "REFUND" }, "desktop", work, relay);
  } finally {
    relay.stop();
  }
});

test("with the desk gone nothing can be decided, and the screen says so by itself", async () => {
  await opened({ kind: "REFUND" }, "desktop", async (page) => {
    await desk.kill();
    await page.getByText("Decide when the connection is back").waitFor();
    assert.ok(await page.getByRole("group", { name: "Decision" }).getByRole("button", { name: /^Approve/ }).isDisabled());
    await desk.start();
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
  });
});
