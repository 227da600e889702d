// Real processes under load: agents press, buyers open, TikTok fails, and the desk is killed at any moment; its disk fills
// up, or its PostgreSQL server is stopped and cut off. When it is over, the platform's ledger must show what the desk says.
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Api } from "./lib/api.mjs";
import { startDesk } from "./lib/desk.mjs";
import { startSandbox } from "./lib/platform.mjs";
import { named } from "./lib/program.mjs";
import { cuts, death, floods, restart, serverStops } from "./soak/harm.mjs";
import { agent, buyers, insisting, pick, trouble } from "./soak/load.mjs";
import { Server, Wire } from "./soak/server.mjs";
import { Journal, ended, judge } from "./soak/witness.mjs";

const HELP = `cargo xtask soak

  --minutes N      how long; 2 if nothing is said, or until all kills are made
  --kills N        ends after so many kill -9
  --agents N       people who decide; 6
  --full-disk MB   on a disk of its own of that size, which runs full (as root)
  --postgres       two desks on one PostgreSQL server
  --server-stops   the server is stopped hard and started again, every half minute
  --cuts           now and then one of the desks is cut off from the server, or hears nothing of it`;

const { values } = parseArgs({
  options: {
    minutes: { type: "string" },
    kills: { type: "string" },
    agents: { type: "string", default: "6" },
    "full-disk": { type: "string" },
    postgres: { type: "boolean", default: false },
    "server-stops": { type: "boolean", default: false },
    cuts: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit(0);
}
const begun = Date.now();
const end = begun + Number(values.minutes ?? (values.kills ? Infinity : 2)) * 60_000;
const mostKills = Number(values.kills ?? Infinity);
// When a desk dies next, in milliseconds. What a dead desk led or held is free after 15 s: of two, one must now and then
// live to take it over.
const DIES = values.postgres ? { least: 500, most: 12_000 } : { least: 100, most: 1_000 };
const counts = {
  pressed: 0, refused: 0, undone: 0, opened: 0, faults: 0, kills: 0, "full disks": 0, "server stops": 0, cuts: 0, silences: 0, consents: 0,
};
const goesOn = () => Date.now() < end && counts.kills < mostKills;

let disk;
if (values["full-disk"]) {
  disk = await mkdtemp(path.join(os.tmpdir(), "amends-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${values["full-disk"]}m`, "tmpfs", disk]);
  process.env.TMPDIR = disk;
}

const platform = await startSandbox({ cases: 60 });
// Nobody sends a parcel: what is said of an agreed return stays true until it is said.
await platform.dials({ refund_delay_s: 1, ship_back_s: 86_400, activity: false });
const HOLD_SECONDS = 1;
const settings = { AMENDS_HOLD_SECONDS: String(HOLD_SECONDS), AMENDS_SETTLE_SECONDS: "1", AMENDS_LOG: "error" };
const [desks, wires] = [[], []];
let server;
if (values.postgres) {
  if (values["server-stops"]) server = new Server(JSON.parse(named("AMENDS_SOAK_SERVER", "a PostgreSQL server that may be stopped")));
  const url = named("AMENDS_TEST_POSTGRES_URL", "an empty PostgreSQL database");
  for (const place of [0, 1]) {
    // A wire makes each answer later: there is one only where it is cut.
    if (values.cuts) wires.push(await Wire.before(url));
    const shared = { ...settings, AMENDS_DATABASE_URL: wires[place]?.url ?? url, AMENDS_SECRET_KEY: "7".repeat(64) };
    // The first connects the shops.
    desks.push(await startDesk(place === 0 ? { platform, settings: shared } : { settings: { ...platform.settings, ...shared } }));
  }
} else {
  desks.push(await startDesk({ platform, settings }));
}
// Nobody waits longer for an answer than the app does.
const apis = desks.map(({ url }) => new Api(url, { patience: 20_000 }));
for (const each of apis) await each.practise();
const insistently = insisting(apis);
// Any of the desks: what one was told the other must know, also of a press that is repeated.
const api = Object.fromEntries(["get", "post", "ask"].map((name) => [name, (...given) => pick(apis)[name](...given)]));

// A death in a token refresh can lose the new pair: then the seller consents again. Other desks find out that it is lost
// when they have given up on the one that died, after a minute and a half.
let isOver = false;
async function seller() {
  while (!isOver) {
    await pause(3_000);
    const shops = await insistently(() => api.get("/api/shops"));
    if (!shops.some?.(({ link }) => link === "expired")) continue;
    counts.consents += 1;
    const { auth_code: code } = await platform.grants({ consent: true });
    const connect = () => desks[0].command("shop", "connect", "--auth-code", code);
    // On SQLite the desk must be down for it. What fails is found by the next look.
    await (values.postgres ? connect() : restart(desks[0], connect)).catch(() => {});
  }
}

// Every press: its mark in the words, and what the desk said.
const presses = [];
const times = {};
const faults = [];
const journal = new Journal(platform);
const all = { platform, api, insistently, goesOn, presses, counts, desks, wires, server, times, faults };
try {
  const work = Array.from({ length: Number(values.agents) }, () => agent(all));
  work.push(buyers(all), trouble(all), journal.follow(goesOn));
  if (disk) work.push(floods({ disk, megabytes: Number(values["full-disk"]), goesOn, counts }));
  if (server) work.push(serverStops(all));
  if (values.cuts) work.push(cuts(all));
  const sold = seller();
  await Promise.all([...work, ...desks.map((desk) => death({ desk, goesOn, counts, ...DIES }))]);
  await platform.heal();
  const ask = async (where) => await insistently(() => api.get(where));
  const views = await ended(ask, [...new Set(presses.map((press) => press.case))]);
  faults.push(...(await judge({ platform, journal, presses, views, ask, holdMs: HOLD_SECONDS * 1000 })));
  isOver = true;
  await sold;
  await Promise.all(desks.map((each) => each.kill()));
  await desks[0].command("audit", "verify").catch((fault) => faults.push(`P11: ${fault.message}`));
} catch (fault) {
  faults.push(fault.stack);
} finally {
  for (const each of desks) await each.stop();
  for (const each of wires) each.end();
  await server?.end();
  await platform.stop();
  if (disk) {
    execFileSync("umount", ["--lazy", disk]);
    await rm(disk, { recursive: true, force: true });
  }
}
for (const fault of faults) console.log(fault);
const took = Object.entries(times).map(([what, ms]) => `${what} within ${(ms / 1000).toFixed(1)} s`);
const minutes = ((Date.now() - begun) / 60_000).toFixed(1);
const told = Object.entries(counts).filter(([, count]) => count > 0).map(([what, count]) => `${count} ${what}`);
console.log(`${minutes} min: ${[...told, `${journal.most} calls in the busiest second`, ...took].join(", ")}; ${faults.length} violations`);
process.exit(faults.length > 0 ? 1 : 0);
