// Starts the app. No inline script anywhere: the addresses come from trunk as data.
const { js, wasm } = document.querySelector("script[data-wasm]").dataset;

globalThis.trustedTypes?.createPolicy("default", {
  // Markup that was fixed when it was compiled, and handbook pages: the desk makes them from Markdown, harmless.
  createHTML: (text) => text,
  createScriptURL: (url) => (new URL(url, location.href).href === `${location.origin}/sw.js` ? url : null),
});

function explain(text) {
  const place = document.getElementById("boot-text");
  if (place) place.textContent = text;
}

if (typeof WebAssembly !== "object") {
  explain("This browser has no WebAssembly. Open the desk in a current Chrome, Edge, Firefox or Safari.");
} else {
  try {
    const { default: init } = await import(js);
    await init({ module_or_path: wasm });
    document.getElementById("boot")?.remove();
    document.head.append(Object.assign(document.createElement("link"), { rel: "stylesheet", href: "/pages.css" }));
  } catch (fault) {
    console.error(fault);
    explain("The desk could not be loaded. Check the network, then load the page again.");
  }
}

// A new version waits until the person at the desk takes it: nothing is swapped under their hands.
function offerUpdate() {
  window.dispatchEvent(new CustomEvent("amends:update"));
}

if ("serviceWorker" in navigator) {
  // A notification was pressed.
  navigator.serviceWorker.addEventListener("message", ({ data }) => {
    if (data?.type === "OPEN") window.dispatchEvent(new CustomEvent("amends:open", { detail: data.path }));
  });
  // The first version takes the page over without a word. Each later one means that somebody took the update: here it is
  // loaded, and offered in every other tab, where words may be half typed.
  let isHeld = navigator.serviceWorker.controller !== null;
  let isTaken = false;
  window.addEventListener("amends:take", () => (isTaken = true));
  navigator.serviceWorker.addEventListener("controllerchange", () => {
    if (isHeld && isTaken) location.reload();
    else if (isHeld) offerUpdate();
    isHeld = true;
  });
  try {
    const registration = await navigator.serviceWorker.register("/sw.js", { scope: "/" });
    if (registration.waiting && isHeld) offerUpdate();
    registration.addEventListener("updatefound", () => {
      const fresh = registration.installing;
      fresh?.addEventListener("statechange", () => {
        if (fresh.state === "installed" && navigator.serviceWorker.controller) offerUpdate();
      });
    });
  } catch (fault) {
    console.warn("The desk works, but not offline:", fault);
  }
}
