import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { once } from "node:events";
import os from "node:os";
import path from "node:path";
import { Api } from "./api.mjs";
import { Platform } from "./platform.mjs";
import { named, start } from "./program.mjs";
import { until } from "./until.mjs";

export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

// A desk with its own folder, on a port that it keeps through restarts.
export class Desk {
  #program;
  #settings;

  constructor(data, settings) {
    this.data = data;
    this.#settings = settings;
  }

  get output() {
    return this.#program?.output ?? "";
  }

  // Runs another command on the same data, for example `shop list`.
  async command(...words) {
    return await start(words, this.#settings).finished();
  }

  // Starts it, or starts it again; settings given here are kept.
  async start(more = {}) {
    this.#settings = { ...this.#settings, ...more };
    this.#program = start(["serve"], this.#settings);
    const described = await this.#program.described;
    this.url = described.url;
    this.setupUrl = described.setup_url;
    if (described.sandbox) this.platform = new Platform(described.sandbox);
    try {
      await until("the desk is ready", async () => (await fetch(`${this.url}/readyz`)).ok);
    } catch (fault) {
      // It would keep the address from the next.
      await this.kill();
      throw fault;
    }
    return this;
  }

  // As `kill -9` does.
  async kill() {
    await this.#program?.kill("SIGKILL");
  }

  async restart() {
    await this.kill();
    return await this.start();
  }

  async api(role) {
    return await new Api(this.url).practise(role);
  }

  async stop() {
    await this.#program?.kill("SIGTERM");
    await rm(this.data, { recursive: true, force: true });
  }
}

// Starts a desk. With a `platform` of its own it is connected to all of its shops and outlives it and is outlived
// by it; without one it brings the practice platform along.
export async function startDesk({ platform, settings = {} } = {}) {
  const data = await mkdtemp(path.join(os.tmpdir(), "amends-e2e-"));
  const desk = new Desk(data, {
    AMENDS_LISTEN: `127.0.0.1:${await freePort()}`,
    AMENDS_DATA_DIR: data,
    AMENDS_STATIC_DIR: named("AMENDS_DIST", "the built app"),
    AMENDS_PRINT_JSON: "1",
    ...(platform?.settings ?? {}),
    ...settings,
  });
  if (platform) {
    for (const shop of platform.shops) await desk.command("shop", "connect", "--auth-code", shop.auth_code);
    desk.platform = platform;
  }
  return await desk.start();
}
