import { randomUUID } from "node:crypto";

// The desk's own HTTP, as the app uses it: for preparing and for counting, never instead of the browser.
export class Api {
  #url;
  #patience;
  #cookies = new Map();

  // `patience`: for how many milliseconds an answer is waited for; as long as it takes if nothing is said.
  constructor(url, { patience } = {}) {
    this.#url = url;
    this.#patience = patience;
  }

  async ask(method, path, body, headers = {}) {
    const isWrite = method !== "GET";
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${this.#url}${path}`, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": body instanceof Uint8Array ? "image/png" : "application/json" }),
        ...(cookie ? { cookie } : {}),
        ...(isWrite ? { "x-amends": "1", origin: this.#url, "idempotency-key": randomUUID() } : {}),
        ...headers,
      },
      body: body === undefined || body instanceof Uint8Array ? body : JSON.stringify(body),
      signal: this.#patience && AbortSignal.timeout(this.#patience),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const [name, value] = pair.split("=", 2);
      this.#cookies.set(name, value);
    }
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`);
    return text ? JSON.parse(text) : undefined;
  }

  // The bytes of an answer, with its status and headers.
  async bytes(path, headers = {}) {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${this.#url}${path}`, { headers: { cookie, ...headers } });
    return { status: answer.status, headers: answer.headers, bytes: Buffer.from(await answer.arrayBuffer()) };
  }

  // Brings a file into the handbook, in pieces, and answers what the desk says of it.
  async bring(name, bytes, piece = 512 * 1024) {
    const { id } = await this.post("/api/handbook/uploads", { name, size: bytes.length });
    for (let at = 0; at < bytes.length; at += piece) {
      await this.ask("PATCH", `/api/handbook/uploads/${id}`, new Uint8Array(bytes.subarray(at, at + piece)), {
        "content-type": "application/offset+octet-stream",
        "tus-resumable": "1.0.0",
        "upload-offset": `${at}`,
      });
    }
    return await this.post(`/api/handbook/uploads/${id}/file`);
  }

  // Live events from now on, as they come; it listens once this has resolved.
  async events() {
    const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join("; ");
    const answer = await fetch(`${this.#url}/api/events`, { headers: { cookie } });
    if (!answer.ok) throw new Error(`GET /api/events: ${answer.status}`);
    return (async function* () {
      let text = "";
      for await (const part of answer.body.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + part).split("\n\n");
        text = blocks.pop();
        for (const block of blocks) {
          const data = block.split("\n").find((line) => line.startsWith("data:"));
          if (data) yield JSON.parse(data.slice(5));
        }
      }
    })();
  }

  async get(path) {
    return await this.ask("GET", path);
  }

  async post(path, body, headers) {
    return await this.ask("POST", path, body, headers);
  }

  async put(path, body, headers) {
    return await this.ask("PUT", path, body, headers);
  }

  // Signs in with one click, as the practice shop lets a visitor.
  async practise(role) {
    await this.post(`/api/session/practice${role ? `?role=${role}` : ""}`);
    return this;
  }
}
