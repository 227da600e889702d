// The desk's calls are accepted by a server that was written from the documents alone.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { test } from "node:test";
import { startDesk, until } from "./lib.mjs";
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

// What a desk asks for when it is connected, imports, and opens cases.
const READ = [
  "GET /api/v2/token/get",
  "GET /authorization/202309/shops",
  "POST /return_refund/202602/cancellations/search",
  "POST /return_refund/202602/returns/search",
  "GET /return_refund/202309/returns/*/records",
  "GET /order/202507/orders",
  "GET /customer_service/202309/conversations",
  "GET /customer_service/202309/conversations/*/messages",
  "GET /return_refund/202601/decision_eligibility",
];

test("every call of the desk is accepted", async () => {
  const server = await startSamplesServer();
  let desk;
  try {
    desk = await startDesk({ platform: server });
    const api = await desk.api();
    const { rows } = await until("the samples are imported", async () => {
      const list = await api.get("/api/cases?limit=200");
      return list.rows.length >= 3 && list;
    }, { seconds: 60 });
    for (const { id } of rows) await api.post(`/api/cases/${id}/opened`);
    const missing = () => READ.filter((endpoint) => !server.calls.has(endpoint));
    await until("the desk has asked for all it needs", () => missing().length === 0 || server.refusals.length > 0, { seconds: 60 })
      .catch((fault) => { throw new Error(`never asked for: ${missing().join(", ")}\n${desk.output}`, { cause: fault }); });
    assert.deepEqual(server.refusals, []);
  } finally {
    await desk?.stop();
    await server.stop();
  }
});
