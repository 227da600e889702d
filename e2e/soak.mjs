// Real processes under load: agents press, buyers open, TikTok fails, the disk fills up, and the desk is killed at any
// moment. When it is over, the platform's ledger must show what the desk says. `cargo xtask soak --help`.
import { execFileSync } from "node:child_process";
import { randomBytes, randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Api, startDesk, startSandbox, until } from "./lib.mjs";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "2" },
    agents: { type: "string", default: "6" },
    // Megabytes of a small disk of its own; only root can make one.
    "full-disk": { type: "string" },
    // Two desks on the PostgreSQL server of AMENDS_TEST_POSTGRES_URL, which must be empty.
    postgres: { type: "boolean", default: false },
    kills: { type: "string" },
  },
});
const minutes = Number(values.minutes);
const chance = (share) => Math.random() < share;
const pick = (all) => all[Math.floor(Math.random() * all.length)];
const between = (low, high) => low + Math.random() * (high - low);

const KINDS = ["REFUND", "REFUND", "CANCEL", "RETURN_AND_REFUND"];
const PATHS = ["/approve", "/reject", "/messages", "returns/search", "cancellations/search", "records", "orders"];
const FAULTS = [
  "timeout_before", "timeout_after", "reset_before", "reset_after", "truncate", "not_json", "rate_limit", "token_expired",
  "status", "status_after",
];
const SAYS = {
  approve_refund: ["refunded", "Your refund has been processed and goes back the way you paid."],
  approve_cancel: ["refunded", "Your refund has been processed and goes back the way you paid."],
  agree_return: ["return_agreed", "Please send the item back with the label in the app."],
  reject_refund: ["rejected", "We cannot accept this request."],
  reject_cancel: ["rejected", "We cannot accept this request."],
  reject_return: ["rejected", "We cannot accept this request."],
};

let disk;
if (values["full-disk"]) {
  disk = await mkdtemp(path.join(os.tmpdir(), "amends-disk-"));
  execFileSync("mount", ["-t", "tmpfs", "-o", `size=${values["full-disk"]}m`, "tmpfs", disk]);
  process.env.TMPDIR = disk;
}

const platform = await startSandbox({ cases: 10 });
await platform.dials({ refund_delay_s: 1, activity: false });
const settings = { AMENDS_HOLD_SECONDS: "1", AMENDS_SETTLE_SECONDS: "1", AMENDS_LOG: "error" };
if (values.postgres) Object.assign(settings, { AMENDS_DATABASE_URL: process.env.AMENDS_TEST_POSTGRES_URL, AMENDS_SECRET_KEY: "7".repeat(64) });
const desk = await startDesk({ platform, settings });
const desks = [desk];
if (values.postgres) desks.push(await startDesk({ settings: { ...platform.settings, ...settings } }));
// Every press: its key, its mark in the words, and what the desk said.
const presses = [];
const counts = { opened: 0, pressed: 0, refused: 0, undone: 0, faults: 0, kills: 0, "full disks": 0, consents: 0 };
const end = Date.now() + minutes * 60_000;
const mostKills = Number(values.kills ?? Infinity);
const goesOn = () => Date.now() < end && counts.kills < mostKills;

// Asks as the app does: again with the same key, for as long as nobody answers.
async function insistently(ask) {
  for (;;) {
    try {
      return await ask();
    } catch (fault) {
      const status = Number(/: (\d{3}) /.exec(fault.message)?.[1] ?? 0);
      if (status >= 400 && status < 500 && status !== 401 && status !== 429) return { refused: fault.message };
      if (status === 401) await Promise.all(apis.map((each) => insistently(() => each.practise())));
      await pause(100);
    }
  }
}
const apis = desks.map(({ url }) => new Api(url));
for (const each of apis) await each.practise();
// Any of the desks: what one was told the other must know, also of a press that is repeated.
const api = Object.fromEntries(["get", "post", "ask"].map((name) => [name, (...given) => pick(apis)[name](...given)]));

