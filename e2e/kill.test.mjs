// The desk dies at twenty moments between a press and the buyer being told. Whatever it had begun, one payment and
// one message come of each press.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startDesk, startSandbox, until } from "./lib.mjs";

const POINTS = 20;
// A press is carried out and told within about four seconds.
const STEP_MS = 200;

let platform, desk, api;
before(async () => {
  platform = await startSandbox({ cases: 6 });
  await platform.dials({ refund_delay_s: 1 });
  desk = await startDesk({ platform, settings: { AMENDS_HOLD_SECONDS: "1", AMENDS_SETTLE_SECONDS: "1" } });
  api = await desk.api();
});
after(async () => {
  await desk?.stop();
  await platform?.stop();
});

async function known(id) {
  return await until(`the desk knows ${id}`, async () => {
    const { rows } = await api.post("/api/cases/search", { text: id });
    return rows.length === 1 && (await api.get(`/api/cases/${rows[0].id}`));
  });
}

// Approves with a reply that names the case, so that its messages can be counted.
async function press(view) {
  const total = view.refund.total;
  const text = `Hi ${view.greeting_name}, your refund of US$ ${total.amount} has been processed. Your request: ${view.platform_id}.`;
  const order = { kind: "approve_refund", shown: total, reply: { text, language: "en", claim: "refunded" } };
  await api.post(`/api/cases/${view.row.id}/decision`, order, { "idempotency-key": crypto.randomUUID() });
}

async function effects(id) {
  const { money, messages } = await platform.ledger();
  return {
    money: money.filter((row) => row.id === id).length,
    messages: messages.filter((row) => row.content.includes(id)).length,
  };
}

// What goes wrong besides: answers that never come although the call took effect, so that the desk dies waiting.
function faultsOf(point, id) {
  const approve = { path: `returns/${id}/approve`, kind: "timeout_after" };
  const message = { path: "/messages", method: "POST", kind: "timeout_after" };
  return [[], [approve], [message], [approve, message]][point % 4];
}

test("twenty deaths, twenty payments, twenty messages", { timeout: 240_000 }, async () => {
  const cases = [];
  for (let point = 0; point < POINTS; point += 1) {
    cases.push(await platform.open({ shop: "US", kind: "REFUND", deadline_s: 86_400 }));
  }
  const views = [];
  for (const { id } of cases) views.push(await known(id));
  for (const [point, view] of views.entries()) {
    const faults = faultsOf(point, view.platform_id);
    if (faults.length > 0) await platform.fault(faults);
    await press(view);
    const at = Date.now() + point * STEP_MS;
    await until(`${point * STEP_MS} ms have passed`, () => Date.now() >= at, { every: 5 });
    await desk.restart();
    await platform.heal();
  }
  const ends = await until("every buyer is told", async () => {
    const all = await Promise.all(views.map(async (view) => await api.get(`/api/cases/${view.row.id}`)));
    return all.every(({ row, intents }) => row.end === "refunded" && intents.every(({ state }) => state.done)) && all;
  }, { seconds: 120 });
  // Deaths that fell into a call: what they did is known by reading only.
  const read = ends.flatMap(({ intents }) => intents.filter(({ state }) => state.done?.by_reading));
  assert.ok(read.some(({ what }) => what.decision) && read.some(({ what }) => what.reply), "no death fell into a call");
  const found = await Promise.all(cases.map(async ({ id }) => ({ id, ...(await effects(id)) })));
  assert.deepEqual(found, cases.map(({ id }) => ({ id, money: 1, messages: 1 })));
  for (const { id } of cases) {
    const keys = (await platform.journal({ path: `returns/${id}/approve` })).map(({ query }) => new Map(query).get("idempotency_key"));
    assert.equal(new Set(keys).size, 1, `${id} was asked for under ${keys}`);
  }
});
