// A lead writes an exercise and asks for it, an agent works it at the desk and sees the score, the lead sees the result.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, hasFocus, openBrowser, practise, shot, startDesk, until } from "./lib.mjs";

let desk;
before(async () => {
  desk = await startDesk({ settings: { AMENDS_HOLD_SECONDS: "0" } });
  // Signs the practice people in once, so that they are on the team.
  await desk.api("agent");
});
after(async () => {
  await desk?.stop();
});

const ALL = Object.keys(SIZES);
const TITLE = "Two plain cases";

async function as(role, address, work, look = {}) {
  const browser = await openBrowser(desk, look);
  try {
    if (role === "lead") await practise(browser);
    else {
      const headers = { "x-amends": "1", origin: desk.url };
      const answer = await browser.context.request.post(`${desk.url}/api/session/practice?role=${role}`, { headers });
      assert.ok(answer.ok(), await answer.text());
    }
    await browser.page.goto(address);
    await work(browser.page, browser);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
}

test("a lead writes an exercise, and asks an agent to work it", async () => {
  await as("lead", "/desk/to-decide", async (page, browser) => {
    await page.locator(".row[id]").first().waitFor();
    await page.keyboard.press("g");
    await page.keyboard.press("p");
    await page.getByRole("heading", { name: "Practice", level: 1 }).waitFor();
    await page.getByRole("heading", { name: "Difficult words" }).waitFor();
    await checkAccessibility(browser, "the exercises");
    await shot(browser, "practice-1-list", ALL);
    await page.getByRole("link", { name: "Write an exercise" }).click();
    await hasFocus("ex-title", page.locator("#ex-title"));
    await page.getByLabel("Name").fill(TITLE);
    await page.getByLabel("Takes about, minutes").fill("x");
    await page.getByLabel("What it is for").fill("Look, decide, tell.");
    await page.getByLabel("What the buyer writes with it").fill("It arrived broken.");
    await page.getByRole("button", { name: "Add a case" }).click();
    const second = page.getByRole("group", { name: "Case 2", exact: true });
    await second.getByLabel("The buyer asks for").selectOption("cancellation");
    await second.getByLabel("Because").selectOption("mistake");
    await second.getByLabel("Photos").fill("9");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("The time it takes must be 1 to 480 minutes.").waitFor();
    await page.getByLabel("Takes about, minutes").fill("10");
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByText("Photos are 3 at most.").waitFor();
    await second.getByLabel("Photos").fill("0");
    await second.getByText("How the buyer answers").click();
    await checkAccessibility(browser, "an exercise that is being written");
    await shot(browser, "practice-2-write", ALL);
    await page.getByRole("button", { name: "Save" }).click();
    await page.getByRole("heading", { name: TITLE }).waitFor();
    await page.getByRole("link", { name: "Who has passed" }).click();
    await page.getByRole("button", { name: `Ask for ${TITLE}` }).click();
    const sheet = page.getByRole("dialog", { name: `Ask for “${TITLE}”` });
    const first = sheet.getByRole("checkbox").first();
    await hasFocus("the first person", first);
    await sheet.getByRole("checkbox", { name: "Ines Ferreira" }).check();
    await checkAccessibility(browser, "whom to ask");
    await shot(browser, "practice-3-ask", ALL);
    await sheet.getByRole("button", { name: "Save" }).click();
    await page.getByRole("row", { name: /Ines Ferreira/ }).getByText(/until/).waitFor();
  });
});

test("the agent works it at the desk, skips time, and sees the score; the lead sees it too", async () => {
  await as("agent", "/quality/practice", async (page, browser) => {
    await page.getByText(/Asked for by Marek Nowak/).waitFor();
    await page.getByRole("button", { name: new RegExp(`^Begin.*${TITLE}`) }).click();
    await page.getByRole("heading", { name: "Your cases" }).waitFor();
    await hasFocus("quality-h", page.locator("#quality-h"));
    await checkAccessibility(browser, "a run");
    await shot(browser, "practice-4-run", ALL);
    const run = page.url();
    await page.getByRole("link", { name: "Work in the queue" }).click();
    await page.getByRole("complementary", { name: "Practice shop" }).getByRole("link", { name: "Back to the exercise" }).waitFor();
    await until("the queue holds the two cases and no other", async () => (await page.locator(".row[id]").count()) === 2);
    await checkAccessibility(browser, "the queue of a run");
    await shot(browser, "practice-5-queue", ALL);
    for (const left of [1, 0]) {
      await page.locator(".row[id]").first().click();
      await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
      await page.keyboard.press("a");
      await page.getByRole("dialog", { name: "Decision" }).getByRole("button", { name: /^Approve/ }).click();
      await until("it is decided", async () => (await page.locator(".row[id]").count()) === left);
      await page.getByRole("button", { name: left ? /^Next: 1 h \d\d, / : "Back to the exercise" }).waitFor();
      await page.goto(`${new URL(page.url()).pathname.replace(/\/[^/]*$/, "")}${new URL(page.url()).search}`);
    }
    // A queue that is worked off says so, and does not lead out of the run.
    await page.getByRole("heading", { name: "Every buyer is decided" }).waitFor();
    assert.equal(await page.getByText("Nothing under this filter").count(), 0);
    await page.getByRole("link", { name: "Back to the exercise" }).click();
    await page.waitForURL(run);
    await page.getByRole("button", { name: "An hour" }).click();
    await page.getByText(/^It is .* later for your cases\.$/).waitFor();
    const speeds = page.getByRole("group", { name: "How fast the clock runs" });
    await speeds.getByRole("radio", { name: "1 ×", exact: true, checked: true }).waitFor();
    await speeds.getByRole("radio", { name: "10 ×", exact: true }).check();
    await speeds.getByRole("radio", { name: "10 ×", exact: true, checked: true }).waitFor();
    await page.getByText("2 of 2 cases done.").waitFor();
    await page.getByRole("button", { name: "Finish and see the score" }).click();
    await page.getByText("100 %", { exact: true }).first().waitFor();
    await page.getByText("Passed, 100 %").waitFor();
    await hasFocus("score-h", page.locator("#score-h"));
    await page.getByText(/checks held/).first().click();
    await checkAccessibility(browser, "the score");
    await shot(browser, "practice-6-score", ALL);
    await page.getByRole("link", { name: "All exercises" }).click();
    await page.getByText("Passed, 100 %").waitFor();
    // The other queue is as it was.
    await page.goto("/desk/to-decide");
    await page.locator(".row[id]").first().waitFor();
    assert.equal(await page.getByText(`Practice: ${TITLE}`).count(), 0);
  });
  await as("lead", "/quality/practice/team", async (page, browser) => {
    const row = page.getByRole("row", { name: /Ines Ferreira/ });
    await row.getByRole("link", { name: "Passed, 100 %" }).waitFor();
    await checkAccessibility(browser, "who has passed");
    await shot(browser, "practice-7-team", ALL);
    await row.getByRole("link", { name: "Passed, 100 %" }).click();
    await page.getByText("The run of Ines Ferreira").waitFor();
    await page.getByText("What was decided and said").first().click();
    await page.getByText("Told the buyer").first().waitFor();
    await checkAccessibility(browser, "what was done in somebody's run");
  }, { theme: "dark" });
});

test("what went wrong is shown with why it is asked", async () => {
  await as("agent", "/quality/practice", async (page, browser) => {
    await page.getByRole("button", { name: /^Begin.*First day/ }).click();
    await page.getByRole("link", { name: "Arrived damaged" }).click();
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    await page.keyboard.press("a");
    await page.getByRole("dialog", { name: "Decision" }).getByRole("button", { name: /^Approve/ }).click();
    // The desk has it before the page is left.
    await page.getByRole("button", { name: /^(Undo|Next: )/ }).first().waitFor();
    // The list of all exercises says of this one, too, that it goes on.
    await page.goto("/quality/practice");
    const row = page.getByRole("listitem").filter({ has: page.getByRole("heading", { name: "First day" }) });
    await row.getByText("Going on", { exact: true }).waitFor();
    assert.equal(await row.getByText("Not begun").count(), 0);
    await page.getByRole("link", { name: "Go on" }).click();
    // A skip past a deadline is asked about first.
    // What is still held would run out with the others.
    const left = page.locator("#main").getByText(/^\d.* left$/);
    await until("two wait for a decision", async () => (await left.count()) === 2);
    await page.getByRole("button", { name: "A day" }).click();
    const skip = page.getByRole("dialog", { name: "Skip past a deadline?" });
    await skip.getByText(/^2 cases run out of time before that\./).waitFor();
    await skip.getByRole("button", { name: "Not yet" }).click();
    await page.getByRole("button", { name: "Finish and see the score" }).click();
    const finish = page.getByRole("dialog", { name: "Finish this run?" });
    await finish.getByText(/^1 of 3 cases decided\. What is on its way arrives\./).waitFor();
    await finish.getByRole("button", { name: "Finish" }).click();
    await page.locator(".checks details[open] > p").first().waitFor();
    await page.locator(".checks details[open] > p").filter({ hasText: /^It should be so: / }).first().waitFor();
    await page.locator('.checks details[open] a[href*="#step-"]').first().waitFor();
    assert.equal(await page.getByText("Nobody decided it before the time ran out").count(), 2);
    await checkAccessibility(browser, "a score with faults");
    await shot(browser, "practice-8-faults", ALL);
  }, { theme: "dark" });
});
