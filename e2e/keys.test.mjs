// By keyboard alone: a key does what it is said to do wherever one has gone, and the focus is never lost on the way.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkAccessibility, openedCase, shot, startDesk, startSandbox, until } from "./lib.mjs";

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 12 });
  await platform.dials({ refund_delay_s: 3_600, activity: false });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "30" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

// Of a mug that came in pieces there are two photos to show.
const MUG = { seller_sku: "HH-MUG-12-BL", reason: "damaged", photos: 2 };
const REFUND = { shop: "US", kind: "REFUND", deadline_s: 86_400, ...MUG };

async function opened(work) {
  await openedCase({ desk, platform, api }, REFUND, async (page, { id: platformId, case: id, browser }) => {
    await work(page, id, browser, platformId);
    assert.deepEqual(browser.faults, []);
  });
}

const openId = (page) => new URL(page.url()).pathname.split("/")[3];
const focused = (page) => page.evaluate(() => document.activeElement.id);
const confirmed = (page) => page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();

test("Z undoes what was pressed last, also from another case and from the list, and leads there", async () => {
  await opened(async (page, id, browser, platformId) => {
    const news = page.getByRole("region", { name: "News" });
    const undone = async () => (await api.get(`/api/cases/${id}`)).intents.filter(({ state }) => "undone" in state).length;
    const approve = async () => {
      await confirmed(page);
      await page.keyboard.press("a");
      await page.getByRole("heading", { name: "Approve this refund?" }).waitFor();
      // What is shown keeps its sum together; what is written keeps its own space.
      assert.match(await page.locator(".preview .bubble").evaluate((one) => one.textContent), /US\$\u00a0\d/);
      assert.match(await page.locator("#reply").inputValue(), /US\$ \d/);
      await page.keyboard.press("Control+Enter");
      await page.getByRole("button", { name: /^Undo/ }).waitFor();
    };
    await approve();
    await page.keyboard.press("j");
    await until("another case is open", () => openId(page) && openId(page) !== id);
    await page.keyboard.press("z");
    await news.getByText(/^Undone: Approve US\$/).waitFor();
    await checkAccessibility(browser, "the news of what was undone");
    const count = await undone();
    assert.ok(count > 0, "it is undone at the desk");
    await news.getByRole("button", { name: "Open" }).click();
    await until("the case is open again", () => openId(page) === id);
    await confirmed(page);

    await page.keyboard.press("z");
    await news.getByText("Nothing to undo").waitFor();

    await approve();
    await page.keyboard.press("Escape");
    await until("the list alone is open", () => openId(page) === undefined);
    await page.keyboard.press("z");
    await until("it is undone once more", async () => (await undone()) === 2 * count);
    assert.deepEqual(await platform.ledgerOf(platformId), { money: [], messages: [] });
  });
});

test("an answer that comes after its case was left does no harm", async () => {
  await opened(async (page, id) => {
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "Approve this refund?" }).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: /^Undo/ }).waitFor();
    // Both before anything can answer.
    await page.evaluate(() => {
      for (const key of ["z", "j"]) document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
    });
    await until("another case is open", () => openId(page) && openId(page) !== id);
    await page.getByRole("region", { name: "News" }).getByText("Undone").waitFor();
    await confirmed(page);
  });
});

test("the focus goes along with J and K, and Enter opens nothing else", async () => {
  await opened(async (page, id) => {
    await page.locator(`#row-${id}`).focus();
    for (const key of ["k", "j", "j"]) {
      const before = openId(page);
      await page.keyboard.press(key);
      await until(`${key} opens another case`, () => openId(page) !== before);
      assert.equal(await focused(page), `row-${openId(page)}`);
    }
    const here = page.url();
    await page.keyboard.press("Enter");
    await confirmed(page);
    assert.equal(page.url(), here);
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineOffset);
    assert.equal(ring, "-2px", "the ring is drawn inside the row");
  });
});

