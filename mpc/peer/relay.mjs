// A plain relay on the npm package `ws`: what one end of a run sends, the other one gets. `node relay.mjs FOLDER`, where FOLDER
// has `node_modules/ws`. Prints its address as JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder] = process.argv.slice(2);
const require = createRequire(`${folder}/`);
const { WebSocketServer } = require("ws");
const runs = new Map();
// No compression, as it is by default.
const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
server.on("connection", (socket, request) => {
  const [, run, end] = request.url.split("/");
  const ends = runs.get(run) ?? [{ waiting: [] }, { waiting: [] }];
  runs.set(run, ends);
  const [mine, other] = [ends[Number(end)], ends[1 - Number(end)]];
  mine.socket = socket;
  mine.waiting.splice(0).forEach(([data, binary]) => socket.send(data, { binary }));
  socket.on("message", (data, binary) => {
    if (!other.socket) return void other.waiting.push([data, binary]);
    // A receiver that is slow stops its sender.
    other.socket.send(data, { binary }, () => other.socket.bufferedAmount < 8 << 20 && socket.resume());
    if (other.socket.bufferedAmount > 8 << 20) socket.pause();
  });
});
server.on("listening", () => {
  const { version } = JSON.parse(readFileSync(`${folder}/node_modules/ws/package.json`, "utf8"));
  console.log(JSON.stringify({ relay: `ws://127.0.0.1:${server.address().port}`, version: `ws ${version}` }));
});
