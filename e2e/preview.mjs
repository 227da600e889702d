// How soon the preview of a reply follows a key, beside a paragraph that a line of script copies the same text into.
import { openBrowser, practise, startDesk, startSandbox, until } from "./lib.mjs";

const WORDS = " We are sorry that it came so late, {name|there}. {if keeps}Keep {covers}, nothing needs to come back.{end}";
const FRAME_MS = 1000 / 60;

const platform = await startSandbox({ cases: 12 });
const desk = await startDesk({ platform });
const browser = await openBrowser(desk);
try {
  const { page } = browser;
  await practise(browser);
  await page.goto("/replies/damaged.refunded.en");
  const text = page.getByRole("textbox", { name: "Text of the reply" });
  await until("the built-in words are there", async () => (await text.inputValue()).includes("{amount}"));
  const preview = page.getByRole("region", { name: "As the buyer sees it" });
  await preview.getByText("has been processed").first().waitFor();

  // The peer stands beside it, in the same page.
  await page.evaluate(() => {
    const field = Object.assign(document.createElement("textarea"), { id: "peer-text", ariaLabel: "Peer" });
    const copy = Object.assign(document.createElement("p"), { id: "peer-copy" });
    field.addEventListener("input", () => (copy.textContent = field.value));
    document.querySelector("main").append(field, copy);
  });

  // From the key's own stamp until the frame is drawn in which the words are there, for each key.
  const measure = async (field, shown) => {
    const from = await field.elementHandle();
    const to = await shown.elementHandle();
    await page.evaluate(
      ([from, to]) => {
        globalThis.taken = [];
        globalThis.measured = new AbortController();
        let changed = false;
        const note = () => {
          changed = true;
          // After its frame: too late.
          if (globalThis.taken.length === globalThis.keys && globalThis.keys > 0) globalThis.taken.at(-1).isLate = true;
        };
        globalThis.keys = 0;
        new MutationObserver(note).observe(to, { subtree: true, childList: true, characterData: true });
        from.addEventListener(
          "keydown",
          (key) => {
            changed = false;
            globalThis.keys += 1;
            requestAnimationFrame(() => {
              const inFrame = changed;
              const { port1, port2 } = new MessageChannel();
              port1.onmessage = () => globalThis.taken.push({ ms: performance.now() - key.timeStamp, inFrame });
              port2.postMessage(0);
            });
          },
          { signal: globalThis.measured.signal },
        );
      },
      [from, to],
    );
    await field.press("End");
    const drawn = (keys) => page.waitForFunction((keys) => globalThis.taken.length === keys, keys);
    await drawn(1);
    for (const [place, letter] of [...WORDS].entries()) {
      await page.keyboard.press(letter);
      await drawn(place + 2);
    }
    return await page.evaluate(() => {
      globalThis.measured.abort();
      // The first key only moves the cursor.
      return globalThis.taken.slice(1);
    });
  };
  const told = (name, taken) => {
    const times = taken.map(({ ms }) => ms).sort((one, other) => one - other);
    const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
    const count = (kind) => taken.filter((one) => one[kind]).length;
    const median = at(0.5);
    console.log(
      `  ${name}: of ${times.length} keys ${count("inFrame")} changed it in their own frame, ${count("isLate")} later; drawn after ${median.toFixed(1)} ms at the median, ` +
        `95 of 100 within ${at(0.95).toFixed(1)} ms`,
    );
    return median;
  };
  console.log(`preview of a reply (wanted: each key within one frame, ${FRAME_MS.toFixed(1)} ms)`);
  const peer = [page.locator("#peer-text"), page.locator("#peer-copy")];
  const medians = [];
  for (const [name, [field, shown]] of [["peer", peer], ["preview", [text, preview]], ["peer again", peer], ["preview again", [text, preview]]]) {
    medians.push(told(name, await measure(field, shown)));
  }
  const [one, own, other, again] = medians;
  console.log(`  ratio ${(own / one).toFixed(2)} and ${(again / other).toFixed(2)}`);
} finally {
  await browser.close();
  await desk.stop();
  await platform.stop();
}