test("keys of a case work from its row, and say so where there is nothing for them", async () => {
  await opened(async (page, id) => {
    const news = page.getByRole("region", { name: "News" });
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await page.keyboard.press("p");
    await sheet.waitFor();
    await page.keyboard.press("Escape");
    await page.keyboard.press("Escape");
    await until("the list alone is open", () => openId(page) === undefined);
    await page.locator("body").click({ position: { x: 2, y: 2 } });
    await page.evaluate(() => document.activeElement.blur());
    await page.keyboard.press("a");
    await news.getByText("No case is open").waitFor();

    await page.locator(`#row-${id}`).focus();
    await page.keyboard.press("m");
    const holder = async () => (await api.get(`/api/cases/${id}`)).row.assignee;
    await until("it is taken", async () => (await holder()) !== null);
    await page.locator(`#row-${id} .avatar:not(.avatar--none)`).waitFor();
    await page.keyboard.press("m");
    await until("it is released", async () => (await holder()) === null);
    await page.keyboard.press("a");
    await page.getByRole("heading", { name: "Approve this refund?" }).waitFor();
    assert.equal(openId(page), id);
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });

    // On a page that has no reply texts yet, too: each begins with its own words.
    const fromRow = async (key) => {
      await page.goto("/desk/to-decide");
      await page.locator(`#row-${id}`).focus();
      await page.keyboard.press(key);
      await until("the case is open", () => openId(page) === id);
    };
    await fromRow("x");
    await page.getByRole("heading", { name: "Reject with proof" }).waitFor();
    await sheet.getByText(/^Goes out when rejected/).waitFor();
    await fromRow("q");
    await until("the question is there", async () => (await page.locator("#reply").inputValue()).includes("Before we decide"));
  });
});

test("T chooses among the templates, and Q asks the buyer", async () => {
  await opened(async (page, _, browser) => {
    await confirmed(page);
    const reply = page.locator("#reply");
    const first = await reply.inputValue();
    await page.keyboard.press("t");
    const find = page.getByRole("combobox", { name: "Find a template" });
    await find.waitFor();
    await checkAccessibility(browser, "the templates");
    await shot(browser, "templates");
    await until("it is typed into", async () => (await focused(page)) === "finder");
    await page.keyboard.type("wrong item");
    await page.keyboard.press("Enter");
    await find.waitFor({ state: "detached" });
    await until("other words stand there", async () => (await reply.inputValue()) !== first);
    assert.equal(await focused(page), "reply");
    await page.keyboard.press("Escape");
    await page.keyboard.press("t");
    await until("it is typed into", async () => (await focused(page)) === "finder");
    await page.keyboard.press("Enter");
    await until("the first one is back", async () => (await reply.inputValue()) === first);

    await page.keyboard.press("Escape");
    await page.keyboard.press("q");
    await until("the question is there", async () => (await reply.inputValue()).includes("Before we decide"));
    await page.keyboard.press("Control+Enter");
    await page.getByText(/^The reply goes out in/).waitFor();
    await page.keyboard.press("a");
    await page.getByRole("region", { name: "News" }).getByText("Nothing to approve here").waitFor();
  });
});

test("words that were given up for others come back one after the other, each in its language", async () => {
  await opened(async (page) => {
    await confirmed(page);
    const reply = page.locator("#reply");
    await until("the reply is there", async () => (await reply.inputValue()).length > 40);
    const language = page.getByLabel("Language of the reply");
    for (const [words, next] of [["FIRST", "de"], ["ZWEITE", "es"]]) {
      await reply.focus();
      await page.keyboard.press("Control+End");
      await page.keyboard.type(` ${words}`);
      await language.selectOption(next);
      await until("other words stand there", async () => !(await reply.inputValue()).includes(words));
    }
    for (const [words, tag] of [["ZWEITE", "de"], ["FIRST", "en"], ["ZWEITE", "de"]]) {
      await page.getByRole("button", { name: "Put my words back" }).click();
      await until(`${words} is back`, async () => (await reply.inputValue()).endsWith(words));
      assert.deepEqual([await reply.getAttribute("lang"), await language.inputValue(), await focused(page)], [tag, tag, "reply"]);
    }
  });
});

