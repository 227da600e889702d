import { start } from "./program.mjs";

// The practice platform, seen from its control plane.
export class Platform {
  #program;

  constructor(described, program) {
    this.#program = program;
    this.described = described;
    this.url = described.url;
    this.shops = described.shops;
  }

  // The settings that make a desk talk to it.
  get settings() {
    return {
      AMENDS_TIKTOK_API_URL: this.described.url,
      AMENDS_TIKTOK_AUTH_URL: this.described.auth_url,
      AMENDS_TIKTOK_APP_KEY: this.described.app_key,
      AMENDS_TIKTOK_APP_SECRET: this.described.app_secret,
      AMENDS_TIKTOK_SERVICE_ID: this.described.service_id,
    };
  }

  async #ask(method, path, body) {
    const answer = await fetch(`${this.url}/_sandbox/${path}`, {
      method,
      headers: body === undefined ? {} : { "content-type": "application/json" },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} /_sandbox/${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : {};
  }

  // Every request that it received, in order.
  async journal({ since = 0, path = "" } = {}) {
    return (await this.#ask("GET", `journal?since=${since}&path=${encodeURIComponent(path)}`)).requests;
  }

  // Every money effect and every message: `{ money, messages }`.
  async ledger() {
    return await this.#ask("GET", "ledger");
  }

  // What the ledger holds of one case.
  async ledgerOf(id) {
    const { money, messages } = await this.ledger();
    return { money: money.filter((row) => row.id === id), messages: messages.filter((row) => row.case_ids.includes(id)) };
  }

  // Lets coming calls fail: `{ path, kind, times, after, ... }`, or several of them.
  async fault(faults) {
    await this.#ask("POST", "faults", faults);
  }

  // Lets nothing fail any more.
  async heal() {
    await this.#ask("DELETE", "faults");
  }

  // Moves its clock: `{ advance_s }`, `{ now }`, `{ speed }` or `{ freeze }`. Everything due happens at once.
  async clock(change) {
    return await this.#ask("POST", "clock", change);
  }

  // Turns the dials that are named: `{ refund_delay_s, offer_answer_s, ship_back_s, parcel_s, activity, ... }`.
  async dials(change) {
    await this.#ask("POST", "dials", change);
  }

  // What the app has registered: `{ redirect_url, webhook_url }`.
  async app(change) {
    await this.#ask("POST", "app", change);
  }

  // Consents: `{ withdraw: true }`, `{ expire: true }` or `{ consent: true }`, which answers `{ auth_code }`.
  async grants(change) {
    return await this.#ask("POST", "grants", change);
  }

  // Lets a buyer open a case: `{ shop, kind, reason, words, photos, buyer, deadline_s, ... }`; what is left out is
  // chosen by chance. Answers `{ id, object, order_id, buyer_user_id, shop_id }`.
  async open(wish = {}) {
    return await this.#ask("POST", "cases", wish);
  }

  // Lets a buyer, a carrier or somebody in Seller Center act on a case: `message`, `ship`, `arrive`, `dispute`,
  // `accept_offer`, `decline_offer`, `withdraw`, `complete_refund`, `seller_center_approve`, `show_status`, ...
  async act(id, act, more = {}) {
    await this.#ask("POST", `cases/${id}/act`, { act, ...more });
  }

  async stop() {
    await this.#program?.kill("SIGTERM");
  }
}

// Starts the practice platform as a program of its own, so that it outlives a desk that is killed.
export async function startSandbox({ seed = 7, cases } = {}) {
  const words = ["sandbox", "--listen", "127.0.0.1:0", "--seed", String(seed)];
  if (cases !== undefined) words.push("--cases", String(cases));
  const program = start(words);
  return new Platform(await program.described, program);
}
