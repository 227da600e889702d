import assert from "node:assert/strict";
import { mkdir, readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { named } from "./program.mjs";
import { until } from "./until.mjs";

export const SIZES = {
  desktop: { width: 1440, height: 900 },
  "tablet-landscape": { width: 1024, height: 768 },
  "tablet-portrait": { width: 768, height: 1024 },
  phone: { width: 390, height: 844 },
};

const SHOTS = fileURLToPath(new URL("../shots/", import.meta.url));

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

// Opens a page of the desk in Chromium. `profile` names a folder that outlives the browser, as installing needs.
// `faults` collects what a person would never see: errors of scripts and refusals of the content policy.
export async function openBrowser(desk, { size = "desktop", theme = "light", locale = "en-US", profile } = {}) {
  const isTouch = size !== "desktop";
  const common = { executablePath: named("AMENDS_CHROMIUM", "Chromium"), args: FLAGS };
  const look = { viewport: SIZES[size], colorScheme: theme, locale, hasTouch: isTouch, baseURL: desk.url };
  const browser = profile ? undefined : await chromium.launch(common);
  const context = profile
    ? await chromium.launchPersistentContext(profile, { ...common, ...look })
    : await browser.newContext(look);
  context.setDefaultTimeout(20_000);
  const page = context.pages()[0] ?? (await context.newPage());
  const faults = [];
  page.on("pageerror", (fault) => faults.push(`${fault.name}: ${fault.message}`));
  page.on("console", (message) => {
    if (message.type() === "error" && !message.text().startsWith("Failed to load resource")) faults.push(message.text());
  });
  const close = async () => {
    await context.close();
    await browser?.close();
  };
  return { context, page, faults, size, theme, close };
}

// Opens the desk and signs in with one click.
export async function practise({ page }, address = "/desk/to-decide") {
  await page.goto(address);
  await page.getByRole("button", { name: /practi[cs]e/i }).click();
  await page.locator(".row[id]").first().waitFor();
}

// The app fills the window and scrolls inside of itself: the window as a whole never moves away under a finger.
async function checkStill(page, where) {
  const moves = await page.evaluate(() => {
    if (!document.querySelector(".app") || matchMedia("print").matches) return [];
    const { scrollWidth, scrollHeight, clientWidth, clientHeight } = document.documentElement;
    const inner = [...document.querySelectorAll(".app > .page")].map((one) => one.scrollWidth - one.clientWidth);
    return [scrollWidth - clientWidth, scrollHeight - clientHeight, ...inner].filter((more) => more > 1);
  });
  assert.deepEqual(moves, [], `${where}: what is beyond the window can be scrolled to`);
}

// Takes a picture at the page's own size, or at each size that is named. Pictures are looked at beside the mock-up.
export async function shot({ page, size, theme }, name, sizes = [size]) {
  await mkdir(SHOTS, { recursive: true });
  for (const each of sizes) {
    await page.setViewportSize(SIZES[each]);
    await page.evaluate(() => document.fonts.ready);
    await checkStill(page, `${name}, ${each}`);
    await page.screenshot({ path: path.join(SHOTS, `${name}-${each}-${theme}.png`), animations: "disabled" });
  }
  await page.setViewportSize(SIZES[size]);
}

const RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];

// What moves has come to rest: a colour on its way from light to dark is no colour of ours.
const atRest = (page) =>
  page.evaluate(async () => {
    const ends = (one) => Number.isFinite(one.effect?.getComputedTiming().endTime);
    await Promise.allSettled(document.getAnimations().filter(ends).map((one) => one.finished));
  });

// No screen has a known barrier. Goes through the debugger, so the content policy stays as it is.
export async function checkAccessibility({ page }, where) {
  await atRest(page);
  const source = await readFile(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
  await page.evaluate(source);
  const found = await page.evaluate((runOnly) => globalThis.axe.run(document, { runOnly }), RULES);
  const told = found.violations.map((rule) => `${rule.id}: ${rule.help}\n  ${rule.nodes.map((node) => node.html).join("\n  ")}`);
  assert.equal(told.length, 0, `${where} has barriers:\n${told.join("\n")}`);
}

/** Waits until a place has the focus: what was pressed may be gone, and the focus went on with the work. */
export const hasFocus = async (what, place) =>
  await until(`${what} has the focus`, async () => await place.evaluate((one) => one === document.activeElement));
