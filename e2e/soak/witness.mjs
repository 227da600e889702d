// What the platform saw, against what the desk says: the promises of the design, by number.
import { setTimeout as pause } from "node:timers/promises";
import { until } from "../lib/until.mjs";

const THROTTLED = 36_009_002;
const TOKEN_EXPIRED = 105_002;
const keyOf = ({ query }) => new Map(query).get("idempotency_key");

// Reads the platform's journal as it grows: it forgets what is old.
export class Journal {
  #platform;
  #since = 0;
  // When decisions first reached it, by their keys, and those that it took.
  sent = new Map();
  taken = new Set();
  // Calls that it refused because too many came in a second, and not because a fault was ordered.
  throttled = 0;
  // Calls of the busiest second, of one shop to one endpoint.
  most = 0;
  // Answers that a token no longer serves, and refreshes that it granted.
  expiries = 0;
  refreshes = 0;
  // Of the last second: those before it grow no more.
  #perSecond = new Map();
  #second = 0;

  constructor(platform) {
    this.#platform = platform;
  }

  async read() {
    for (const entry of await this.#platform.journal({ since: this.#since })) {
      this.#since = entry.number;
      if (entry.method === "POST" && /\/(approve|reject)$/.test(entry.path)) {
        if (!this.sent.has(keyOf(entry))) this.sent.set(keyOf(entry), entry.at_ms);
        if (entry.code === 0) this.taken.add(keyOf(entry));
      }
      if (entry.path.endsWith("/token/refresh")) this.refreshes += entry.code === 0 ? 1 : 0;
      if (entry.code === TOKEN_EXPIRED || /access-token/.test(entry.message)) this.expiries += 1;
      if (entry.code === THROTTLED && !entry.fault) this.throttled += 1;
      const second = Math.floor(entry.at_ms / 1000);
      if (second > this.#second) this.#perSecond.clear();
      this.#second = Math.max(this.#second, second);
      const place = `${second} ${new Map(entry.query).get("shop_cipher")} ${entry.method} ${entry.path.replace(/\d{9,}/g, "ID")}`;
      this.#perSecond.set(place, (this.#perSecond.get(place) ?? 0) + 1);
      this.most = Math.max(this.most, this.#perSecond.get(place));
    }
  }

  async follow(goesOn) {
    while (goesOn()) {
      await this.read();
      await pause(2_000);
    }
  }
}

// In small parts, so that a desk is asked as many people would ask it.
async function each(all, work) {
  const done = [];
  for (let place = 0; place < all.length; place += 6) done.push(...(await Promise.all(all.slice(place, place + 6).map(work))));
  return done;
}

// Whether more comes of an intent: what waits for a fact gets it, because nobody here leaves a case half done.
const isOpen = ({ state }) => ["sending", "settling"].includes(state) || state.held !== undefined || state.waiting !== undefined;

// Waits until all that was pressed has come to its end; what has not is told.
export async function ended(ask, ids) {
  const views = new Map();
  let open = ids;
  const read = async () => {
    await each(open, async (id) => views.set(id, await ask(`/api/cases/${id}`)));
    open = open.filter((id) => !views.get(id).intents || views.get(id).intents.some(isOpen));
    return open.length === 0;
  };
  await until("everything pressed has come to its end", read, { seconds: 600, every: 3_000 }).catch((fault) => {
    const left = open.flatMap((id) => (views.get(id).intents ?? []).filter(isOpen).map((intent) => JSON.stringify(intent)));
    throw new Error(`P2: ${fault.message}; ${left.length} have not:\n  ${left.slice(0, 10).join("\n  ")}`);
  });
  return ids.map((id) => views.get(id));
}

// One press, against the intents that the desk shows, what arrived and what was paid.
function judgePress(press, { intents, replies, messages, payments, journal, holdMs, must }) {
  const arrivals = messages.filter(({ content }) => content.includes(press.mark));
  const arrived = arrivals.length;
  const made = replies.filter((text) => text.includes(press.mark)).length;
  if (press.refused) {
    must(arrived === 0 && made === 0, `P2: a press that was refused was taken all the same: ${press.mark}`);
    return;
  }
  must(made === 1, `P5: one press became ${made} replies: ${press.mark}`);
  const [decision, reply] = press.intents.map(({ id }) => intents.get(id));
  must(decision && reply, `P2: ${press.mark} has vanished`);
  if (!decision || !reply) return;
  const { taken, sent } = journal;
  // Both on one machine, by one clock; the ledger counts in whole seconds.
  const heldUntil = decision.at + holdMs;
  must((sent.get(decision.id) ?? Infinity) >= heldUntil, `P6: ${decision.id} left before its hold had ended`);
  must(arrivals.every(({ at }) => (at + 1) * 1000 > heldUntil), `P6: ${reply.id} left before its hold had ended`);
  const isPaidBy = (at) => payments.some(({ paid_at: paid }) => paid && paid <= at);
  if (press.claim === "refunded") must(arrivals.every(({ at }) => isPaidBy(at)), `P3: ${reply.id} said "refunded" before the money was paid`);
  if (press.undone) must(decision.state.undone && !sent.has(decision.id) && arrived === 0, `P6: ${decision.id} was undone`);
  if (decision.state.done && !decision.state.done.by_reading) must(taken.has(decision.id), `P3: ${decision.id} is done, and was never taken`);
  if (taken.has(decision.id)) must(decision.state.done || decision.state.needs_person, `P2: ${decision.id} was taken: ${JSON.stringify(decision.state)}`);
  if (reply.state.done) must(arrived === 1, `P5: ${reply.id} is done and arrived ${arrived} times`);
  else if (!reply.state.unsure) must(arrived === 0, `P5: ${reply.id} arrived ${arrived} times: ${JSON.stringify(reply.state)}`);
}

// Says which promises were broken.
export async function judge({ platform, journal, presses, views, ask, holdMs }) {
  const faults = [];
  const must = (isSo, what) => {
    if (!isSo) faults.push(what);
  };
  await journal.read();
  const { money, messages } = await platform.ledger();
  const all = views.flatMap((view) => view.intents);
  const intents = new Map(all.map((intent) => [intent.id, intent]));
  const replies = new Map(views.map(({ row, intents }) => [row.id, intents.flatMap(({ what }) => what.reply?.text ?? [])]));
  const paid = new Map();
  for (const row of money) paid.set(row.id, [...(paid.get(row.id) ?? []), row]);
  for (const [id, rows] of paid) must(rows.length === 1, `P1: ${id} is paid ${rows.length} times`);
  const numbers = new Map(views.map(({ row, platform_id: id }) => [row.id, id]));
  for (const press of presses) {
    const payments = paid.get(numbers.get(press.case)) ?? [];
    judgePress(press, { intents, replies: replies.get(press.case) ?? [], messages, payments, journal, holdMs, must });
  }
  // No token is turned that still serves, and none by two at once.
  must(journal.refreshes <= journal.expiries, `P8: ${journal.refreshes} refreshes of ${journal.expiries} tokens that had run out`);
  must(journal.throttled === 0, `P9: ${journal.throttled} calls were too many, ${journal.most} in one second`);
  // Two sweeps are two minutes.
  const owed = views.filter(({ platform_id: id }) => paid.get(id)?.some(({ paid_at: at }) => at));
  await each(owed, async ({ platform_id: id, row }) => {
    const isKnown = async () => (await ask(`/api/cases/${row.id}`)).row?.end === "refunded";
    await until(`the desk knows that ${id} is paid`, isKnown, { seconds: 130, every: 1_000 }).catch((fault) => faults.push(`P7: ${fault.message}`));
  });
  return faults;
}
