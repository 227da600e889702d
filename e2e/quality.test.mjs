// What was done properly and what was not: shown on the case, counted for who leads, one press from the cases.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, lookAtPhotos, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "0" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const ALL = Object.keys(SIZES);
const PHOTOS = "Photos opened before deciding";

// A request with photos, as the desk knows it.
async function known() {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", reason: "damaged" });
  return await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    const view = rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
    return view && view.words.some(({ photos }) => photos.length > 0) && view;
  });
}

// Approves and tells, as the app does.
async function approve({ row, greeting_name: name, refund }, said = "It arrived damaged, and we are sorry.") {
  const text = `Hi ${name}, thank you for the photos. ${said} Your refund of US$ ${refund.total.amount} has been processed.`;
  await api.post(`/api/cases/${row.id}/decision`, {
    kind: "approve_refund",
    reply: { text, language: "en", claim: "refunded" },
  });
  await until("the buyer knows", async () => (await api.get(`/api/cases/${row.id}`)).row.stage === "done");
}

const drawn = async (page) =>
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));

const photosOf = ({ words }) => words.flatMap(({ photos }) => photos);

test("a lead sees what failed, reads the case, and sees on what the check rests", async () => {
  const [hasty, careful] = [await known(), await known()];
  for (const photo of photosOf(careful)) await api.post(`/api/cases/${careful.row.id}/photos/${photo}`);
  await approve(hasty);
  await approve(careful);
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.getByRole("link", { name: "Quality", exact: true }).click();
    const row = page.getByRole("row", { name: new RegExp(PHOTOS) });
    await until("both cases are counted", async () => /50 %/.test(await row.innerText().catch(() => "")));
    await checkAccessibility(browser, "the page of quality");
    await shot(browser, "quality-1-every-case", ALL);
    // What asks for something stands above the checks where there is one column, and each name beside its figures.
    const place = (which) => which.boundingBox();
    for (const size of ["phone", "tablet-landscape"]) {
      await page.setViewportSize(SIZES[size]);
      const owed = await place(page.getByRole("region", { name: "Replies owed now" }));
      const checks = await place(page.getByRole("table", { name: "How often each check held" }));
      assert.ok(owed.y + owed.height <= checks.y, `${size}: the checks come last`);
      const middle = async (which) => await place(which).then(({ y, height }) => y + height / 2);
      const name = await middle(row.locator("summary"));
      for (const cell of [row.getByRole("button"), row.locator(".meter")]) {
        const off = (await middle(cell)) - name;
        assert.ok(Math.abs(off) <= 4, `${size}: ${off} px beside the name`);
      }
    }
    await page.setViewportSize(SIZES.desktop);
    // What a check asks is one press away, for a finger too.
    await row.locator("summary").click();
    await row.getByText(/A photo says more/).waitFor();
    await checkAccessibility(browser, "a check with its explanation");
    // One more is decided: the number that is pressed and its list agree, and what was opened stays open.
    const later = await known();
    await approve(later);
    await until("it is counted", async () => {
      const { checks } = await api.get("/api/quality?weeks=4");
      return checks.find(({ name }) => name === "photos_opened").whole.failed === 2;
    });
    const table = page.getByRole("table", { name: "How often each check held" });
    const counted = table.getByRole("row", { name: new RegExp(PHOTOS) });
    await counted.getByRole("button", { name: PHOTOS }).click();
    const found = page.getByRole("region", { name: /the cases in which it failed/ });
    await found.locator(`a[href$="${hasty.row.id}"]`).waitFor();
    const links = found.getByRole("link", { name: "Arrived damaged", exact: true });
    assert.equal(await links.count(), 2, "the careful one is not among them");
    await counted.getByRole("button", { name: /: read the 2 / }).waitFor();
    assert.ok(await counted.getByText(/A photo says more/).isVisible(), "it is still open");
    await checkAccessibility(browser, "the cases in which a check failed");
    await shot(browser, "quality-2-cases", ALL);
    // The connection comes back and says anew who is signed in: nobody loses their place.
    const opener = counted.getByRole("button", { name: PHOTOS });
    await opener.focus();
    const isGoingOn = page.waitForRequest(/\/api\/alarms/);
    await page.evaluate(() => dispatchEvent(new Event("online")));
    await isGoingOn;
    await drawn(page);
    assert.ok(await opener.evaluate((one) => one === document.activeElement), "the focus stays in the table");
    // One read that fails takes nothing away.
    const figures = /\/api\/quality\?/;
    await page.route(figures, (route) => route.fulfill({ status: 500, body: "" }));
    const failing = page.waitForResponse(figures);
    await opener.press("Enter");
    await failing;
    await links.first().waitFor();
    await drawn(page);
    assert.ok(await opener.isVisible(), "the figures stay");
    assert.equal(await page.getByRole("button", { name: "Try again" }).count(), 0);
    await page.unroute(figures);
    await found.locator(`a[href$="${hasty.row.id}"]`).click();
    await page.waitForURL(`**/${hasty.row.id}`);
    const checks = page.getByRole("list").filter({ has: page.getByText(PHOTOS) });
    await checks.getByText(PHOTOS).click();
    await checks.getByText("Opened in time").waitFor();
    const step = checks.getByRole("link", { name: "Read the reason, then look" });
    assert.match(await step.getAttribute("href"), /^\/handbook\/.+#step-\d+$/);
    await checkAccessibility(browser, "a case with its checks");
    await shot(browser, "quality-3-case", ALL);
    // The way back leads to the list, and from there to the review of each.
    await page.goBack();
    await page.locator("#quality-cases:focus").waitFor();
    await found.locator(`a[href*="/reviews/${hasty.row.id}"]`).click();
    await page.getByRole("heading", { name: /^Review: Arrived damaged/ }).waitFor();
    await page.goBack();
    await page.locator("#quality-cases:focus").waitFor();
    await found.getByRole("button", { name: "Close" }).press("Enter");
    await page.waitForURL((url) => !url.searchParams.has("failed"));

    // A buyer who was decided for and hears nothing is owed a reply, by who decided.
    await page.goto("/quality");
    const owed = page.getByRole("region", { name: "Replies owed now" });
    await owed.getByText("No buyer waits for a reply.").waitFor();
    const silent = await known();
    await api.post(`/api/cases/${silent.row.id}/decision`, { kind: "approve_refund" });
    await until("a reply is owed", async () => (await api.get(`/api/cases/${silent.row.id}`)).row.stage === "to_tell");
    // The page keeps up by itself.
    const first = owed.getByRole("link", { name: /^Arrived damaged, / });
    await until("it is listed", async () => (await first.count()) === 1, { seconds: 40 });
    assert.equal(await owed.getByText("No buyer waits for a reply.").count(), 0);
    assert.equal(await owed.getByText("Nobody has taken it").count(), 0);
    await checkAccessibility(browser, "the replies that are owed");
    await shot(browser, "quality-4-owed", ALL);
    const count = async () => Number(await owed.locator("header .chip").innerText());
    const before = await count();
    const other = await known();
    await api.post(`/api/cases/${other.row.id}/decision`, { kind: "approve_refund" });
    await until("the list is read again", async () => (await count()) > before, { seconds: 40 });
    await owed.locator(`a[href$="${other.row.id}"]`).waitFor();
    await owed.locator(`a[href$="${silent.row.id}"]`).click();
    await page.waitForURL(`**/desk/to-tell/${silent.row.id}`);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("photos count once they were looked at, by each who looks", async () => {
  const view = await known();
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.locator(`.row[href*="${view.row.id}"]`).click();
    await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    await lookAtPhotos(page, photosOf(view).length);
    await until("the desk knows of every photo", async () => {
      const { opened } = await api.get(`/api/cases/${view.row.id}`);
      return opened.length === photosOf(view).length;
    });
    // Also after a reload.
    await page.reload();
    await page.locator("li:not(.todo)", { hasText: "Photos opened and read" }).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("agents do not see the page of quality", async () => {
  const agent = await desk.api("agent");
  await assert.rejects(agent.get("/api/quality"), /403/);
});
