import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

const running = new Set();
process.on("exit", () => {
  for (const child of running) child.kill("SIGKILL");
});

export function named(variable, what) {
  const value = process.env[variable];
  if (!value) throw new Error(`${variable} does not name ${what}: run \`cargo xtask test\`, or set it`);
  return value;
}

// Settings of whoever runs the tests must not reach the program.
function environment(extra) {
  const kept = Object.entries(process.env).filter(([name]) => !name.startsWith("AMENDS_") && name !== "NO_COLOR");
  return { ...Object.fromEntries(kept), ...extra };
}

// A running `amends`. Its first line of JSON, if it prints one, is `described`.
export class Program {
  #child;
  #ended;
  #lines = [];
  #isToEnd = false;

  constructor(child) {
    this.#child = child;
    running.add(child);
    this.#ended = once(child, "exit").then(([code, signal]) => {
      running.delete(child);
      const isFault = !this.#isToEnd && (signal || code !== 0);
      if (isFault) console.error(`amends ${child.spawnargs[1]} ended by itself (${code ?? signal})\n${this.output}`);
      return { code, signal };
    });
    this.described = new Promise((resolve, reject) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        this.#lines.push(line);
        if (line.startsWith("{")) resolve(JSON.parse(line));
      });
      createInterface({ input: child.stderr }).on("line", (line) => this.#lines.push(line));
      child.once("error", reject);
      this.#ended.then(({ code, signal }) => reject(new Error(`amends ended (${code ?? signal})\n${this.output}`)));
    });
    // Nobody has to ask for it.
    this.described.catch(() => {});
  }

  get pid() {
    return this.#child.pid;
  }

  // Everything that it printed, for messages.
  get output() {
    return this.#lines.join("\n");
  }

  // Ends it, as `kill -9` does unless another signal is named. Safe to call twice.
  async kill(signal = "SIGKILL") {
    this.#isToEnd = true;
    if (running.has(this.#child)) this.#child.kill(signal);
    return await this.#ended;
  }

  // Waits for its own end; anything but success is an error with what it printed.
  async finished() {
    const { code, signal } = await this.#ended;
    if (code !== 0) throw new Error(`amends ended (${code ?? signal})\n${this.output}`);
    return this.output;
  }
}

// Starts `amends` with these arguments and no settings but these.
export function start(words, settings = {}) {
  const child = spawn(named("AMENDS_BIN", "the program"), words, {
    env: environment(settings),
    stdio: ["ignore", "pipe", "pipe"],
  });
  return new Program(child);
}
