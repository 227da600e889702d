// The handbook's own pictures and videos: a lead brings them in over a line that is cut and a desk that dies, and an agent
// sees them with their captions.
import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import {
  Api, SIZES, captions, checkAccessibility, film, openBrowser, picture, practise, shot, startDesk, startRelay, startSandbox, until,
} from "./lib.mjs";

const ALL = Object.keys(SIZES);
const PROOF = "/handbook/proof";
const PIECE = 1024 * 1024;

let platform, desk, ada, folder, label, step, later;
before(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), "amends-media-"));
  const keep = async (name, bytes) => {
    const file = path.join(folder, name);
    await writeFile(file, bytes);
    return file;
  };
  label = await keep("label.png", picture());
  step = await keep("step.webm", await film(6_000_000));
  later = await keep("later.webm", await film(5_000_000));
  await keep("step.vtt", await captions());
  await keep("subrip.vtt", "WEBVTT\n\n00:00:00,000 --> 00:00:01,000\nWith a comma.\n");
  await keep("photo.png", "<svg onload=alert(1)>");
  await keep("large.png", Buffer.concat([picture(), Buffer.alloc(10_000_001)]));
  platform = await startSandbox({ cases: 12 });
  desk = await startDesk({ platform });
  ada = new Api(desk.url);
  const token = new URL(desk.setupUrl).hash.slice(1);
  await ada.post("/api/session/link", { token, name: "Ada Berg", email: "ada@example.com", password: "a quiet harbour at noon" });
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
  await rm(folder, { recursive: true, force: true });
});

const stepOne = (page) => page.getByRole("region", { name: "Step 1", exact: true });
const shows = (image) => image.evaluate((image) => image.complete && image.naturalWidth > 0);