test("F8 goes from one finding to the next and round again, and says what each is", async () => {
  await opened(async (page) => {
    await confirmed(page);
    const reply = page.locator("#reply");
    await reply.fill("Hi Dana, write to me@example.org. Or look at www.example.com for more.");
    const seen = [];
    const marked = () => reply.evaluate((area) => [area.selectionStart, area.selectionEnd].join());
    const told = page.locator(".composer .lint b");
    const shown = async () => [await marked(), await told.textContent()].join();
    do {
      const before = await shown();
      await page.keyboard.press("F8");
      await until("it has gone on", async () => (await shown()) !== before);
      seen.push(await shown());
    } while (seen.length < 9 && seen.indexOf(seen.at(-1)) === seen.length - 1);
    assert.equal(seen.at(-1), seen[0], "round again");
    assert.ok(new Set(seen.map((one) => one.split(",")[2])).size > 1, seen.join("\n"));

    // Its reply goes out with the decision alone: the key that sends a line asks for that one.
    await reply.press("Control+Enter");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByRole("heading", { name: "Approve this refund?" }).waitFor();
    await page.keyboard.press("Escape");
    await sheet.waitFor({ state: "hidden" });

    // Two that begin together are both gone to, and another text is told of by what blocks it.
    await reply.fill("{name}, wir haben die Ware geprüft. Wir melden uns, sobald wir mehr wissen.");
    const [empty, other] = ["A variable is empty. Fill it in, or take it out.", "The buyer writes another language."];
    await page.locator(".composer .lint b", { hasText: empty }).waitFor();
    for (const rule of [empty, other, empty, other]) {
      await page.keyboard.press("F8");
      await page.locator(".composer .lint b", { hasText: rule }).waitFor();
    }
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" Bis bald.");
    await page.locator(".composer .lint b", { hasText: empty }).waitFor();

    // What mends a finding goes with it; the focus goes back to the words.
    await reply.fill("Thank you for the photos. More is at www.example.com today.");
    await page.getByRole("button", { name: "Take it out" }).press("Enter");
    await until("it is mended", async () => !(await reply.inputValue()).includes("example"));
    await until("the words have the focus", async () => (await focused(page)) === "reply");
  });
});

test("a line of chat comes back from a closed sheet, and nothing is to be put back", async () => {
  await opened(async (page) => {
    await confirmed(page);
    const [reply, sheet] = [page.locator("#reply"), page.getByRole("dialog", { name: "Decision" })];
    await page.getByText("now, a question").click();
    await reply.fill("Could you show me the box?");
    await page.keyboard.press("Escape");
    for (let times = 0; times < 2; times += 1) {
      await page.keyboard.press("a");
      await page.getByRole("heading", { name: "Approve this refund?" }).waitFor();
      await until("the sheet has its words", async () => !(await reply.inputValue()).includes("the box"));
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "hidden" });
      await until("the line is back", async () => (await reply.inputValue()) === "Could you show me the box?");
      assert.equal(await page.getByRole("button", { name: "Put my words back" }).count(), 0);
    }
  });
});

test("an offer that was undone leaves none of its words, and its sum stands there when it is made again", async () => {
  await opened(async (page) => {
    await confirmed(page);
    const [sheet, reply] = [page.getByRole("dialog", { name: "Decision" }), page.locator("#reply")];
    const [preview, amount] = [sheet.locator(".preview"), sheet.getByLabel("Amount to offer")];
    const first = await reply.inputValue();
    await page.keyboard.press("p");
    await amount.fill("99999");
    await sheet.getByText(/^The amount must be/).waitFor();
    assert.doesNotMatch(await preview.innerText(), /99/, "a sum that cannot be offered is told to nobody");
    await amount.fill("4.50");
    await preview.getByText(/4\.50/).waitFor();
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: /^Undo/ }).waitFor();
    await page.keyboard.press("z");
    await confirmed(page);
    for (const again of [false, true]) {
      if (again) await page.reload();
      await confirmed(page);
      await until("the first words are back", async () => (await reply.inputValue()) === first);
      await page.getByText("All checks pass").waitFor();
      await page.keyboard.press("p");
      await preview.getByText(/4\.50/).waitFor();
      assert.equal(await amount.inputValue(), "4.50");
      await page.keyboard.press("Escape");
      await sheet.waitFor({ state: "hidden" });
    }
  });
});

test("F6 goes through every pane that is drawn, and back", async () => {
  await opened(async (page) => {
    const PANES = ["rail", "queue__list", "case__sheet", "facts"];
    const pane = () =>
      page.evaluate((panes) => panes.find((name) => document.activeElement.closest(`.${name}`)), PANES);
    await page.locator(".rail a").first().focus();
    for (const wanted of [...PANES.slice(1), ...PANES]) {
      await page.keyboard.press("F6");
      assert.equal(await pane(), wanted);
    }
    for (const wanted of PANES.toReversed().slice(1)) {
      await page.keyboard.press("Shift+F6");
      assert.equal(await pane(), wanted);
    }
  });
});

