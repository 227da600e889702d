// The desk's calls are accepted by a server that was written from the documents alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { picture, startDesk, until } from "./lib.mjs";
import { sign, startSamplesServer } from "./samples-server.mjs";

test("the independent server signs as the published vectors do", async () => {
  const file = new URL("../proxy/tests/vectors/sign-vectors.json", import.meta.url);
  const { vectors } = JSON.parse(await readFile(file, "utf8"));
  for (const vector of vectors) {
    const query = Object.entries(vector.query);
    const made = sign({ secret: vector.app_secret, path: vector.path, query, contentType: vector.content_type, body: vector.body });
    assert.equal(made, vector.sign, vector.name);
  }
});

test("the independent server refuses what the documents forbid", async () => {
  const server = await startSamplesServer();
  const code = async (path, options) => (await (await fetch(server.url + path, options)).json()).code;
  try {
    assert.equal(await code("/nowhere/202309/shops"), 36009009);
    assert.equal(await code("/authorization/202309/shops?app_key=other"), 36009004);
    const now = Math.floor(Date.now() / 1000);
    assert.equal(await code(`/authorization/202309/shops?app_key=6h0fakeapp01&timestamp=${now}&sign=00`), 106001);
    assert.equal(await code(`/authorization/202309/shops?app_key=6h0fakeapp01&timestamp=${now - 600}&sign=00`), 36009004);
    assert.equal(await code("/api/v2/token/get?app_key=6h0fakeapp01&app_secret=wrong&auth_code=x&grant_type=authorized_code"), 36004001);
    assert.equal(server.refusals.length, 5);
    assert.equal(server.calls.size, 0);
  } finally {
    await server.stop();
  }
});

// What a desk asks for when it is connected, imports, opens cases, decides and writes.
const CALLED = [
  "GET /api/v2/token/get",
  "GET /api/v2/token/refresh",
  "GET /authorization/202309/shops",
  "PUT /event/202309/webhooks",
  "POST /return_refund/202602/cancellations/search",
  "POST /return_refund/202602/returns/search",
  "GET /return_refund/202309/returns/*/records",
  "GET /return_refund/202601/decision_eligibility",
  "POST /return_refund/202309/returns/*/approve",
  "POST /return_refund/202606/returns/*/reject",
  "POST /product/202309/images/upload",
  "GET /order/202507/orders",
  "GET /customer_service/202309/conversations",
  "GET /customer_service/202309/conversations/*/messages",
  "POST /customer_service/202309/conversations/*/messages/read",
  "POST /customer_service/202606/conversations/*/messages",
  "GET /customer_service/202407/performance",
];

// Cases of the samples, told apart by what is offered for them.
async function decideAll(api, rows) {
  const done = new Set();
  for (const { id, amount, stage } of rows) {
    await api.post(`/api/cases/${id}/opened`);
    if (stage === "done") continue;
    const offered = await until("what is offered is known", async () => {
      const { options } = await api.get(`/api/cases/${id}`);
      return options.checked && options.offered;
    });
    const find = (kind) => !done.has(kind) && offered.find((option) => option.kind === kind);
    if (find("reject_return")) {
      const proof = await api.post(`/api/cases/${id}/evidence?name=proof.png`, picture());
      const { reasons } = find("reject_return");
      done.add("reject_return");
      await api.post(`/api/cases/${id}/decision`, { kind: "reject_return", reason: reasons[0].name, evidence: [proof.id] });
    } else if (find("offer_partial")) {
      done.add("offer_partial");
      const part = { amount: "8.00", currency: amount.currency };
      await api.post(`/api/cases/${id}/decision`, { kind: "offer_partial", amount: part });
    } else if (!done.has("reply")) {
      done.add("reply");
      const reply = { text: "We have asked the carrier and will write again today.", language: "en", claim: null, template: null };
      await api.post(`/api/cases/${id}/reply`, { reply });
    }
  }
  assert.deepEqual([...done].sort(), ["offer_partial", "reject_return", "reply"]);
}

test("every call of the desk is accepted", async () => {
  const server = await startSamplesServer();
  let desk;
  try {
    desk = await startDesk({ platform: server, settings: { AMENDS_HOLD_SECONDS: "0" } });
    const api = await desk.api("lead");
    const list = await until("the samples are imported", async () => {
      const { rows } = await api.get("/api/cases?limit=200");
      return rows.length >= 5 && rows;
    }, { seconds: 60 });
    server.expire();
    await decideAll(api, list);
    const missing = () => CALLED.filter((endpoint) => !server.calls.has(endpoint));
    await until("the desk has made all of its calls", () => missing().length === 0 || server.refusals.length > 0, { seconds: 60 })
      .catch((fault) => {
        throw new Error(`never called: ${missing().join(", ")}\n${desk.output}`, { cause: fault });
      });
    assert.deepEqual(server.refusals, []);
  } finally {
    await desk?.stop();
    await server.stop();
  }
});
