// An independent TikTok Shop: checks every call against the platform's documents and answers with its samples.
// It knows nothing of the desk and nothing of the sandbox. Whatever it refuses is kept in `refusals`.
import { createHmac, timingSafeEqual } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { once } from "node:events";

const FOLDERS = ["../proxy/tests/samples/", "./samples/"].map((folder) => new URL(folder, import.meta.url));
const KEY = "6h0fakeapp01";
const SECRET = "f1d2a90c4be87735aa60d1ec93b41f7720c58e16";
// When the samples were written; their times are moved as if that were now.
const WRITTEN = 1_764_745_200;
const EARLY_S = 300;
const LATE_S = 30;
const TOKENS = "/api/v2/token/";
const EXPIRED = "Expired credentials. The `access_token` or `x-tts-access-token` header has expired.";

const isForm = (contentType) => /^multipart\/form-data\s*(;|$)/i.test(contentType ?? "");

// Path, sorted query without `sign` and `access_token`, body unless it is a form; the secret around and as key.
export function sign({ secret, path, query, contentType, body }) {
  const pairs = query.filter(([key]) => key !== "sign" && key !== "access_token");
  pairs.sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
  const parts = [secret, path, ...pairs.flat(), ...(isForm(contentType) ? [] : [body]), secret];
  const message = Buffer.concat(parts.map((part) => Buffer.from(part)));
  return createHmac("sha256", secret).update(message).digest("hex");
}

function moved(value, by) {
  if (Array.isArray(value)) return value.map((each) => moved(each, by));
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, moved(each, by)]));
  }
  const isTime = Number.isInteger(value) && value > 1.6e9 && value < 2e9;
  return isTime ? value + by : value;
}

// `/returns/4037820011223355001/approve` and `/returns/{return_id}/approve` are one endpoint.
const shape = (path) => path.split(" ")[0].replace(/\/(\d{10,}|\{\w+\})(?=\/|$)/g, "/*");

async function endpoints() {
  const found = new Map();
  for (const folder of FOLDERS) {
    for (const name of (await readdir(folder)).filter((each) => each.endsWith(".json"))) {
      const sample = JSON.parse(await readFile(new URL(name, folder), "utf8"));
      if (!sample.examples) continue;
      for (const path of [sample.path, ...sample.other_versions]) {
        const key = `${sample.method} ${shape(path)}`;
        found.set(key, { ...sample, examples: [...(found.get(key)?.examples ?? []), ...sample.examples] });
      }
    }
  }
  return found;
}

// The good answer that fits best: its own page, the most of the ids that were asked for, then one that goes on.
function choose(endpoint, query, body) {
  const page = query.get("page_token") ?? "";
  const good = endpoint.examples.filter((example) => example.response_body?.code === 0);
  const pageOf = (example) => example.query?.page_token ?? "";
  const goesOn = (example) => good.some((other) => pageOf(other) !== "" && pageOf(other) === example.response_body.data?.next_page_token);
  const asked = [...`${[...query.values()].join(" ")} ${body}`.matchAll(/\b\d{15,20}\b/g)].map(([id]) => id);
  const score = (example) => {
    const text = JSON.stringify(example.response_body);
    const isLast = !example.response_body.data?.next_page_token;
    const fitsPage = pageOf(example) === page ? 4 : page !== "" && pageOf(example) === "" && isLast ? 1 : 0;
    const continues = page === "" && goesOn(example) ? 1 : 0;
    return fitsPage * 1000 + asked.filter((id) => text.includes(id)).length * 10 + continues;
  };
  return good.toSorted((left, right) => score(right) - score(left))[0];
}

const refused = (status, code, message) => ({ status, body: { code, data: null, message }, why: message });