// Whether an intent is on its way to TikTok.
const moves = (state) => (typeof state === "object" ? "held" in state : ["sending", "settling"].includes(state));

async function agent() {
  while (goesOn()) {
    const found = await insistently(() => api.get("/api/cases?stage=to_decide&limit=200"));
    // Now and then a second press on what is under way: it must be refused.
    const row = pick((found.rows ?? []).filter(({ intent }) => !intent || chance(0.02)));
    if (!row) {
      await pause(300);
      continue;
    }
    const view = await insistently(() => api.get(`/api/cases/${row.id}`));
    const isReady = ({ kind, reasons }) => SAYS[kind] && (!kind.startsWith("reject") || reasons?.length > 0);
    const option = pick((view.options?.offered ?? []).filter(isReady));
    if (!option) {
      await pause(50);
      continue;
    }
    const [claim, words] = SAYS[option.kind];
    const mark = randomBytes(8).toString("hex").replace(/\d/g, (digit) => "ghjkmnpqrs"[digit]);
    const order = {
      kind: option.kind,
      reason: option.kind.startsWith("reject") ? option.reasons?.[0]?.name : undefined,
      comment: option.kind.startsWith("reject") ? "The parcel was weighed when it left." : undefined,
      reply: { text: `Thank you for telling us. ${words} Your word for this request is ${mark}.`, language: "en", claim },
    };
    const key = randomUUID();
    const recorded = await insistently(() => api.post(`/api/cases/${row.id}/decision`, order, { "idempotency-key": key }));
    counts.pressed += 1;
    const press = { case: row.id, platform_id: row.platform_id ?? view.platform_id, mark, intents: recorded.intents ?? [], refused: recorded.refused };
    presses.push(press);
    if (press.refused) counts.refused += 1;
    else if (chance(0.15)) {
      const undone = await insistently(() => api.ask("DELETE", `/api/intents/${press.intents[0].id}`));
      press.undone = !undone?.refused;
      counts.undone += press.undone ? 1 : 0;
    }
    await pause(between(0, 400));
  }
}

async function buyers() {
  while (goesOn()) {
    await platform.open({ shop: pick(["US", "GB"]), kind: pick(KINDS), deadline_s: 86_400 });
    counts.opened += 1;
    await pause(between(20, 300));
  }
}

async function trouble() {
  while (goesOn()) {
    const kind = pick(FAULTS);
    await platform.fault({ path: pick(PATHS), kind, times: Math.ceil(between(0, 3)), ...(kind.startsWith("status") ? { status: pick([500, 502, 503]) } : {}) });
    counts.faults += 1;
    await pause(between(50, 800));
  }
}

async function death(desk) {
  while (goesOn()) {
    // What a dead desk led or held is free after 15 s: of two, one must now and then live to take it over.
    await pause(between(100, values.postgres ? 40_000 : 4_000));
    await desk.kill();
    counts.kills += 1;
    for (;;) {
      // A full disk may keep it from starting.
      try {
        await desk.start();
        break;
      } catch {
        await pause(200);
      }
    }
  }
}

async function floods() {
  while (disk && goesOn()) {
    await pause(between(3_000, 9_000));
    const ballast = path.join(disk, "ballast");
    await writeFile(ballast, Buffer.alloc(Number(values["full-disk"]) * 1_048_576)).catch(() => {});
    counts["full disks"] += 1;
    await pause(between(500, 4_000));
    await rm(ballast, { force: true });
  }
}

