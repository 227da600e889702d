import { openBrowser, practise } from "./browser.mjs";
import { until } from "./until.mjs";

// Opens the photos of the case and looks at one after the other: only what has loaded was looked at.
export async function lookAtPhotos(page, count) {
  await page.keyboard.press("v");
  const photos = page.getByRole("dialog", { name: "Photos" });
  for (let place = 1; place <= count; place += 1) {
    if (place > 1) await page.keyboard.press("ArrowRight");
    await photos.getByRole("img", { name: `Photo ${place} of ${count}` }).waitFor();
  }
}

// Lets a buyer open what is wished for and puts it before an agent. `work` is given the page and `{ id, case, come, browser }`:
// the platform's number, the desk's, a way to load the case again, and all of the browser; `before` runs before the case is opened.
export async function openedCase({ desk, platform, api }, wish, work, { before = () => {}, size } = {}) {
  const { id } = await platform.open(wish);
  const view = await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
  });
  const browser = await openBrowser(desk, { size });
  try {
    const { page } = browser;
    await practise(browser);
    await before(page);
    const come = async () => {
      await page.goto(`/desk/to-decide/${view.row.id}`);
      await page.getByRole("group", { name: "Decision" }).getByText("Confirmed by TikTok").waitFor();
    };
    await come();
    await work(page, { id, case: view.row.id, come, browser });
  } finally {
    await browser.close();
  }
}
