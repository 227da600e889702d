// The interface is what its description says: the document is sound, and what the desk answers fits it.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import Ajv from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { startDesk, until } from "./lib.mjs";

let desk, lead, document;
before(async () => {
  desk = await startDesk();
  lead = await desk.api("lead");
  document = await lead.get("/api/openapi.json");
});
after(async () => await desk?.stop());

test("the description is a sound OpenAPI 3.1 document", async () => {
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, "3.1");
  const names = Object.values(document.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
  assert.equal(new Set(names).size, names.length, "each call has a name of its own");
});

test("what the desk answers fits its description", { timeout: 60_000 }, async (context) => {
  const ajv = new Ajv({ strict: false, allErrors: true });
  addFormats(ajv);
  for (const format of ["uint", "uint8", "uint16", "uint32", "uint64"]) ajv.addFormat(format, { type: "number", validate: (number) => number >= 0 });
  ajv.addSchema(document, "desk");
  const row = await until("there is a case", async () => {
    const { rows } = await lead.get("/api/cases?stage=to_decide");
    return rows[0];
  });
  const page = (await lead.get("/api/handbook")).pages[0];
  const known = { case: row.id, page: page?.id };
  for (const [path, { get }] of Object.entries(document.paths)) {
    const schema = get?.responses["200"]?.content?.["application/json"];
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
    const needs = (get?.parameters ?? []).filter((one) => one.in === "query" && one.required);
    const isOurs = names.length === 0 || /^\/api\/(cases|handbook)\//.test(path);
    if (!schema || !isOurs || needs.length > 0 || get.description?.includes("admins") || names.some((name) => !known[name])) continue;
    await context.test(path, async () => {
      const answer = await lead.get(names.reduce((url, name) => url.replace(`{${name}}`, known[name]), path));
      const pointer = `desk#/paths/${path.replaceAll("~", "~0").replaceAll("/", "~1").replaceAll("{", "%7B").replaceAll("}", "%7D")}/get/responses/200/content/application~1json/schema`;
      const fits = ajv.getSchema(pointer);
      assert.ok(fits(answer), `${JSON.stringify(fits.errors?.slice(0, 5), null, 2)}`);
    });
  }
});