test("what is closed gives the focus back where it was", async () => {
  await opened(async (page, id) => {
    const row = `row-${id}`;
    await page.locator(`#${row}`).focus();
    for (const [key, opened] of [
      ["?", page.getByRole("dialog", { name: "Keys" })],
      ["Control+k", page.getByRole("dialog", { name: "Search or command" })],
      ["/", page.getByRole("combobox", { name: "Find a saved line" })],
    ]) {
      await page.keyboard.press(key);
      await opened.waitFor();
      if (key === "/") await until("it is typed into", async () => (await focused(page)) === "finder");
      await page.keyboard.press("Escape");
      await opened.waitFor({ state: "detached" });
      await until(`${key} has given the focus back`, async () => (await focused(page)) === row);
    }
  });
});

test("the palette has what the list of keys has, and the way out", async () => {
  await opened(async (page) => {
    const palette = page.getByRole("dialog", { name: "Search or command" });
    const run = async (words) => {
      await page.keyboard.press("Control+k");
      await palette.waitFor();
      await page.keyboard.type(words);
      await palette.getByRole("option", { name: words }).first().waitFor();
      await page.keyboard.press("Enter");
      await palette.waitFor({ state: "detached" });
    };
    await page.keyboard.press("Control+k");
    for (const [label, key] of [
      ["Undo the hold", "Z"],
      ["Open photos", "V"],
      ["Choose a template", "T"],
      ["Ask the buyer", "Q"],
      ["Change language", "L"],
      ["Saved line", "/"],
      ["Hand to somebody", "Shift M"],
      ["Sign out", ""],
    ]) {
      const option = palette.getByRole("option", { name: label });
      assert.equal((await option.locator("kbd").allInnerTexts()).join(" "), key, label);
    }
    await page.keyboard.press("Escape");
    await palette.waitFor({ state: "detached" });
    await run("Saved line");
    await page.getByRole("combobox", { name: "Find a saved line" }).waitFor();
    await page.keyboard.press("Escape");
    await run("Undo the hold");
    await page.getByText("Nothing to undo").waitFor();
    await run("Open photos");
    await page.getByRole("dialog", { name: "Photos" }).waitFor();
    await page.keyboard.press("Escape");
    // Pages of the handbook and replies are found by words of their titles, in any order.
    await page.keyboard.press("Control+k");
    await page.keyboard.type("partial refund");
    await palette.getByRole("group", { name: "Handbook" }).getByRole("option", { name: "When to offer a partial refund" }).waitFor();
    await page.keyboard.press("Control+a");
    await page.keyboard.type("refunded damaged");
    await palette.getByRole("group", { name: "Replies" }).getByRole("option", { name: "Arrived damaged, refunded" }).click();
    await page.waitForURL("**/replies/damaged.refunded.en");
    await page.goBack();
    await run("Sign out");
    await page.getByRole("button", { name: /practi[cs]e/i }).waitFor();
  });
});

test("the photo viewer is laid out like a sheet, and loads again only what did not load", async () => {
  await opened(async (page, _, browser) => {
    // They come with what the buyer wrote, which TikTok may name later than the request itself.
    await page.getByRole("button", { name: "Photo 1 of 2" }).waitFor();
    await page.keyboard.press("v");
    const photos = page.getByRole("dialog", { name: "Photos" });
    await photos.getByRole("heading", { name: "Photo 1 of 2" }).waitFor();
    const image = photos.locator("img");
    await image.waitFor();
    const again = photos.getByRole("button", { name: "Try again" });
    assert.equal(await again.count(), 0);
    const inset = await photos.evaluate((dialog) => {
      const edge = dialog.getBoundingClientRect();
      const inside = [...dialog.querySelectorAll("h2, img, footer .btn")].map((one) => one.getBoundingClientRect());
      return Math.min(...inside.flatMap((one) => [one.left - edge.left, edge.right - one.right, edge.bottom - one.bottom]));
    });
    assert.ok(inset >= 12, `${inset} px to the edge`);
    await checkAccessibility(browser, "the photo viewer");
    await shot(browser, "keys-1-photo", ["desktop", "phone"]);
    await image.dispatchEvent("error");
    await again.click();
    await image.waitFor();
    assert.equal(await again.count(), 0);
    await page.keyboard.press("ArrowRight");
    await photos.getByRole("heading", { name: "Photo 2 of 2" }).waitFor();
  });
});

