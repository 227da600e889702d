// Holds the app shell alone. Filled in by `cargo xtask postbuild`. Never touches /api, /connect or /webhooks:
// what is readable offline is a snapshot that the app itself keeps and wipes.
const CACHE = "amends-__VERSION__";
const FILES = [/*__PRECACHE__*/];
const NOT_OURS = ["/api/", "/connect/", "/webhooks/", "/healthz", "/readyz", "/metrics", "/config.json"];

self.addEventListener("install", (event) => {
  const fresh = FILES.map((file) => new Request(file, { cache: "no-cache" }));
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(fresh)));
});

self.addEventListener("activate", (event) => {
  const drop = (name) => (name.startsWith("amends-") && name !== CACHE ? caches.delete(name) : undefined);
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.map(drop)))
      .then(() => self.clients.claim()),
  );
});

self.addEventListener("message", (event) => {
  if (event.data === "SKIP_WAITING" || event.data?.type === "SKIP_WAITING") self.skipWaiting();
  if (event.data?.type === "ALARM") event.waitUntil(callOut(event.data));
});

const windows = () => self.clients.matchAll({ type: "window", includeUncontrolled: true });

// A deadline is near. Where the app is in view it says so itself.
async function callOut({ title, tag, path }) {
  if ((await windows()).some((one) => one.visibilityState === "visible")) return;
  await self.registration.showNotification(title, { tag, icon: "/icon-192.png", data: path });
}

// Opens the case in the window that is there, as it is: words may be half typed.
async function open(path) {
  const [shown] = await windows();
  if (!shown) return self.clients.openWindow(path);
  shown.postMessage({ type: "OPEN", path });
  return shown.focus();
}

self.addEventListener("notificationclick", (event) => {
  event.notification.close();
  event.waitUntil(open(event.notification.data));
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin) return;
  if (NOT_OURS.some((path) => url.pathname.startsWith(path))) return;
  const kept = (key) => caches.match(key, { cacheName: CACHE });
  if (request.mode === "navigate") {
    event.respondWith(kept("/").then((shell) => shell ?? fetch(request)));
  } else {
    event.respondWith(kept(request).then((file) => file ?? fetch(request)));
  }
});
