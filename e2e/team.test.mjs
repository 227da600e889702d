// Who may do what: an admin invites, limits, resets and removes people; and how a queue is narrowed.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkAccessibility, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";

const LIMIT = { timeout: 120_000 };
let platform, desk;
before(async () => {
  platform = await startSandbox({ cases: 60 });
  await platform.dials({ activity: false });
  desk = await startDesk({ platform });
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

const PASSWORD = "a quiet harbour at noon";
const nameOf = (region) => platform.shops.find((shop) => shop.region === region).name;
const rows = (page) => page.locator(".row[id]");

// The link that is shown once.
async function linkOf(page) {
  const link = await page.getByLabel(/^Link, until/).inputValue();
  await page.keyboard.press("Escape");
  return link;
}

test("an admin invites a person for one shop, gives a new link, and removes them", LIMIT, async () => {
  const admin = await openBrowser(desk);
  const guest = await openBrowser(desk);
  try {
    const { page } = admin;
    await page.goto(desk.setupUrl);
    await page.getByLabel("Your name").fill("Ida Berg");
    await page.getByLabel("E-mail").fill("ida@example.com");
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Set up" }).click();
    await page.getByRole("link", { name: "Settings", exact: true }).click();
    await page.getByRole("link", { name: "Team" }).click();
    await page.getByRole("button", { name: "Invite…" }).click();
    await page.getByLabel("Name", { exact: true }).fill("Noa Lindqvist");
    await page.getByLabel("E-mail").fill("noa@example.com");
    await page.getByRole("radio", { name: "Only these" }).check();
    await page.getByRole("checkbox", { name: nameOf("GB") }).check();
    await checkAccessibility(admin, "the form of an invitation");
    await shot(admin, "team-invite");
    await page.getByRole("button", { name: "Make the link" }).click();
    const link = await linkOf(page);
    const row = page.getByRole("row", { name: /Noa Lindqvist/ });
    await row.getByText("Invited, not here yet").waitFor();
    await row.getByText(nameOf("GB")).waitFor();

    await guest.page.goto(link);
    await guest.page.getByRole("heading", { name: "Welcome to Amends" }).waitFor();
    await guest.page.getByRole("textbox", { name: "Password" }).fill("short");
    await guest.page.getByRole("button", { name: "Join" }).click();
    assert.equal(await guest.page.getByRole("heading", { name: "Welcome to Amends" }).count(), 1, "a short password is none");
    await guest.page.getByRole("textbox", { name: "Password" }).fill(PASSWORD);
    await guest.page.getByRole("button", { name: "Join" }).click();
    await rows(guest.page).first().waitFor();
    const shown = (await rows(guest.page).allInnerTexts()).join("\n");
    for (const { name, region } of platform.shops) {
      if (region !== "GB") assert.ok(!shown.includes(name), `${name} is not theirs to see`);
    }
    // A link works once.
    const again = await openBrowser(desk);
    try {
      await again.page.goto(link);
      await again.page.getByRole("link", { name: "Go to sign in" }).waitFor();
    } finally {
      await again.close();
    }

    // They take a case, and are removed: signed out at once, the case is free.
    await rows(guest.page).first().click();
    await guest.page.getByRole("button", { name: "Take the case" }).click();
    await guest.page.getByRole("button", { name: "Release the case" }).waitFor();
    const held = new URL(guest.page.url()).pathname;
    await row.getByRole("button", { name: "New link for Noa Lindqvist" }).click();
    const fresh = await linkOf(page);
    await guest.page.goto(fresh);
    await guest.page.getByRole("heading", { name: "Choose a new password" }).waitFor();
    await guest.page.getByRole("textbox", { name: "Password" }).fill(`${PASSWORD} again`);
    await guest.page.getByRole("button", { name: "Save the password" }).click();
    await rows(guest.page).first().waitFor();
    await row.getByRole("button", { name: "Remove Noa Lindqvist" }).click();
    await page.getByRole("button", { name: "Remove", exact: true }).click();
    await page.getByText("Noa Lindqvist is off the team.").waitFor();
    await row.waitFor({ state: "detached" });
    await guest.page.getByRole("heading", { name: "Sign in" }).waitFor();
    await page.goto(held);
    await page.getByRole("button", { name: "Take the case" }).waitFor();
  } finally {
    await guest.close();
    await admin.close();
  }
});

test("a queue is narrowed by shop and by person, and the address holds it", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    const all = await rows(page).count();
    await page.getByLabel("Shop", { exact: true }).selectOption({ label: nameOf("GB") });
    await until("fewer cases are left", async () => {
      const left = await rows(page).count();
      return left > 0 && left < all;
    });
    assert.match(page.url(), /shop=/);
    const few = await rows(page).count();
    await page.reload();
    await rows(page).first().waitFor();
    assert.equal(await rows(page).count(), few, "a reload changes nothing");
    await page.getByLabel("Whose cases").selectOption({ label: "Mine" });
    await page.getByText("Nothing under this filter").waitFor();
    await shot(browser, "filter-nothing");
    await page.getByRole("button", { name: "Show all" }).click();
    await until("all are back", async () => (await rows(page).count()) === all);
  } finally {
    await browser.close();
  }
});
