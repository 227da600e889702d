import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const media = (name) => readFile(fileURLToPath(new URL(`../media/${name}`, import.meta.url)));

// Two seconds of video as WebM, and behind it so many bytes that every player leaves out (an EBML `Void`): as large as a
// real one, and small in the repository.
export async function film(bytes = 0) {
  const head = Buffer.from([0xec, 0x01, 0, 0, 0, 0, 0, 0, 0]);
  head.writeUInt32BE(bytes, 5);
  const noise = Buffer.alloc(bytes);
  for (let at = 0; at < bytes; at += 1) noise[at] = (at * 31 + (at >> 8)) & 0xff;
  return Buffer.concat([await media("step.webm"), ...(bytes ? [head, noise] : [])]);
}

// What is said in it.
export async function captions() {
  return await media("step.vtt");
}
