// Two programs on one PostgreSQL database, as behind a load balancer: what is done on one is on the other's screens at once,
// and a decision is carried out once, whichever of them dies.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Api, named, startDesk, startSandbox, until } from "./lib.mjs";

let platform;
let desks;

before(async () => {
  platform = await startSandbox({ cases: 10 });
  await platform.dials({ refund_delay_s: 1, activity: false });
  const settings = {
    AMENDS_DATABASE_URL: named("AMENDS_TEST_POSTGRES_URL", "an empty PostgreSQL database"),
    AMENDS_SECRET_KEY: "7".repeat(64),
    AMENDS_HOLD_SECONDS: "2",
    AMENDS_SETTLE_SECONDS: "1",
  };
  desks = [await startDesk({ platform, settings })];
  desks.push(await startDesk({ settings: { ...platform.settings, ...settings } }));
});

after(async () => {
  for (const desk of desks ?? []) await desk.stop();
  await platform?.stop();
});

// Opens a refund request and waits until a desk shows it.
async function refund(api) {
  const { id } = await platform.open({ shop: "US", kind: "REFUND", deadline_s: 86_400 });
  const others = new Set();
  return await until(`${id} may be approved`, async () => {
    for (const row of (await api.get("/api/cases?limit=200")).rows.filter((row) => !others.has(row.id))) {
      const view = await api.get(`/api/cases/${row.id}`);
      if (view.platform_id !== id) others.add(row.id);
      else return view.options?.offered?.some(({ kind }) => kind === "approve_refund") && { id, case: row.id };
    }
  });
}

const order = {
  kind: "approve_refund",
  reply: { text: "Thank you for telling us. Your refund has been processed and goes back the way you paid.", language: "en", claim: "refunded" },
};

// When the event came that is waited for.
async function seen(events, isIt) {
  for await (const event of events) if (isIt(event)) return performance.now();
  throw new Error("the stream ended");
}

test("what is decided on one desk is on the other's screens, and is carried out once when that desk dies", async (t) => {
  const [here, there] = await Promise.all(desks.map(({ url }) => new Api(url).practise()));
  const waits = [];
  for (let round = 0; round < 10; round += 1) {
    const one = await refund(here);
    const came = seen(await there.events(), ({ row }) => row?.id === one.case && row.intent);
    const pressed = performance.now();
    await here.post(`/api/cases/${one.case}/decision`, order);
    waits.push((await came) - pressed);
  }
  waits.sort((one, other) => one - other);
  t.diagnostic(`a decision was on the other desk's screens after ${waits[5].toFixed(0)} ms at the median of ${waits.length}`);
  const last = await refund(here);
  await here.post(`/api/cases/${last.case}/decision`, order);
  await desks[0].kill();
  const isDone = async () => (await there.get(`/api/cases/${last.case}`)).row.end === "refunded";
  await until("the other desk has carried it out", isDone, { seconds: 60 });
  const told = async () => (await platform.ledger()).messages.length === 11;
  await until("every buyer has been told", told, { seconds: 60 });
  const { money, messages } = await platform.ledger();
  assert.equal(money.filter(({ id }) => id === last.id).length, 1);
  assert.equal(new Set(money.map(({ id }) => id)).size, money.length, "nobody is paid twice");
  assert.equal(messages.length, 11);
});
