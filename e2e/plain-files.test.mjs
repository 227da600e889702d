// The same app as plain files on an origin of its own, as `cargo xtask dist --proxy` makes them.
import assert from "node:assert/strict";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import path from "node:path";
import { test } from "node:test";
import { captions, film, openBrowser, picture, practise, startDesk, startSandbox, until } from "./lib.mjs";
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

    // The handbook's own files lie at the proxy, and are shown here.
    const lead = await desk.api();
    const brought = [["label.png", picture()], ["step.webm", await film()], ["step.vtt", await captions()]];
    const [label, video, words] = await Promise.all(brought.map(([name, bytes]) => lead.bring(name, bytes)));
    const path = "/api/handbook/pages/proof/draft";
    const { revision, content } = await lead.post(path);
    Object.assign(content.steps[0], { text: `![The label](media:${label.id})`, video: `media:${video.id}`, captions: words.id });
    const saved = await lead.put(path, { revision, content });
    await lead.post(`${path}/review`, { revision: saved.revision, change: "work", description: "A video." });
    await lead.post(`${path}/publish`, { revision: saved.revision });
    await page.goto("/handbook/proof");
    const drawn = page.getByRole("img", { name: "The label" });
    await until("the picture is drawn", () => drawn.evaluate((image) => image.complete && image.naturalWidth > 0));
    assert.ok((await drawn.getAttribute("src")).startsWith(`${desk.url}/api/handbook/media/`));
    const player = page.locator("video");
    await player.evaluate((video) => video.play());
    await until("it plays with its captions", () =>
      player.evaluate((video) => video.ended && video.textTracks[0].cues?.length === 2));

    // And a lead brings some in from here, with the first picture drawn from the other origin.
    await page.goto("/handbook/deadlines/edit");
    const first = page.getByRole("region", { name: "Step 1", exact: true });
    const step = { name: "other.webm", mimeType: "video/webm", buffer: await film(1_000) };
    await first.getByLabel("Or upload a video").setInputFiles(step);
    await first.getByText("Has a picture in front").waitFor();
    await page.getByText(/^Saved /).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
    await desk.stop();
    await platform.stop();
    await served.stop();
  }
});
