// Plays seats in the worker of the page, links two pages, and does what the peers do in the same browser. Driven by
// e2e/src/bin/bench_private.rs, which calls window.bench and reads what it resolves to.

import init, { Ends } from "./tab.js";

/** The relay of a server, as links reach it. */
let worker;
let number = 0;

/** Asks our worker, as the page does (work/src/js.rs); `hears` is told of its progress. */
function request(body, parts, hears = () => {}) {
  return new Promise((resolve, reject) => {
    number += 1;
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = ({ data }) => {
      if (data.kind === "progress") return hears(JSON.parse(data.body));
      if (data.kind === "working") return undefined;
      return data.kind === "answer" ? resolve(data) : reject(new Error(`${data.kind}: ${data.body}`));
    };
    worker.postMessage({ kind: "request", number, body: JSON.stringify(body), parts });
  });
}

const bytes = (text) => new TextEncoder().encode(text);
const unhexed = (text) => Uint8Array.from(text.replace("0x", "").match(/../g), (pair) => parseInt(pair, 16));

let drawn;
let brought;
let peer;

/** A page stands in for the chain: it agrees to everything at once. */
function chain(channel) {
  const says = new BroadcastChannel(channel);
  return (progress) => {
    if (progress.told === "met") says.postMessage("begun");
    if (progress.told === "signed") says.postMessage("agreed");
    if (progress.told === "keep") says.postMessage(`kept ${progress.number}`);
  };
}

/** Sends what there is through a socket as fast as it goes, and waits for the other page's word. */
async function pours(socket, megabytes, chunk) {
  let left = megabytes * 1e6;
  while (left > 0) {
    while (socket.bufferedAmount > 8 << 20) await new Promise((resolve) => setTimeout(resolve, 1));
    const size = Math.min(left, chunk.length);
    socket.send(size < chunk.length ? chunk.subarray(0, size) : chunk);
    left -= size;
  }
}

function opened(address) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.binaryType = "arraybuffer";
    socket.onopen = () => resolve(socket);
    socket.onerror = () => reject(new Error(`${address} cannot be reached`));
  });
}

const next = (socket) => new Promise((resolve) => (socket.onmessage = ({ data }) => resolve(data)));

window.bench = {
  async open() {
    await init();
    worker = new Worker("party-worker_loader.js", { type: "module", name: "party" });
    await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => data.kind === "ready" && resolve();
    });
    return {};
  },

  async draw() {
    const answer = await request({ ask: "draw" }, {});
    const keys = answer.parts.keys;
    const { link } = JSON.parse(new TextDecoder().decode(keys));
    // What is sealed to the seat is sealed to the key of its links here.
    drawn = { keys, directory: unhexed(link) };
    return JSON.parse(answer.body).public;
  },

  /** The table of the next task, before its time begins: a driver hands it over slowly, one page after the other. */
  async bring({ table }) {
    brought = bytes(table);
    return {};
  },

  async play({ play, spec }) {
    const parts = { keys: drawn.keys.slice(), directory: drawn.directory.slice(), spec: bytes(spec), table: brought };
    const begin = performance.now();
    let sent = [0, 0];
    const agrees = chain(play.channel);
    // When each stage began, in seconds.
    const stages = [];
    const hears = (progress) => {
      const name = progress.told === "stage" ? JSON.stringify(progress.stage).match(/\w+/)[0] : progress.told;
      const at = Number(((performance.now() - begin) / 1000).toFixed(3));
      if (!["bytes", "presence", "computed"].includes(name)) stages.push([name, at]);
      if (progress.told === "bytes") sent = [progress.sent, progress.received];
      agrees(progress);
    };
    const answer = await request({ ask: "play", ...play }, parts, hears);
    const seconds = (performance.now() - begin) / 1000;
    const { answer: kind, rows, told } = JSON.parse(answer.body);
    return { seconds, kind, rows, told: told?.length ?? 0, sent: sent[0], received: sent[1], memory: answer.memory, stages };
  },

  /** Both roles of psi.js, one after the other, in a worker of one page; it is warm after the first time. */
  async psi({ entries }) {
    peer ??= new Worker("psi.js");
    const said = await new Promise((resolve, reject) => {
      peer.onerror = (event) => reject(new Error(event.message));
      peer.onmessage = ({ data }) => resolve(data);
      peer.postMessage({ entries });
    });
    if (said.error) throw new Error(said.error);
    return said;
  },

  /** One end of a link; the first sends, the other one listens. */
  async link({ relay, task, seat, megabytes }) {
    const ends = new Ends(relay, task, seat);
    const found = JSON.parse(await (seat === 0 ? ends.sends(megabytes) : ends.listens(megabytes)));
    return found;
  },

  /** The same between the same pages without encryption, over a relay that only forwards. */
  async plain({ relay, run, seat, megabytes, part, rounds }) {
    const socket = await opened(`${relay}/${run}/${seat}`);
    if (seat === 1) {
      // Told when the other page may begin.
      socket.send("here");
      for (let round = 0; round < rounds; round += 1) socket.send(await next(socket));
      let left = megabytes * 1e6;
      await new Promise((resolve) => {
        socket.onmessage = ({ data }) => {
          left -= data.byteLength;
          if (left <= 0) resolve();
        };
      });
      socket.send("all");
      return { done: true };
    }
    await next(socket);
    const trips = [];
    for (let round = 0; round < rounds; round += 1) {
      const begin = performance.now();
      socket.send(new Uint8Array(32));
      await next(socket);
      trips.push(performance.now() - begin);
    }
    trips.sort((a, b) => a - b);
    const heard = next(socket);
    const begin = performance.now();
    await pours(socket, megabytes, new Uint8Array(part).fill(7));
    await heard;
    const seconds = (performance.now() - begin) / 1000;
    return { rate: megabytes / seconds, trip: trips[Math.floor(rounds / 2)] / 1000 };
  },
};
