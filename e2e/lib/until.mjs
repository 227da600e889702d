import { setTimeout as pause } from "node:timers/promises";

// Waits for a state, not for a time: asks until the answer is neither empty nor false, and gives it back.
// `ask` may throw while the state is not there yet; what it threw last is part of the message.
export async function until(what, ask, { seconds = 20, every = 100 } = {}) {
  const end = Date.now() + seconds * 1000;
  let last;
  for (;;) {
    try {
      const found = await ask();
      if (found) return found;
      last = undefined;
    } catch (fault) {
      last = fault;
    }
    if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`, { cause: last });
    await pause(every);
  }
}
