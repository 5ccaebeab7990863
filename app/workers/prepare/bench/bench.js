// Runs the preparing worker and its peer on the same generated file, one after the other. Driven by
// e2e/src/bin/bench_prepare.rs, which calls window.bench and reads what it resolves to.

const SEED = Array.from({ length: 32 }, (_, i) => i);

/** Starts a worker and waits until it runs. */
function start(url, type, isReady) {
  return new Promise((resolve, reject) => {
    const worker = new Worker(url, { type, name: "prepare" });
    worker.onerror = (event) => reject(new Error(`${url}: ${event.message}`));
    worker.onmessage = (event) => isReady(event.data) && resolve(worker);
  });
}

/** Sends a message; resolves with the first answer that `isLast`. */
function ask(worker, message, isLast) {
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message));
    worker.onmessage = (event) => isLast(event.data) && resolve(event.data);
    worker.postMessage(message);
  });
}

/** Asks our worker, as the page does (work/src/js.rs); the message that ends the request. */
async function request(worker, number, body, parts) {
  const message = { kind: "request", number, body: JSON.stringify(body), parts };
  const ended = await ask(worker, message, ({ kind }) => !["working", "progress"].includes(kind));
  if (ended.kind !== "answer") throw new Error(`${ended.kind}: ${ended.body}`);
  return ended;
}

async function generate(columns, megabytes) {
  const worker = await start("generate.js", "classic", (data) => data === "ready");
  const { file } = await ask(worker, { columns, bytes: megabytes * 1e6 }, (data) => data.file);
  worker.terminate();
  return file;
}

async function ours(worker, file, share) {
  const from = performance.now();
  const read = { header: null, separator: null };
  const options = { table: read, labels: read, label: null };
  await request(worker, 1, { survey: { options } }, { table: file });
  const surveyed = performance.now();
  const splitOptions = { seed: SEED, share_percent: share, stratified: true };
  const split = await request(worker, 2, { split: { options: splitOptions } }, {});
  const done = performance.now();
  const report = JSON.parse(split.body).split;
  return {
    seconds: (done - from) / 1000,
    survey_seconds: (surveyed - from) / 1000,
    wasm_bytes: split.memory,
    train_rows: report.train.rows,
    test_rows: report.test.rows,
    written: split.parts.train.size + split.parts.test.size,
  };
}

async function peer(worker, file, share) {
  const from = performance.now();
  const result = await ask(worker, { file, share, seed: 42 }, (data) => data.error || data.train_rows);
  const seconds = (performance.now() - from) / 1000;
  if (result.error) throw new Error(result.error);
  return { seconds, ...result };
}

let file;
let worker;
let peerWorker;

// Both run in one worker each, as in a page: what they warm up in one run serves the next.
window.bench = {
  async open({ columns, megabytes }) {
    file = await generate(columns, megabytes);
    worker = await start("prepare-worker_loader.js", "module", (data) => data.kind === "ready");
    peerWorker = await start("peer.js", "classic", (data) => data === "ready");
    return { bytes: file.size };
  },
  ours: ({ share }) => ours(worker, file, share),
  async peer({ share }) {
    const result = await peer(peerWorker, file, share);
    // Its garbage must not be collected in the other's time.
    await ask(peerWorker, "tidy", (data) => data === "tidy");
    return result;
  },
};