const faults = [];
const must = (isSo, what) => {
  if (!isSo) faults.push(what);
};
try {
  await Promise.all([...Array.from({ length: Number(values.agents) }, agent), buyers(), trouble(), floods(), ...desks.map(death)]);
  await platform.heal();
  if (disk) await rm(path.join(disk, "ballast"), { force: true });
  // A death in a token refresh can lose the new pair: then the seller consents again.
  const isExpired = async () => (await api.get("/api/shops")).some(({ link }) => link === "expired");
  if (await isExpired()) {
    counts.consents += 1;
    const { auth_code: code } = await platform.grants({ consent: true });
    await Promise.all(desks.map((each) => each.kill()));
    await desk.command("shop", "connect", "--auth-code", code);
    for (const each of desks) await each.start();
  }
  const ids = [...new Set(presses.map((press) => press.case))];
  const views = await until("everything pressed has come to its end", async () => {
    const all = await Promise.all(ids.map((id) => api.get(`/api/cases/${id}`)));
    return all.every(({ intents, row }) => intents.every(({ state }) => !moves(state) && !(state.waiting !== undefined && row.end))) && all;
  }, { seconds: 420, every: 1_000 });

  const { money, messages } = await platform.ledger();
  const journal = await platform.journal({ path: "" });
  const decisions = journal.filter(({ path: where, method }) => method === "POST" && /\/(approve|reject)$/.test(where));
  const keyOf = ({ query }) => new Map(query).get("idempotency_key");
  const taken = new Set(decisions.filter(({ code }) => code === 0).map(keyOf));
  const sent = new Set(decisions.map(keyOf));
  const intents = new Map(views.flatMap((view) => view.intents.map((intent) => [intent.id, intent])));
  const paid = new Map();
  for (const row of money) paid.set(row.id, [...(paid.get(row.id) ?? []), row]);
  for (const [id, rows] of paid) must(rows.length === 1, `P1: ${id} is paid ${rows.length} times`);
  for (const press of presses) {
    const arrived = messages.filter(({ content }) => content.includes(press.mark)).length;
    if (press.refused) {
      must(arrived === 0, `P2: a press that was refused arrived: ${press.mark}`);
      continue;
    }
    const [decision, reply] = press.intents.map(({ id }) => intents.get(id));
    must(decision && reply, `P2: ${press.mark} has vanished`);
    if (!decision || !reply) continue;
    if (press.undone) must(decision.state.undone && !sent.has(decision.id) && arrived === 0, `P6: ${decision.id} was undone`);
    if (decision.state.done && !decision.state.done.by_reading) must(taken.has(decision.id), `P3: ${decision.id} is done, and was never taken`);
    if (taken.has(decision.id)) must(decision.state.done || decision.state.needs_person, `P2: ${decision.id} was taken: ${JSON.stringify(decision.state)}`);
    if (reply.state.done) must(arrived === 1, `P5: ${reply.id} is done and arrived ${arrived} times`);
    else if (!reply.state.unsure) must(arrived === 0, `P5: ${reply.id} arrived ${arrived} times: ${JSON.stringify(reply.state)}`);
  }
  // Two sweeps are two minutes.
  for (const { platform_id: id, row } of views.filter(({ platform_id: id }) => paid.get(id)?.some(({ paid_at: at }) => at))) {
    const isKnown = async () => (await api.get(`/api/cases/${row.id}`)).row.end === "refunded";
    await until(`the desk knows that ${id} is paid`, isKnown, { seconds: 130 }).catch((fault) => faults.push(`P7: ${fault.message}`));
  }
  await Promise.all(desks.map((each) => each.kill()));
  await desk.command("audit", "verify").catch((fault) => faults.push(`P11: ${fault.message}`));
} catch (fault) {
  faults.push(fault.stack);
} finally {
  for (const each of desks) await each.stop();
  await platform.stop();
  if (disk) {
    execFileSync("umount", ["--lazy", disk]);
    await rm(disk, { recursive: true, force: true });
  }
}
for (const fault of faults) console.log(fault);
console.log(`${minutes} min: ${Object.entries(counts).map(([what, count]) => `${count} ${what}`).join(", ")}; ${faults.length} violations`);
process.exit(faults.length > 0 ? 1 : 0);