function checkSigned({ method, path, query, headers, body }, endpoint, token) {
  const needsCipher = endpoint.examples.some((example) => example.response_body.code === 0 && "shop_cipher" in (example.query ?? {}));
  const stamp = query.get("timestamp") ?? "";
  const late = Number(stamp) - Date.now() / 1000;
  const given = Buffer.from(query.get("sign") ?? "");
  const right = Buffer.from(sign({ secret: SECRET, path, query: [...query], contentType: headers["content-type"], body }));
  const keys = [...query.keys()];
  const double = keys.find((key, place) => keys.indexOf(key) !== place);
  if (query.get("app_key") !== KEY) return refused(400, 36009004, "Invalid credentials. Invalid `app_key` query parameter.");
  if (double) return refused(400, 36009004, `The \`${double}\` query parameter was sent twice.`);
  if (!/^\d{10}$/.test(stamp)) return refused(400, 36009004, "Invalid timestamp.");
  if (late < -EARLY_S || late > LATE_S) return refused(400, 36009004, "Invalid timestamp. It is outside the window.");
  if (!given.length) return refused(400, 36009004, "Missing credentials. The request does not include a required signature in the query.");
  if (given.length !== right.length || !timingSafeEqual(given, right)) {
    return refused(401, 106001, "Invalid credentials. The `sign` query parameter is invalid.");
  }
  const held = headers["x-tts-access-token"];
  if (held && held === token.expired) return { status: 401, body: { code: 105002, data: null, message: EXPIRED } };
  if (held !== token.valid) {
    return refused(400, 36009004, "Invalid credentials. The `x-tts-access-token` header is invalid.");
  }
  if (query.has("access_token")) return refused(400, 36009004, "The token must not stand in an address.");
  if (needsCipher && !query.get("shop_cipher")) return refused(400, 106013, "Missing identifier. The `shop_cipher` query parameter is required to identify the target shop.");
  if (!needsCipher && query.has("shop_cipher")) return refused(400, 36009004, "Unexpected identifier. The `shop_cipher` query parameter is not required for this request.");
  if (method === "GET" && body.length) return refused(400, 36009022, "A GET has no body.");
  if (body.length && !isForm(headers["content-type"])) {
    if (!/^application\/json\b/.test(headers["content-type"] ?? "")) return refused(400, 36009022, "Invalid request format. Use `application/json`.");
    try {
      JSON.parse(body.toString("utf8"));
    } catch {
      return refused(400, 36009022, "Invalid request format. The body is no JSON.");
    }
  }
  return undefined;
}

// Tokens are asked for without a signature: the secret itself travels.
function checkTokens({ path, query }, codes, refresh) {
  const isFirst = path.endsWith("/get");
  const want = isFirst ? "authorized_code" : "refresh_token";
  const known = isFirst ? codes.delete(query.get("auth_code")) : query.get("refresh_token") === refresh;
  if (query.get("app_key") !== KEY || query.get("app_secret") !== SECRET) return refused(200, 36004001, "app_key or app_secret is wrong");
  if (query.get("grant_type") !== want) return refused(200, 36004002, "grant_type is wrong");
  if (!known) return refused(200, 36004004, "the code or refresh token is unknown, used or expired");
  return undefined;
}

// Starts it on a free port of this machine.
export async function startSamplesServer() {
  const known = await endpoints();
  const authCode = "TTP_sampleAuthCodeOneUse";
  const state = { codes: new Set([authCode]), token: "", refresh: "" };
  const refusals = [];
  const calls = new Map();

  const answer = (request) => {
    const key = `${request.method} ${shape(request.path)}`;
    const endpoint = known.get(key);
    if (!endpoint) return refused(404, 36009009, "Invalid path. The specified path does not match any available endpoint.");
    const isToken = request.path.startsWith(TOKENS);
    const fault = isToken ? checkTokens(request, state.codes, state.refresh) : checkSigned(request, endpoint, { valid: state.token, expired: state.expired });
    if (fault) return fault;
    calls.set(key, (calls.get(key) ?? 0) + 1);
    const { http_status: status, response_body: sample } = choose(endpoint, request.query, request.body.toString("utf8"));
    const body = moved(sample, Math.floor(Date.now() / 1000) - WRITTEN);
    if (isToken) [state.token, state.refresh] = [body.data.access_token, body.data.refresh_token];
    return { status, body };
  };

  const server = createServer(async (incoming, outgoing) => {
    const chunks = [];
    for await (const chunk of incoming) chunks.push(chunk);
    const url = new URL(incoming.url, "http://platform.invalid");
    const request = {
      method: incoming.method,
      path: url.pathname,
      query: url.searchParams,
      headers: incoming.headers,
      body: Buffer.concat(chunks),
    };
    const { status, body, why } = answer(request);
    if (why) refusals.push(`${request.method} ${request.path} ${[...url.searchParams.keys()].join(",")}: ${why}`);
    outgoing.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${server.address().port}`;
  return {
    url,
    refusals,
    // How often each endpoint was called rightly, by `METHOD /path` with `*` for ids.
    calls,
    // What a desk needs to be pointed at it.
    settings: {
      AMENDS_TIKTOK_API_URL: url,
      AMENDS_TIKTOK_AUTH_URL: url,
      AMENDS_TIKTOK_APP_KEY: KEY,
      AMENDS_TIKTOK_APP_SECRET: SECRET,
      AMENDS_TIKTOK_SERVICE_ID: "7400000000000000001",
    },
    shops: [{ auth_code: authCode }],
    // Lets the access token run out: only a refresh helps.
    expire() {
      [state.expired, state.token] = [state.token, undefined];
    },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
