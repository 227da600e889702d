// Work as people make it: agents press and undo, buyers open requests, and TikTok fails.
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";

export const chance = (share) => Math.random() < share;
export const pick = (all) => all[Math.floor(Math.random() * all.length)];
export const between = (low, high) => low + Math.random() * (high - low);

const KINDS = ["REFUND", "REFUND", "CANCEL", "RETURN_AND_REFUND"];
const PATHS = ["/approve", "/reject", "/messages", "returns/search", "cancellations/search", "records", "orders"];
const FAULTS = [
  "timeout_before", "timeout_after", "reset_before", "reset_after", "truncate", "not_json", "rate_limit", "status", "status_after",
];
// How many of them are a token that has run out: a desk that dies while it gets a new one costs a consent.
const EXPIRIES = 0.02;
const SAYS = {
  approve_refund: ["refunded", "Your refund has been processed and goes back the way you paid."],
  approve_cancel: ["refunded", "Your refund has been processed and goes back the way you paid."],
  agree_return: ["return_agreed", "Please send the item back with the label in the app."],
  reject_refund: ["rejected", "We cannot accept this request."],
  reject_cancel: ["rejected", "We cannot accept this request."],
  reject_return: ["rejected", "We cannot accept this request."],
};
// Requests that nobody has pressed: enough for every agent, and few enough that a desk that was away catches up.
const BACKLOG = 40;

// Asks as the app does: again with the same key, for as long as nobody answers.
export function insisting(apis) {
  return async function insistently(ask) {
    for (;;) {
      try {
        return await ask();
      } catch (fault) {
        const status = Number(/: (\d{3}) /.exec(fault.message)?.[1] ?? 0);
        if (status >= 400 && status < 500 && status !== 401 && status !== 429) return { refused: fault.message };
        // Whichever desk is there signs in on its own.
        if (status === 401) await Promise.allSettled(apis.map((each) => each.practise()));
        await pause(100);
      }
    }
  };
}

// What one agent presses for a case, with a mark in the words by which it is found again; nothing: nothing is offered.
function orderFor(view) {
  const isReady = ({ kind, reasons }) => SAYS[kind] && (!kind.startsWith("reject") || reasons?.length > 0);
  const option = pick((view.options?.offered ?? []).filter(isReady));
  if (!option) return undefined;
  const [claim, words] = SAYS[option.kind];
  const mark = randomBytes(8).toString("hex").replace(/\d/g, (digit) => "ghjkmnpqrs"[digit]);
  const isRejected = option.kind.startsWith("reject");
  const order = {
    kind: option.kind,
    reason: isRejected ? option.reasons?.[0]?.name : undefined,
    comment: isRejected ? "The parcel was weighed when it left." : undefined,
    reply: { text: `Thank you for telling us. ${words} Your word for this request is ${mark}.`, language: "en", claim },
  };
  return { mark, claim, order };
}

export async function agent({ api, insistently, goesOn, presses, counts }) {
  while (goesOn()) {
    const found = await insistently(() => api.get("/api/cases?stage=to_decide&limit=200"));
    // Now and then a second press on what is under way: it must be refused.
    const isSecond = chance(0.05);
    const row = pick((found.rows ?? []).filter(({ intent }) => isSecond === (intent !== undefined && intent !== null)));
    if (!row) {
      await pause(300);
      continue;
    }
    // As the app does: its own desk reads what may be decided.
    await insistently(() => api.post(`/api/cases/${row.id}/opened`));
    const view = await insistently(() => api.get(`/api/cases/${row.id}`));
    const { mark, claim, order } = orderFor(view) ?? {};
    if (!order) {
      await pause(100);
      continue;
    }
    const key = randomUUID();
    const recorded = await insistently(() => api.post(`/api/cases/${row.id}/decision`, order, { "idempotency-key": key }));
    counts.pressed += 1;
    const press = { case: row.id, mark, claim, intents: recorded.intents ?? [], refused: recorded.refused };
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

export async function buyers({ platform, api, insistently, goesOn, counts }) {
  while (goesOn()) {
    const { rows } = await insistently(() => api.get("/api/cases?stage=to_decide&limit=200"));
    for (let missing = BACKLOG - (rows ?? []).filter(({ intent }) => !intent).length; missing > 0; missing -= 10) {
      await platform.open({ shop: pick(["US", "GB"]), kind: pick(KINDS), deadline_s: 86_400 });
      counts.opened += 1;
    }
    await pause(between(500, 1_500));
  }
}

export async function trouble({ platform, goesOn, counts }) {
  while (goesOn()) {
    const kind = chance(EXPIRIES) ? "token_expired" : pick(FAULTS);
    const status = kind.startsWith("status") ? { status: pick([500, 502, 503]) } : {};
    await platform.fault({ path: pick(PATHS), kind, times: Math.ceil(between(0, 3)), ...status });
    counts.faults += 1;
    await pause(between(50, 800));
  }
}