test("a photo counts as opened once it is to be seen", async () => {
  let come;
  const held = new Promise((done) => (come = done));
  const before = (page) => page.route(/\/api\/media\//, async (route) => {
    await held;
    await route.continue();
  });
  await openedCase({ desk, platform, api }, REFUND, async (page, { case: id, browser }) => {
    const opened = async () => (await api.get(`/api/cases/${id}`)).opened ?? [];
    await page.getByRole("button", { name: "Photo 1 of 2" }).waitFor();
    await page.keyboard.press("v");
    const photos = page.getByRole("dialog", { name: "Photos" });
    await photos.getByText("Loading the photo").waitFor();
    await page.keyboard.press("ArrowRight");
    await photos.getByRole("heading", { name: "Photo 2 of 2" }).waitFor();
    come();
    await photos.getByRole("img", { name: "Photo 2 of 2" }).waitFor();
    await until("the desk knows of it", async () => (await opened()).length > 0);
    assert.equal((await opened()).length, 1, "the one that went by unseen does not count");
    await page.keyboard.press("Escape");
    await photos.waitFor({ state: "hidden" });
    assert.equal(await page.getByRole("button", { name: "Photo 1 of 2" }).locator(".seen").count(), 0);

    // From the sheet, which has the focus again once the button that opened them is gone.
    await page.keyboard.press("a");
    const sheet = page.getByRole("dialog", { name: "Decision" });
    await sheet.getByRole("button", { name: "Open it" }).press("Enter");
    await photos.getByRole("img", { name: "Photo 1 of 2" }).waitFor();
    await sheet.locator(".unseen").waitFor({ state: "detached" });
    await page.keyboard.press("Escape");
    await photos.waitFor({ state: "hidden" });
    await until("the sheet has the focus", () => sheet.evaluate((dialog) => dialog.contains(document.activeElement)));
    await page.keyboard.press("Control+Enter");
    await page.getByRole("button", { name: /^Undo/ }).waitFor();
    assert.deepEqual(browser.faults, []);
  }, { before });
});

test("a case that its address opens is in view in the list, which stays where it is for a press", async () => {
  await opened(async (page) => {
    await page.setViewportSize({ width: 1440, height: 560 });
    const rows = page.locator(".row[id]");
    await rows.last().waitFor();
    const address = await rows.last().getAttribute("href");
    await page.goto(address);
    const row = page.locator(`.row[href="${address}"]`);
    await row.waitFor();
    const list = page.locator(".queue__list");
    await until("its row is in view", async () => {
      const [pane, one] = [await list.boundingBox(), await row.boundingBox()];
      return pane.y <= one.y && one.y + one.height <= pane.y + pane.height + 1;
    });
    assert.equal(await row.evaluate((one) => one === document.activeElement), false, "it takes no focus");
    const stands = await list.evaluate((one) => one.scrollTop);
    assert.ok(stands > 0, "it stood below what was in view");
    await rows.nth((await rows.count()) - 2).click();
    await until("another case is open", () => openId(page) !== address.split("/").at(-1));
    await page.evaluate(() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn))));
    assert.equal(await list.evaluate((one) => one.scrollTop), stands);
  });
});

test("on a tablet the newest message is in view, and what is still to be done stands between the answers", async () => {
  const size = "tablet-landscape";
  await openedCase({ desk, platform, api }, REFUND, async (page, { id, case: caseId, come, browser }) => {
    await platform.act(id, "message", { text: "It still has its box, if that helps." });
    await until("the desk has the message", async () => (await api.get(`/api/cases/${caseId}`)).chat.messages.length > 0);
    await come();
    const [body, newest] = [page.locator("#case-body"), page.locator("#case-body .bubble").last()];
    await until("it is in view", async () => {
      const [pane, one] = [await body.boundingBox(), await newest.boundingBox()];
      return pane.y <= one.y && one.y + one.height <= pane.y + pane.height;
    });
    const gate = page.locator("#gate");
    await gate.getByText("Photos not opened").waitFor();
    assert.equal(await gate.locator("> span").evaluate((one) => getComputedStyle(one).opacity), "1");
    assert.deepEqual(browser.faults, []);
  }, { size });
});
