// The practice platform is accepted by a public client that knows nothing of us.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startSandbox } from "./lib.mjs";
import { named } from "./lib/program.mjs";

test("the public Python client can do all of its calls", async (context) => {
  const platform = await startSandbox({ seed: 7 });
  try {
    const script = fileURLToPath(new URL("python/peer.py", import.meta.url));
    const python = named("AMENDS_PYTHON", "a Python with tiktok-shop-api");
    const peer = spawn(python, [script, JSON.stringify(platform.described)], { stdio: ["ignore", "pipe", "inherit"] });
    const ended = once(peer, "exit");
    let last = "";
    for await (const line of createInterface({ input: peer.stdout })) {
      last = line;
      const [, refusal, name] = /^(not )?ok (.*?)(?: -- .*)?$/.exec(line) ?? [];
      if (name) await context.test(name, () => assert.ok(!refusal, line));
    }
    const [code] = await ended;
    assert.match(last, /^\d+ passed, 0 failed$/);
    assert.equal(code, 0);
  } finally {
    await platform.stop();
  }
});