test("a picture and a video come in over a line that is cut and a desk that dies, and an agent sees them", { timeout: 180_000 }, async () => {
  const relay = await startRelay(desk);
  const [lead, agent] = [await openBrowser(relay), await openBrowser(desk)];
  try {
    const { page } = lead;
    await practise(lead);
    await page.goto(`${PROOF}/edit`);
    const first = stepOne(page);
    const preview = page.getByRole("article", { name: "Preview" });
    await page.getByText(/^Saved /).waitFor();

    // A picture asks for its words; without them the page says what is missing.
    await first.getByLabel("Add a picture").setInputFiles(label);
    await first.getByLabel("What does the picture show?").waitFor();
    await shot(lead, "uploads-1-words", ALL);
    await first.getByRole("button", { name: "Put it into the text" }).click();
    await first.getByText("A picture has no words").waitFor();
    const text = first.getByLabel("Text, in Markdown");
    await text.fill((await text.inputValue()).replace("![]", "![The label of the parcel]"));
    await first.getByText("A picture has no words").waitFor({ state: "detached" });
    const shown = preview.getByRole("img", { name: "The label of the parcel" });
    await until("the picture is drawn", () => shows(shown));

    // A video: the line is cut in the middle of its third piece, and it goes on by itself from there.
    const before = relay.carried("PATCH");
    const cut = relay.cutAfter(2.5 * PIECE, "PATCH", /\/uploads\//);
    await first.getByLabel("Or upload a video").setInputFiles(step);
    await cut;
    await first.getByText(/No connection at/).waitFor();
    await checkAccessibility(lead, "an upload that is cut");
    await shot(lead, "uploads-2-cut", ALL);
    relay.mend();
    const own = first.getByRole("group", { name: "Video of the handbook’s own" });
    await own.waitFor();
    await own.getByText("Has a picture in front").waitFor();
    const carried = relay.carried("PATCH") - before;
    assert.ok(carried < 6_000_000 + 2 * PIECE, `what had arrived was not sent again: ${carried}`);

    // Captions, wrong and right.
    await first.getByText("The video has no captions").waitFor();
    await own.getByLabel("Captions, as .vtt").setInputFiles(path.join(folder, "subrip.vtt"));
    await first.getByText("The file of captions: line 3 has a time that is not like 00:01.000 --> 00:04.000.").waitFor();
    await own.getByLabel("Captions, as .vtt").setInputFiles(path.join(folder, "step.vtt"));
    await own.getByText("Has captions").waitFor();
    await first.getByText("The video has no captions").waitFor({ state: "detached" });
    await page.getByText(/^Saved /).waitFor();
    await checkAccessibility(lead, "the editor with a video");
    await shot(lead, "uploads-3-editor", ALL);

    // Another video: cut again; then the desk dies and the page is loaded anew, by the straight way.
    const again = relay.cutAfter(2.5 * PIECE, "PATCH", /\/uploads\//);
    await own.getByLabel("Another video").setInputFiles(later);
    await again;
    await first.getByText(/No connection at/).waitFor();
    await desk.restart();
    await page.goto(`${desk.url}${PROOF}/edit`);
    await page.getByText("“later.webm” is not finished.").waitFor();
    // Of the piece that was cut the desk may have kept what had come.
    await page.getByText(/[123]\.\d of 5\.\d MB are here\./).waitFor();
    await checkAccessibility(lead, "an upload of before");
    await shot(lead, "uploads-4-left-open", ALL);
    const went = [];
    page.on("request", (request) => request.method() === "PATCH" && went.push(request.headers()["upload-offset"]));
    await own.getByLabel("Another video").setInputFiles(later);
    await page.getByText("“later.webm” is not finished.").waitFor({ state: "detached" });
    await own.getByText("No captions").waitFor();
    await own.getByText("Has a picture in front").waitFor();
    assert.ok(Number(went[0]) >= 2 * PIECE, `from where it stood: ${went[0]}`);
    await own.getByLabel("Captions, as .vtt").setInputFiles(path.join(folder, "step.vtt"));
    await own.getByText("Has captions").waitFor();
    await page.getByText(/^Saved /).waitFor();

    await page.getByRole("button", { name: "Send for review…" }).click();
    const sheet = page.getByRole("dialog");
    await sheet.getByLabel("What changes for who works by it?").fill("A picture, and a video that shows it.");
    await sheet.getByRole("button", { name: "Send for review" }).click();
    await page.getByText("You sent it. Another lead or an admin approves it.").waitFor();
    const { draft } = await ada.get("/api/handbook/pages/proof");
    await ada.post("/api/handbook/pages/proof/draft/publish", { revision: draft.revision });

    // The agent reads it, plays it, and reads what is said.
    await practise(agent);
    const parts = [];
    agent.page.on("response", (answer) => answer.url().includes("/handbook/media/") && parts.push(answer));
    await agent.page.goto(PROOF);
    await until("the picture is drawn", () => shows(agent.page.getByRole("img", { name: "The label of the parcel" })));
    const video = agent.page.locator("video");
    assert.match(await video.getAttribute("aria-label"), /^Video: /);
    assert.equal(parts.filter((answer) => answer.headers()["content-type"] === "video/webm").length, 0, "nothing before play");
    await shot(agent, "uploads-5-page", ALL);
    await checkAccessibility(agent, "a page with a video of its own");
    await video.evaluate((video) => video.play());
    await until("it plays to its end", () => video.evaluate((video) => video.ended && video.videoWidth === 320));
    const said = await video.evaluate(({ textTracks: [track] }) => [track.mode, [...track.cues].map((cue) => cue.text)]);
    assert.deepEqual(said, ["showing", ["Read the reason in the buyer’s words.", "Then look at the photos, and decide."]]);
    const played = parts.filter((answer) => answer.headers()["content-type"] === "video/webm");
    assert.ok(played.some((answer) => answer.status() === 206), "in parts");

    await agent.page.emulateMedia({ media: "print" });
    assert.equal(await video.isVisible(), false, "nothing plays on paper");
    const paper = agent.page.getByRole("img", { name: /^The first picture of the video: / });
    await until("its picture stands in for it", () => paper.isVisible());
    await shot(agent, "uploads-6-print");
    for (const browser of [lead, agent]) assert.deepEqual(browser.faults, []);
  } finally {
    for (const browser of [lead, agent]) await browser.close();
    relay.stop();
  }
});

test("what does not fit is refused with what to do, and what is dropped on a step goes where it belongs", { timeout: 90_000 }, async () => {
  const browser = await openBrowser(desk, { theme: "dark" });
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/handbook/deadlines/edit");
    const first = stepOne(page);
    await page.getByText(/^Saved /).waitFor();
    const video = first.getByLabel("Or upload a video");
    const image = first.getByLabel("Add a picture");
    await image.setInputFiles(path.join(folder, "photo.png"));
    await first.getByText("This is not a picture that every browser shows.").waitFor();
    await image.setInputFiles(path.join(folder, "large.png"));
    await first.getByText("This file is too large: at most 10 MB are taken.").waitFor();
    await video.setInputFiles(label);
    await first.getByText("This is a picture.").waitFor();
    await checkAccessibility(browser, "refused files");
    await shot(browser, "uploads-7-refused", ALL);
    await first.getByRole("button", { name: "Drop: large.png" }).click();

    // Pasted as a screenshot is; dropped as files are.
    const bytes = [...picture({ width: 40, height: 30 })];
    const give = ([area, kind, bytes]) => {
      const given = new DataTransfer();
      given.items.add(new File([new Uint8Array(bytes)], "pasted.png", { type: "image/png" }));
      const about = { bubbles: true, cancelable: true };
      area.dispatchEvent(kind === "paste" ? new ClipboardEvent(kind, { ...about, clipboardData: given }) : new DragEvent(kind, { ...about, dataTransfer: given }));
    };
    for (const kind of ["paste", "drop"]) {
      const area = await first.getByLabel("Text, in Markdown").elementHandle();
      await page.evaluate(give, [area, kind, bytes]);
      await first.getByLabel("What does the picture show?").fill(`The ${kind} picture`);
      await page.keyboard.press("Enter");
      await page.getByRole("article", { name: "Preview" }).getByRole("img", { name: `The ${kind} picture` }).waitFor();
    }
    await page.getByText(/^Saved /).waitFor();
    assert.deepEqual(browser.faults, []);
  } finally {
    await browser.close();
  }
});

test("an upload that is not finished is announced beside its own page alone", { timeout: 90_000 }, async () => {
  const relay = await startRelay(desk);
  const browser = await openBrowser(relay);
  try {
    const { page } = browser;
    await practise(browser);
    await page.goto("/handbook/disputes/edit");
    await page.getByText(/^Saved /).waitFor();
    const cut = relay.cutAfter(1.5 * PIECE, "PATCH", /\/uploads\//);
    await stepOne(page).getByLabel("Or upload a video").setInputFiles(step);
    await cut;
    await stepOne(page).getByText(/No connection at/).waitFor();
    await page.goto("about:blank");
    relay.mend();
    // One of which this device does not know where it belongs is announced everywhere.
    await (await desk.api()).post("/api/handbook/uploads", { name: "other.webm", size: 1_000 });
    const [own, other] = ["step", "other"].map((name) => page.getByText(`“${name}.webm” is not finished.`));
    await page.goto("/handbook/disputes/edit");
    await own.waitFor();
    await page.goto("/handbook/partial-refunds/edit");
    await other.waitFor();
    assert.equal(await own.count(), 0);
  } finally {
    await browser.close();
    relay.stop();
  }
});
