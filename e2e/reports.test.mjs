// Are we in time, what did refunds cost, why do buyers ask: drawn, as tables, as files, and on one page.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 400 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "0" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const ALL = Object.keys(SIZES);

// A request that is approved and told, as the app does it.
async function done() {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", reason: "damaged" });
  const { row, greeting_name: name, refund } = await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
  });
  const text = `Hi ${name}, it arrived damaged, and we are sorry. Your refund of US$ ${refund.total.amount} has been processed.`;
  await api.post(`/api/cases/${row.id}/decision`, {
    kind: "approve_refund",
    reply: { text, language: "en", claim: "refunded" },
  });
  await until("the buyer knows", async () => (await api.get(`/api/cases/${row.id}`)).row.stage === "done");
}

test("a lead sees the figures, walks through the weeks, takes a report away and prints the week", async () => {
  await done();
  await done();
  // Asked for, and not answered.
  await platform.open({ shop: "GB", kind: "CANCEL" });
  await until("everything is counted", async () => {
    const { waiting, whole } = await api.get("/api/reports");
    const { reasons } = await api.get("/api/reports?kind=cancellation");
    return waiting === 0 && whole.telling.known === 2 && reasons.rows.length > 0;
  });
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.keyboard.press("g");
    await page.keyboard.press("r");
    await page.waitForURL("**/reports");
    const card = (title) => page.locator("section", { has: page.getByRole("heading", { name: title, exact: true }) });
    await card("Decided in time").getByText("100 %").first().waitFor();
    await checkAccessibility(browser, "the page of reports");
    await shot(browser, "reports-1", ALL);
    await page.emulateMedia({ colorScheme: "dark" });
    await checkAccessibility(browser, "the page of reports in the dark");
    await shot({ ...browser, theme: "dark" }, "reports-1", ALL);
    await page.emulateMedia({ colorScheme: "light" });

    // No row of cards is left half empty.
    for (const size of ["desktop", "tablet-landscape"]) {
      await page.setViewportSize(SIZES[size]);
      const ends = await page.locator(".rgrid").evaluate((grid) => {
        const rows = new Map();
        for (const card of grid.children) {
          const { top, right } = card.getBoundingClientRect();
          rows.set(Math.round(top), Math.max(right, rows.get(Math.round(top)) ?? 0));
        }
        const { right } = grid.getBoundingClientRect();
        return [...rows.values()].map((end) => Math.round(right - end));
      });
      assert.deepEqual([...new Set(ends)], [0], `${size}: free at the end of each row`);
    }
    await page.setViewportSize(SIZES.desktop);

    // One stop of the keyboard for each chart; the arrows say each week.
    const weeks = page.getByRole("slider", { name: "Decided in time, by week" });
    await weeks.focus();
    await weeks.press("End");
    assert.match(await weeks.getAttribute("aria-valuetext"), /^Week of .+ so far: 100 %$/);
    await weeks.press("ArrowLeft");
    assert.match(await weeks.getAttribute("aria-valuetext"), /^Week of .+: nothing is known$/);
    assert.equal(await weeks.getAttribute("aria-valuenow"), "9");

    // The same as a table.
    await card("From decision to reply").locator("summary", { hasText: "Table" }).click();
    const row = card("From decision to reply").getByRole("row").last();
    assert.match(await row.innerText(), /2\s+under 1 min\s+under 1 min/);
    await card("Why buyers ask, by product").locator("summary", { hasText: "Table" }).click();
    await card("Drifting").locator("summary", { hasText: "Table" }).click();
    const changed = await card("Drifting").getByRole("table").getByRole("row").count();
    assert.equal(changed, 3, "a head, what buyers ask for more often, and what less");
    // Of two columns that hold amounts each says of which currency.
    await card("Shops").locator("summary", { hasText: "Table" }).click();
    const heads = await card("Shops").getByRole("table").last().getByRole("columnheader").allInnerTexts();
    assert.equal(new Set(heads).size, heads.length, heads.join(", "));
    assert.ok(heads.filter((head) => /^Refunded \([A-Z]{3}\)$/.test(head)).length > 0, heads.join(", "));
    await card("Why buyers ask, by product").getByText(/too; the files have them\.$/).waitFor();
    await checkAccessibility(browser, "reports with their tables open");
    await shot(browser, "reports-2-tables", ["desktop", "phone"]);

    // And as a file.
    const coming = page.waitForEvent("download");
    await page.getByRole("link", { name: "CSV: Decided in time" }).click();
    const file = await coming;
    assert.match(file.suggestedFilename(), /^amends-in-time-\d{4}-\d{2}-\d{2}\.csv$/);
    const text = await readFile(await file.path(), "utf8");
    assert.match(text, /^\ufeffWeek,In time,Ran out,Share in time \(%\)/);
    assert.match(text, /,2,0,100\.0\r\n$/);

    // A shorter span.
    await page.getByLabel("Weeks").selectOption("4");
    await until("four weeks are drawn", async () => (await weeks.getAttribute("aria-valuemax").catch(() => "")) === "4");
    await page.waitForURL("**/reports?weeks=4");
    await page.reload();
    await until("a reload keeps them", async () => (await weeks.getAttribute("aria-valuemax").catch(() => "")) === "4");

    // Only requests of one kind and for one reason: the figures, the address and the files follow.
    const choice = (name) => page.getByRole("combobox", { name, exact: true });
    const inTime = card("Decided in time").locator(".v");
    await choice("Kind").selectOption("cancellation");
    await page.waitForURL("**/reports?weeks=4&kind=cancellation");
    await page.getByText("TikTok counts chats whatever they are about").waitFor();
    assert.equal(await inTime.innerText(), "–", "no cancellation was decided");
    const csv = () => page.getByRole("link", { name: "CSV: Decided in time" }).getAttribute("href");
    assert.match(await csv(), /weeks=4&kind=cancellation&format=csv$/);
    await choice("Kind").selectOption("refund_only");
    await choice("Reason").selectOption("damaged");
    await page.waitForURL("**/reports?weeks=4&kind=refund_only&reason=damaged");
    await card("Decided in time").getByText("100 %").first().waitFor();
    assert.match(await csv(), /kind=refund_only&reason=damaged&format=csv$/);
    await page.reload();
    await card("Decided in time").getByText("100 %").first().waitFor();
    assert.equal(await choice("Kind").inputValue(), "refund_only", "a reload keeps the kind");
    assert.equal(await choice("Reason").inputValue(), "damaged", "and the reason");
    // Each person's line by week.
    await card("Who decided").getByRole("img", { name: /^In time, by week: .+ 100 %$/ }).waitFor();
    await checkAccessibility(browser, "reports of one kind and reason");
    await shot(browser, "reports-4-cut", ["desktop", "phone"]);

    // Only one product: its name over the map leads there; the figures, the address and the files follow.
    const map = card("Why buyers ask, by product");
    const named = map.locator("thead").getByRole("button").first();
    const product = await named.textContent();
    await named.press("Enter");
    const of = encodeURIComponent(product);
    await page.waitForURL((url) => url.search === `?weeks=4&kind=refund_only&reason=damaged&product=${of}`);
    assert.ok(await choice("Product").evaluate((select) => select === document.activeElement), "the choice has the focus");
    await map.getByRole("columnheader", { name: product, exact: true }).waitFor();
    assert.equal(await map.locator(".heat").getByRole("columnheader").count(), 2, "one product, and all");
    assert.ok((await csv()).endsWith(`&reason=damaged&product=${of}&format=csv`), await csv());
    assert.equal(await choice("Product").locator("option").first().innerText(), "All products");
    await page.reload();
    await map.getByRole("columnheader", { name: product, exact: true }).waitFor();
    assert.equal(await choice("Product").locator("option:checked").innerText(), product, "a reload keeps the product");
    await page.emulateMedia({ media: "print" });
    await page.getByText(`All shops · Refund only · Arrived damaged · ${product}`, { exact: true }).waitFor();
    await page.emulateMedia({ media: "screen" });
    await checkAccessibility(browser, "reports of one product");
    await shot(browser, "reports-6-product", ALL);
    await page.emulateMedia({ colorScheme: "dark" });
    await shot({ ...browser, theme: "dark" }, "reports-6-product", ALL);
    await page.emulateMedia({ colorScheme: "light" });
    // Of a product that nobody asked about there is nothing, whatever it is called; its name stands among the choices.
    const odd = `"100%25" <b> & 'it' + ผ้า 灯 ${"ä".repeat(300)}`;
    await page.goto(`/reports?weeks=4&product=${encodeURIComponent(odd)}`);
    await page.getByRole("heading", { name: "No such request in these weeks" }).waitFor();
    assert.equal(await choice("Product").inputValue(), `=${odd}`);
    await checkAccessibility(browser, "reports of a product without requests");
    await shot(browser, "reports-7-unknown-product", ALL);
    await choice("Product").selectOption("");
    await choice("Kind").selectOption("refund_only");
    await choice("Reason").selectOption("damaged");
    await page.waitForURL("**/reports?weeks=4&kind=refund_only&reason=damaged");

    // From a count to its cases, and from there to each.
    const cell = card("Why buyers ask, by product").getByRole("button", { name: /: read the \d+ requests?$/ }).first();
    const many = Number(await cell.innerText());
    assert.equal(await cell.getAttribute("aria-expanded"), "false");
    await cell.press("Enter");
    const counted = page.getByRole("region", { name: /^Arrived damaged, .+: the cases$/ });
    await counted.getByRole("link").first().waitFor();
    assert.equal(await counted.getByRole("link").count(), many, "as many as the figure says");
    assert.match(await counted.getByRole("link").first().getAttribute("href"), /^\/desk\/[a-z-]+\/.+$/);
    assert.equal(await cell.getAttribute("aria-expanded"), "true");
    await checkAccessibility(browser, "the cases of a figure");
    await shot(browser, "reports-5-cases", ALL);
    await cell.press("Enter");
    await counted.waitFor({ state: "detached" });
    assert.ok(await cell.evaluate((button) => button === document.activeElement), "what closes them keeps the focus");

    // One page, and nothing else on it.
    await page.emulateMedia({ media: "print" });
    const weekly = page.getByRole("region", { name: "The week on one page" });
    await weekly.getByRole("row", { name: /Answered in time/ }).waitFor();
    await weekly.getByText("All shops · Refund only · Arrived damaged").waitFor();
    assert.equal(await page.getByRole("navigation").count(), 0, "no rail on paper");
    assert.equal(await page.getByRole("slider").count(), 0, "no chart on paper");
    const pdf = await page.pdf({ format: "A4" });
    assert.equal(pdf.toString("latin1").match(/\/Type\s*\/Page\b/g).length, 1, "one page");
    await shot(browser, "reports-3-printed", ["desktop"]);
    const head = () => weekly.getByRole("heading", { level: 1 }).innerText();
    const last = await head();
    const days = await weekly.getByRole("columnheader").nth(1).innerText();
    assert.ok(last.startsWith(`Week of ${days} `), `${last}: its column says ${days}`);
    await page.emulateMedia({ media: "screen" });
    await page.getByRole("button", { name: "Print the week" }).waitFor();

    // An earlier week, and the week of one person.
    await choice("Printed week").selectOption({ index: 1 });
    await page.emulateMedia({ media: "print" });
    assert.notEqual(await head(), last, "another week");
    await page.emulateMedia({ media: "screen" });
    const { agents } = await api.get("/api/reports?weeks=4");
    await choice("Person").selectOption(agents[0].agent);
    await page.waitForURL(`**/reports?weeks=4&by=${agents[0].agent}&kind=refund_only&reason=damaged`);
    await page.getByRole("button", { name: "Print the week" }).waitFor();
    await page.emulateMedia({ media: "print" });
    await weekly.getByText(/^.+ · All shops · Refund only · Arrived damaged$/).waitFor();
    await weekly.getByRole("row", { name: /Answered in time/ }).waitFor();
    assert.equal(await weekly.getByRole("row", { name: /Disputes/ }).count(), 0, "of these nobody is named");
    assert.equal(await page.getByRole("navigation").count(), 0, "no rail on paper");
    await page.emulateMedia({ media: "screen" });
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

// A lot of puzzles came without all their pieces, and glass has been packed better for two weeks.
test("a lead sees what has changed, reads its cases, and says who looks after it until when", async () => {
  const { drift } = await until("what has changed is counted", async () => {
    const reports = await api.get("/api/reports");
    return reports.waiting === 0 && reports.drift?.length === 2 && reports;
  });
  assert.deepEqual(drift.map(({ reason }) => reason).sort(), ["damaged", "missing_parts"]);
  const { product, now, before } = drift.find(({ reason }) => reason === "missing_parts");
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/reports");
    const drifting = page.locator("section", { has: page.getByRole("heading", { name: "Drifting", exact: true }) });
    const worse = drifting.getByRole("listitem").filter({ hasText: `${product}: Something is missing` });
    const better = drifting.getByRole("listitem").filter({ hasText: "Glass pour-over set: Arrived damaged" });
    const times = `× ${(Math.floor((now * 40) / before) / 10).toFixed(1)}`;
    await worse.getByText(times, { exact: true }).waitFor();
    await worse.getByText(`${now} requests in 2 weeks, ${before} in the 8 before. Refunds so far ฿`).waitFor();
    await better.getByText(/^÷ \d+\.\d$/).waitFor();
    // The same cell of the heat map is outlined, and why stands above it.
    const heat = page.locator("section", { has: page.getByRole("heading", { name: "Why buyers ask, by product" }) });
    await heat.getByText(`Outlined: ${product}: Something is missing, ${times} against the 8 weeks before.`).waitFor();
    await checkAccessibility(browser, "reports with what has changed");

    // From the number to just its cases.
    await worse.getByRole("button", { name: `${product}: Something is missing: read the ${now} requests` }).press("Enter");
    const cases = worse.getByRole("region", { name: /: the cases$/ });
    await until("they are listed", async () => (await cases.getByRole("link").count()) === now);
    await checkAccessibility(browser, "the cases of what has changed");
    // In sight at each size.
    const shots = async (look) => {
      for (const size of ALL) {
        await page.setViewportSize(SIZES[size]);
        await drifting.evaluate((card) => card.scrollIntoView());
        await shot({ ...look, size }, "reports-6-drift");
      }
      await page.setViewportSize(SIZES.desktop);
    };
    await shots(browser);
    await page.emulateMedia({ colorScheme: "dark" });
    await checkAccessibility(browser, "what has changed, in the dark");
    await shots({ ...browser, theme: "dark" });
    await page.emulateMedia({ colorScheme: "light" });
    await worse.getByRole("button", { name: /: read the / }).press("Enter");
    await cases.waitFor({ state: "detached" });

    // Who looks after it, and by when; it stands after a reload.
    const owner = worse.getByLabel("Looked after by");
    await owner.selectOption({ index: 1 });
    const name = await owner.locator("option:checked").innerText();
    const day = worse.getByLabel("Next look by");
    const twoWeeks = await day.locator("option", { hasText: "Look in 2 weeks" }).getAttribute("value");
    await day.selectOption(twoWeeks);
    await until("the desk knows", async () => {
      const { drift } = await api.get("/api/reports");
      return drift.find(({ reason }) => reason === "missing_parts").care?.look_by === Number(twoWeeks);
    });
    await page.reload();
    await worse.getByText(/^× /).waitFor();
    assert.equal(await owner.locator("option:checked").innerText(), name);
    assert.match(await day.locator("option:checked").innerText(), /^By .+/);
    assert.equal(await better.getByLabel("Next look by").count(), 0, "of what nobody looks after there is no day");
    await shot(browser, "reports-7-cared", ["desktop", "phone"]);
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("agents do not see reports", async () => {
  const agent = await desk.api("agent");
  await assert.rejects(agent.get("/api/reports"), /403/);
  await assert.rejects(agent.get("/api/reports/in_time"), /403/);
});
