// The same app as plain files on an origin of its own, as `cargo xtask dist --proxy` makes them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { test } from "node:test";
import { openBrowser, practise, startDesk, startSandbox } from "./lib.mjs";
import { named } from "./lib/program.mjs";

const TYPES = { css: "text/css", html: "text/html", js: "text/javascript", json: "application/json", svg: "image/svg+xml", wasm: "application/wasm" };

// Any host of static files: unknown paths are the app's own, every answer has the headers of headers.txt.
async function host() {
  const app = named("AMENDS_DIST", "the built app");
  const headers = named("AMENDS_STATIC_HEADERS", "what a host must send");
  const served = { proxy: "", url: "" };
  const server = createServer(async (request, answer) => {
    const { pathname } = new URL(request.url, served.url);
    const name = pathname.includes(".") ? pathname : "/index.html";
    const lines = headers.replaceAll("https://proxy.invalid", served.proxy).trim().split("\n");
    for (const line of lines) answer.setHeader(...line.split(/: (.*)/).slice(0, 2));
    try {
      const body = name === "/config.json" ? JSON.stringify({ proxy: served.proxy }) : await readFile(path.join(app, name));
      answer.setHeader("content-type", TYPES[name.split(".").pop()] ?? "application/octet-stream").end(body);
    } catch {
      answer.writeHead(404).end();
    }
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  served.url = `http://127.0.0.1:${server.address().port}`;
  served.stop = async () => {
    server.closeAllConnections();
    server.close();
    await once(server, "close");
  };
  return served;
}

test("the app on another origin signs in, reads and lives", { timeout: 90_000 }, async () => {
  const served = await host();
  const platform = await startSandbox({ cases: 12 });
  const desk = await startDesk({ platform, settings: { AMENDS_ALLOWED_ORIGIN: served.url } });
  served.proxy = desk.url;
  const browser = await openBrowser(served);
  try {
    const { page } = browser;
    const live = page.waitForRequest((request) => request.url().startsWith(`${desk.url}/api/events`));
    await practise(browser);
    assert.equal(new URL(page.url()).origin, served.url);
    await live;
    await platform.open({ kind: "REFUND", shop: "US", deadline_s: 300 });
    await page.locator(".row[id]").first().getByText(/^[345] min$/).waitFor();
    await page.locator(".row[id]").first().click();
    await page.locator("#case-h").waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
    await desk.stop();
    await platform.stop();
    await served.stop();
  }
});
