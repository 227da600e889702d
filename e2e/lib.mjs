// What every journey stands on. `cargo xtask test` names the built program, the app, Chromium and Python.
export { until } from "./lib/until.mjs";
export { named, start } from "./lib/program.mjs";
export { Platform, startSandbox } from "./lib/platform.mjs";
export { Api } from "./lib/api.mjs";
export { Desk, startDesk } from "./lib/desk.mjs";
export { SIZES, checkAccessibility, hasFocus, openBrowser, practise, shot } from "./lib/browser.mjs";
export { lookAtPhotos, openedCase } from "./lib/case.mjs";
export { allHere, keptHere, whoIsHere } from "./lib/device.mjs";
export { captions, film } from "./lib/film.mjs";
export { picture } from "./lib/picture.mjs";
export { startRelay } from "./lib/relay.mjs";
