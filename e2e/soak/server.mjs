// A PostgreSQL server that is stopped hard and started again, and the wires between it and the desks.
import { execFileSync, spawn } from "node:child_process";
import { readFile, rm } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { until } from "../lib/until.mjs";

const isThere = (pid) => {
  try {
    // One that has ended and that nobody has waited for yet is there by name only.
    return !execFileSync("ps", ["-o", "stat=", "-p", String(pid)], { encoding: "utf8" }).trim().startsWith("Z");
  } catch {
    return false;
  }
};

const childrenOf = (pid) => {
  try {
    return execFileSync("pgrep", ["-P", String(pid)], { encoding: "utf8" }).split("\n").filter(Boolean).map(Number);
  } catch {
    return [];
  }
};

// The server that `cargo xtask soak` has started: `{ program, arguments, folder, uid, gid }`.
export class Server {
  #about;
  #child;

  constructor(about) {
    this.#about = about;
  }

  // At once, with all its processes. `signal`: SIGKILL as a machine that fails, SIGQUIT as `pg_ctl stop -m immediate`.
  async stop(signal) {
    const lock = path.join(this.#about.folder, "postmaster.pid");
    const first = Number((await readFile(lock, "utf8")).split("\n")[0]);
    const all = [first, ...childrenOf(first)];
    for (const pid of signal === "SIGKILL" ? all : [first]) {
      try {
        process.kill(pid, signal);
      } catch {
        // It has ended by itself meanwhile.
      }
    }
    await until("the server has ended", () => !all.some(isThere), { every: 50 });
    await rm(lock, { force: true });
  }

  start() {
    const { program, arguments: words, uid, gid } = this.#about;
    this.#child = spawn(program, words, { uid, gid, cwd: "/", stdio: "ignore" });
  }

  // What was started here ends here.
  async end() {
    if (this.#child && isThere(this.#child.pid)) await this.stop("SIGKILL");
  }
}

// The way from one desk to the server.
export class Wire {
  #pairs = new Set();
  #way = "open";
  #listener;

  static async before(url) {
    const wire = new Wire();
    const to = new URL(url);
    const port = Number(to.port);
    wire.#listener = net.createServer((desk) => wire.#carry(desk, port)).listen(0, "127.0.0.1");
    await new Promise((done) => wire.#listener.once("listening", done));
    to.port = String(wire.#listener.address().port);
    wire.url = to.href;
    return wire;
  }

  #carry(desk, port) {
    if (this.#way === "cut") {
      desk.destroy();
      return;
    }
    const pair = [desk];
    this.#pairs.add(pair);
    const end = () => {
      this.#pairs.delete(pair);
      for (const each of pair) each.destroy();
    };
    desk.on("error", end).on("close", end);
    if (this.#way === "silent") return;
    const server = net.connect(port, "127.0.0.1").on("error", end).on("close", end);
    pair.push(server);
    desk.on("data", (words) => server.write(words));
    server.on("data", (words) => desk.write(words));
  }

  // Every connection ends, and none is made.
  cut() {
    this.#way = "cut";
    for (const pair of this.#pairs) for (const each of pair) each.destroy();
  }

  // Connections stay, and no word gets through.
  silence() {
    this.#way = "silent";
    for (const pair of this.#pairs) for (const each of pair) each.pause();
  }

  // What was said into the silence arrives late, or never.
  heal({ late }) {
    this.#way = "open";
    for (const pair of this.#pairs) {
      if (late && pair.length === 2) for (const each of pair) each.resume();
      else for (const each of pair) each.destroy();
    }
  }

  end() {
    this.cut();
    this.#listener.close();
  }
}
