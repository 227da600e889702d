// What is done to the desks and to what they stand on.
import { rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../lib/until.mjs";
import { between, chance, pick } from "./load.mjs";

// By then a desk that cannot reach its database says so, and one that can again works again.
const ANSWERS_S = 40;

// One restart of a desk at a time.
const turns = new Map();

// Kills a desk, and starts it again when what must be done meanwhile is done.
export async function restart(desk, meanwhile = () => {}) {
  const before = turns.get(desk);
  const turn = (async () => {
    await before;
    await desk.kill();
    try {
      await meanwhile();
    } finally {
      // A full disk, or a server that is away, may keep it from starting.
      while (!(await desk.start().catch(() => false))) await pause(500);
    }
  })();
  turns.set(desk, turn.catch(() => {}));
  await turn;
}

// A desk dies, again and again, `least` to `most` milliseconds after it was ready.
export async function death({ desk, goesOn, counts, least, most }) {
  while (goesOn()) {
    await pause(between(least, most));
    if (!goesOn()) return;
    counts.kills += 1;
    await restart(desk);
  }
}

export async function floods({ disk, megabytes, goesOn, counts }) {
  const ballast = path.join(disk, "ballast");
  while (goesOn()) {
    await pause(between(3_000, 9_000));
    await writeFile(ballast, Buffer.alloc(megabytes * 1_048_576)).catch(() => {});
    counts["full disks"] += 1;
    await pause(between(500, 4_000));
    await rm(ballast, { force: true });
  }
}

const answers = async ({ url }, seconds) => await fetch(`${url}/readyz`, { signal: AbortSignal.timeout(seconds * 1000) });

// One desk or all of them are ready, some seconds after what kept them from it is over.
async function comeBack(desks, why, { times, faults }) {
  const since = Date.now();
  const areReady = async () => (await Promise.all(desks.map((desk) => answers(desk, ANSWERS_S)))).every(({ ok }) => ok);
  await until(`ready after ${why}`, areReady, { seconds: ANSWERS_S }).catch((fault) => faults.push(`P7: ${fault.message}`));
  times["back"] = Math.max(times["back"] ?? 0, Date.now() - since);
}

// The PostgreSQL server ends at once, and is started again.
export async function serverStops({ server, desks, goesOn, counts, times, faults }) {
  while (goesOn()) {
    await pause(between(10_000, 40_000));
    if (!goesOn()) return;
    await server.stop(pick(["SIGKILL", "SIGQUIT"]));
    counts["server stops"] += 1;
    await pause(between(100, 10_000));
    server.start();
    await comeBack(desks, "the server was away", { times, faults });
  }
}

// A desk is cut off from the server, or hears nothing of it. It must say so, and not wait for ever.
export async function cuts({ wires, desks, goesOn, counts, times, faults }) {
  while (goesOn()) {
    await pause(between(5_000, 30_000));
    if (!goesOn()) return;
    const place = desks.length - 1 - (chance(0.3) ? 1 : 0);
    const [wire, desk] = [wires[place], desks[place]];
    const isSilent = chance(0.7);
    if (isSilent) wire.silence();
    else wire.cut();
    counts[isSilent ? "silences" : "cuts"] += 1;
    const since = Date.now();
    const said = await answers(desk, ANSWERS_S).catch((fault) => fault);
    // Killed meanwhile, it says nothing; but a desk that lives must not be as silent.
    if (said.name === "TimeoutError") faults.push(`P2: a desk that is cut off said nothing for ${ANSWERS_S} s`);
    times["said it is cut off"] = Math.max(times["said it is cut off"] ?? 0, Date.now() - since);
    await pause(between(0, 25_000));
    wire.heal({ late: chance(0.5) });
    await comeBack([desk], "it was cut off", { times, faults });
  }
}
