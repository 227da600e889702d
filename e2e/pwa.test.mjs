// The app as something installed: it can be, it opens without a network, and it never shows a blank page.
import assert from "node:assert/strict";
import { appendFile, cp, mkdtemp, readdir, rename, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { SIZES, checkAccessibility, openBrowser, practise, shot, startDesk, startSandbox, until } from "./lib.mjs";
import { named } from "./lib/program.mjs";

// The app is served from a copy, so that a test can change what is served.
let platform, desk, app;
before(async () => {
  app = await mkdtemp(path.join(os.tmpdir(), "amends-app-"));
  await cp(named("AMENDS_DIST", "the built app"), app, { recursive: true });
  platform = await startSandbox({ cases: 60 });
  desk = await startDesk({ platform, settings: { AMENDS_STATIC_DIR: app } });
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
  await rm(app, { recursive: true, force: true });
});

const LIMIT = { timeout: 60_000 };

// Waits until the service worker holds the app and answers for this page.
async function held(page) {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
    if (navigator.serviceWorker.controller) return;
    await new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve, { once: true }));
  });
}

test("it can be installed, and opens with the desk gone", LIMIT, async () => {
  const profile = await mkdtemp(path.join(os.tmpdir(), "amends-profile-"));
  const browser = await openBrowser(desk, { profile });
  try {
    const { page, context } = browser;
    await practise(browser);
    await held(page);
    await page.reload();
    await page.locator(".row[id]").first().waitFor();
    const debug = await context.newCDPSession(page);
    const { installabilityErrors } = await debug.send("Page.getInstallabilityErrors");
    assert.deepEqual(installabilityErrors, []);
    const { errors } = await debug.send("Page.getAppManifest");
    assert.deepEqual(errors, []);
    const kept = await page.evaluate(async () => {
      const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
      const all = await Promise.all(caches_.map((cache) => cache.keys()));
      return all.flat().map((request) => new URL(request.url).pathname);
    });
    assert.ok(kept.includes("/") && kept.some((name) => name.endsWith(".wasm")), kept.join(" "));
    assert.deepEqual(kept.filter((name) => /^\/(api|connect|webhooks)\b/.test(name)), []);

    await desk.kill();
    await page.goto("/desk/to-decide");
    await page.locator(".row[id]").first().waitFor();
    await shot(browser, "offline");
    await desk.start();
    await page.reload();
    await page.locator(".row[id]").first().waitFor();
  } finally {
    await browser.close();
    await rm(profile, { recursive: true, force: true });
  }
});

test("a new version waits until it is taken", LIMIT, async () => {
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await held(page);
    // Somebody is typing in another tab.
    const other = await page.context().newPage();
    await other.goto("/");
    await held(other);
    await other.evaluate(() => document.body.setAttribute("data-typed", "yes"));
    await page.evaluate(() => {
      window.addEventListener("amends:update", () => document.body.setAttribute("data-heard", "yes"), { once: true });
    });
    await appendFile(path.join(app, "sw.js"), "// a newer one\n");
    for (const coding of ["br", "gz"]) await rm(path.join(app, `sw.js.${coding}`), { force: true });
    await page.evaluate(async () => (await navigator.serviceWorker.getRegistration()).update());
    await page.locator("body[data-heard]").waitFor();
    const isWaiting = () => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration()).waiting));
    assert.equal(await isWaiting(), true);
    const reloaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Reload" }).click();
    await reloaded;
    await until("the new version is taken", async () => !(await isWaiting()));
    await other.getByText("New version. Drafts are kept.").waitFor();
    await other.locator("body[data-typed]").waitFor();
  } finally {
    await browser.close();
  }
});

test("every size in both themes has no barrier and breaks no rule of the page", { timeout: 240_000 }, async (context) => {
  for (const theme of ["light", "dark"]) {
    for (const size of Object.keys(SIZES)) {
      await context.test(`${size}, ${theme}`, async () => {
        const browser = await openBrowser(desk, { size, theme });
        try {
          await browser.page.goto("/");
          await browser.page.getByRole("button", { name: /practi[cs]e/i }).waitFor();
          await checkAccessibility(browser, "sign in");
          await shot(browser, "sign-in");
          await practise(browser);
          await checkAccessibility(browser, "the desk");
          await shot(browser, "desk");
          assert.deepEqual(browser.faults, []);
        } finally {
          await browser.close();
        }
      });
    }
  }
});

// Files of the app that hold wasm, also in compressed form, by a rule for their names.
async function wasm(rule) {
  const all = await readdir(app, { recursive: true });
  return all.filter((name) => /\.wasm(\.|$)/.test(name) && rule(path.basename(name)));
}

test("the queue is there without what comes later; a part that does not come says so, and comes when asked again", LIMIT, async () => {
  const later = await wasm((name) => /^(split|chunk)_/.test(name));
  assert.ok(later.some((name) => path.basename(name) === "split_case.wasm"), later.join(" "));
  const aside = await mkdtemp(path.join(os.tmpdir(), "amends-aside-"));
  const kept = (name) => path.join(aside, path.basename(name));
  for (const name of later) await rename(path.join(app, name), kept(name));
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await practise(browser);
    await page.locator(".row[id]").first().click();
    const missing = [page.getByRole("main"), page.locator(".app > .offline")];
    await missing[0].getByText("The case did not load.").waitFor();
    await missing[1].getByText("The deadline alarms did not load.").waitFor();
    await shot(browser, "part-missing");
    for (const name of later) await rename(kept(name), path.join(app, name));
    for (const place of missing) await place.getByRole("button", { name: "Try again" }).click();
    await page.locator("#case-h").waitFor();
    await page.getByText("did not load.").waitFor({ state: "detached" });
  } finally {
    await browser.close();
    await rm(aside, { recursive: true, force: true });
  }
});

test("an app that cannot be loaded says so", LIMIT, async () => {
  for (const name of await wasm(() => true)) await rm(path.join(app, name));
  const browser = await openBrowser(desk);
  try {
    const { page } = browser;
    await page.goto("/");
    await page.getByText("could not be loaded").waitFor();
    await shot(browser, "not-loaded");
  } finally {
    await browser.close();
  }
});
