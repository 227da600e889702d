// Who is signed in in a browser.
export async function whoIsHere({ page }) {
  return await page.evaluate(async () => (await (await fetch("/api/session")).json()).me?.id);
}

// All that this device keeps, by its name; with a `put` of a name and a text, that is put there first.
export async function allHere({ page }, put) {
  const entries = await page.evaluate(async (put) => {
    const settled = (request) => new Promise((done, fail) => Object.assign(request, { onsuccess: () => done(request.result), onerror: fail }));
    const database = await settled(indexedDB.open("amends"));
    const table = database.transaction("kept", "readwrite").objectStore("kept");
    if (put) table.put(put[1], put[0]);
    const [keys, texts] = await Promise.all([settled(table.getAllKeys()), settled(table.getAll())]);
    database.close();
    return keys.map((key, at) => [key, texts[at]]);
  }, put);
  return new Map(entries);
}

// What this device keeps under a name for whoever typed it.
export async function keptHere(browser, agent, name) {
  return (await allHere(browser)).get(`~${agent} ${name}`) ?? "";
}
