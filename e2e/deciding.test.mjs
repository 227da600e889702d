// Two people before one case: who comes second sees who is deciding, and may wait or take over; one decision goes out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

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

// A browser of its own, before the queue, as the practice lead or as an agent.
async function person(role) {
  const browser = await openBrowser(desk);
  const { page } = browser;
  if (role === "lead") {
    await practise(browser);
  } else {
    await page.goto("/");
    const headers = { "X-Amends": "1", Origin: desk.url };
    await page.context().request.post(`${desk.url}/api/session/practice?role=${role}`, { headers });
    await page.goto("/desk/to-decide");
    await page.locator(".row[id]").first().waitFor();
  }
  return browser;
}

// What one person sees and presses.
const seenBy = ({ page }, id) => ({
  page,
  row: page.locator(`.row[href*="${id}"]`),
  head: page.locator(".case__head"),
  group: page.getByRole("group", { name: "Decision" }),
  sheet: page.getByRole("dialog", { name: "Decision" }),
  ask: page.getByRole("dialog", { name: "Somebody is deciding" }),
});

test("who comes second is told, waits or takes over, and one decision goes out", async () => {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", deadline_s: 86_400 });
  const known = await until("the desk knows the case and what is open", async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    const view = rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
    return view && view.options.offered.length > 1 && view;
  });
  const browsers = [await person("lead"), await person("agent")];
  try {
    const [marek, ines] = browsers.map((browser) => seenBy(browser, known.row.id));
    await marek.row.click();
    await marek.group.getByText("Confirmed by TikTok").waitFor();
    await marek.group.getByRole("button", { name: /^Reject/ }).click();
    await marek.sheet.getByRole("radio").first().check();
    await marek.sheet.getByLabel("Comment for TikTok").fill("Weighed when it left.");

    // Live, in the queue and at the case.
    await ines.row.getByText("Marek Nowak is deciding").waitFor();
    await ines.row.click();
    await ines.head.getByText(/^Marek Nowak is deciding, until \d\d:\d\d$/).waitFor();
    await ines.group.getByRole("status").getByText("Marek Nowak is deciding").waitFor();
    await checkAccessibility(browsers[1], "a case that somebody else is deciding");
    await shot(browsers[1], "deciding-1-case", Object.keys(SIZES));
    const approve = ines.group.getByRole("button", { name: /^Approve US/ });
    await approve.click();
    await ines.ask.getByRole("heading", { name: /^Marek Nowak is deciding this case until \d\d:\d\d\.$/ }).waitFor();
    await checkAccessibility(browsers[1], "the question who decides");
    await shot(browsers[1], "deciding-2-ask", Object.keys(SIZES));
    assert.equal(await ines.page.evaluate(() => document.activeElement.textContent.trim()), "Wait Esc");
    await ines.page.keyboard.press("Escape");
    await ines.ask.waitFor({ state: "hidden" });
    assert.equal(await ines.sheet.isVisible(), false);

    // Given back and taken again while she looks on.
    await marek.sheet.getByRole("button", { name: /^Not yet/ }).click();
    await ines.group.getByText("Confirmed by TikTok").waitFor();
    assert.equal(await ines.head.getByText(/is deciding/).count(), 0);
    await marek.group.getByRole("button", { name: /^Reject/ }).click();
    await ines.head.getByText(/^Marek Nowak is deciding/).waitFor();
    await marek.sheet.getByLabel("Comment for TikTok").focus();

    await approve.click();
    await ines.ask.getByRole("button", { name: "Decide anyway" }).click();
    await ines.sheet.getByRole("heading", { name: "Approve this refund?" }).waitFor();
    await marek.sheet.getByRole("alert").getByText("Ines Ferreira has taken over.").waitFor();
    await checkAccessibility(browsers[0], "a sheet that was taken over");
    await shot(browsers[0], "deciding-3-taken-over", Object.keys(SIZES));
    assert.equal(await marek.sheet.getByLabel("Comment for TikTok").inputValue(), "Weighed when it left.");
    assert.equal(await marek.page.evaluate(() => document.activeElement.id), "comment", "he may type on");
    const reject = marek.sheet.getByRole("button", { name: /^Reject the request/ });
    assert.equal(await reject.getAttribute("aria-disabled"), "true");
    await marek.page.keyboard.press("Control+Enter");

    await ines.sheet.getByRole("button", { name: /^Approve US/ }).click();
    await ines.page.getByText("Refunded, told").waitFor();
    await ines.page.getByText(/took over from Marek Nowak/).waitFor();
    await marek.sheet.getByRole("button", { name: /^Not yet/ }).click();
    await marek.page.getByText("Refunded, told").waitFor();
    for (const { head } of [marek, ines]) assert.equal(await head.getByText(/deciding/).count(), 0);
    const { money, messages } = await platform.ledgerOf(id);
    assert.deepEqual([money.length, messages.length], [1, 1]);
    assert.deepEqual(await platform.journal({ path: `returns/${id}/reject` }), []);
    for (const { faults } of browsers) assert.deepEqual(faults, []);
  } finally {
    for (const browser of browsers) await browser.close();
  }
});
