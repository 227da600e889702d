// The handbook's own files in storage that speaks S3, as another program serves it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, readdir, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { captions, film, named, startDesk, startSandbox, until } from "./lib.mjs";
import { freePort } from "./lib/desk.mjs";

// Storage with one bucket; it forgets all when it ends.
async function startStorage() {
  const python = named("AMENDS_PYTHON", "a Python with moto");
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const words = ["-c", "from moto.server import main; main()", "-H", "127.0.0.1", "-p", `${port}`];
  const child = spawn(python, words, { stdio: "ignore" });
  const ended = once(child, "exit");
  process.on("exit", () => child.kill("SIGKILL"));
  await until("the storage answers", async () => (await fetch(`${url}/moto-api/`)).ok, { seconds: 60 });
  const made = await fetch(`${url}/amends-test`, { method: "PUT" });
  assert.ok(made.ok, `a bucket: ${made.status}`);
  return {
    url,
    names: async () => {
      const text = await (await fetch(`${url}/amends-test?list-type=2`)).text();
      return [...text.matchAll(/<Key>([^<]*)<\/Key>/g)].map(([, name]) => name);
    },
    stop: async () => {
      child.kill("SIGKILL");
      await ended;
    },
  };
}

test("files come into a bucket, are served from it in parts, and are copied out of it", { timeout: 180_000 }, async () => {
  const storage = await startStorage();
  const platform = await startSandbox({ cases: 3 });
  const copies = await mkdtemp(path.join(os.tmpdir(), "amends-copies-"));
  const settings = {
    AMENDS_MEDIA_URL: "s3://amends-test/hand/book",
    AMENDS_MEDIA_S3_ENDPOINT: storage.url,
    AMENDS_MEDIA_S3_ACCESS_KEY: "test-key",
    AMENDS_MEDIA_S3_SECRET_KEY: "test-secret",
  };
  const desk = await startDesk({ platform, settings });
  try {
    const lead = await desk.api();
    // More than one part of what S3 takes at once.
    const whole = await film(12_000_000);
    const made = await lead.bring("step.webm", whole, 5_000_000);
    assert.deepEqual([made.kind, made.size], ["webm", whole.length]);
    const said = await lead.bring("step.vtt", await captions());
    assert.equal(said.kind, "vtt");
    const names = await storage.names();
    assert.equal(names.length, 2, `${names}`);
    for (const name of names) assert.match(name, /^hand\/book\/files\/u_[0-9a-z-]+\.(webm|vtt)$/i);

    const address = `/api/handbook/media/${made.id}`;
    const all = await lead.bytes(address);
    assert.ok(all.status === 200 && all.bytes.equals(whole));
    for (const [range, from, to] of [["bytes=0-0", 0, 1], ["bytes=5242870-5242889", 5242870, 5242890], ["bytes=-7", whole.length - 7, whole.length]]) {
      const part = await lead.bytes(address, { range });
      assert.equal(part.status, 206, range);
      assert.ok(part.bytes.equals(whole.subarray(from, to)), range);
    }
    assert.equal((await lead.bytes(address, { range: `bytes=${whole.length}-` })).status, 416);

    const copy = path.join(copies, "copy.db");
    assert.match(await desk.command("backup", copy), /2 pictures and videos of the handbook: copied to/);
    const files = await readdir(`${copy}.media/files`);
    assert.equal(files.length, 2);
    const kept = await readFile(path.join(`${copy}.media/files`, files.find((name) => name.endsWith(".webm"))));
    assert.ok(kept.equals(whole));

    // Where the storage is away the desk says so, and what was there stays.
    await storage.stop();
    assert.equal((await lead.bytes(address)).status, 503);
    await assert.rejects(lead.bring("late.webm", await film()), /503 .*store_unavailable/);
  } finally {
    await desk.stop();
    await platform.stop();
    await storage.stop();
    await rm(copies, { recursive: true, force: true });
  }
});
