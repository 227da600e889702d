// A network between a browser and a desk: it carries everything, and loses an answer where it is told to.
import { createServer, request } from "node:http";

export async function startRelay(desk) {
  let next;
  const server = createServer((incoming, outgoing) => {
    const { method, url, headers } = incoming;
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
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    // Resolves once the answer to such a request is lost.
    loseAnswer: (method, path) => new Promise((lost) => (next = { method, path, lost })),
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
