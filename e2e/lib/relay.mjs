// A network between a browser and a desk: it carries everything, loses an answer where it is told to, and can be cut in
// the middle of what is being sent.
import { createServer, request } from "node:http";

export async function startRelay(desk) {
  let next;
  let knife;
  let isCut = false;
  const carried = new Map();
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
    incoming.on("data", (part) => {
      carried.set(method, (carried.get(method) ?? 0) + part.length);
      if (knife?.method !== method || !knife.path.test(url)) return;
      knife.left -= part.length;
      if (knife.left > 0) return;
      const { cut } = knife;
      knife = undefined;
      isCut = true;
      server.closeAllConnections();
      cut();
    });
    const onward = request(`${desk.url}${url}`, { method, headers }, (answer) => {
      if (next?.method === method && next.path.test(url)) {
        const { lost } = next;
        next = undefined;
        answer.resume();
        // The desk has done it. Half a head: a browser sends again by itself what got no answer at all.
        outgoing.socket.end("HTTP/1.1 200 OK\r\nContent-Le");
        lost();
        return;
      }
      outgoing.writeHead(answer.statusCode, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on("connection", (socket) => isCut && socket.destroy());
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    // Resolves once the answer to such a request is lost.
    loseAnswer: (method, path) => new Promise((lost) => (next = { method, path, lost })),
    // Resolves once so many bytes of such requests have gone by and every connection is cut. None comes about until it
    // is mended.
    cutAfter: (left, method, path) => new Promise((cut) => (knife = { left, method, path, cut })),
    mend: () => (isCut = false),
    // How many bytes requests of a method have carried.
    carried: (method) => carried.get(method) ?? 0,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
