// What `cargo xtask bench inference` asks for, one call a measurement. Ours and the peer each compute in a worker.

/** Sends a message, if there is one; resolves with what `read` makes of the first message that it wants. */
function ask(worker, message, read) {
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message || "the worker could not be loaded"));
    worker.onmessage = ({ data }) => {
      try {
        const answer = read(data);
        if (answer) resolve(answer);
      } catch (error) {
        reject(error);
      }
    };
    if (message) worker.postMessage(message);
  });
}

/** What the peer's worker says: an error, or something with this field. */
const peers = (field) => (data) => {
  if (data.error) throw new Error(data.error);
  return data[field] && data;
};

let number = 0;

/** Asks our worker as the page does (work/src/js.rs); resolves with the answer of this name. */
function request(worker, body, name, parts = {}) {
  const message = { kind: "request", number: ++number, body: JSON.stringify(body), parts };
  return ask(worker, message, ({ kind, body }) => {
    if (["ready", "working", "progress"].includes(kind)) return null;
    if (kind !== "answer") throw new Error(`${kind}: ${body}`);
    return JSON.parse(body)[name];
  });
}

const file = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const context = { classes: null, features: null, measured: [] };

async function ours() {
  const worker = new Worker("models-worker_loader.js", { type: "module" });
  await ask(worker, null, ({ kind }) => kind === "ready");
  return worker;
}

async function peer() {
  const worker = new Worker("peer.js", { type: "module" });
  await ask(worker, null, peers("ready"));
  return worker;
}

const open = (worker, model) => request(worker, { open: { context } }, "opened", { model });

const bench = {
  /** Microseconds of each run of `rows` random rows through our engine. */
  async ours({ model, engine, rows, runs }) {
    const worker = await ours();
    await open(worker, await file(model));
    const { micros, repeated } = await request(worker, { measure: { engine, rows, runs } }, "times");
    worker.terminate();
    return { micros, repeated };
  },

  /** The same through onnxruntime-web; provider is `wasm` or `webgpu`. */
  async peer({ model, provider, shape, runs }) {
    const worker = await peer();
    const answer = await ask(worker, { measure: { model, provider, shape, runs } }, peers("micros"));
    worker.terminate();
    return { micros: answer.micros, version: answer.version };
  },

  /** Microseconds from nothing to the first prediction: worker, program, model, one row. */
  async oursCold({ model, elements, shape }) {
    const bytes = await file(model);
    const since = performance.now();
    const worker = await ours();
    const { card } = await open(worker, bytes);
    const input = card.picture
      ? { picture: { pixels: Array(elements).fill(7), brightest: 1 } }
      : { fields: Array(elements).fill("0.5") };
    await request(worker, { predict: { input, engine: "cpu" } }, "predicted");
    const micros = (performance.now() - since) * 1000;
    worker.terminate();
    return { micros };
  },

  async peerCold({ model, shape }) {
    const bytes = await file(model);
    const since = performance.now();
    const worker = await peer();
    await ask(worker, { first: { bytes, provider: "wasm", shape } }, peers("predicted"));
    const micros = (performance.now() - since) * 1000;
    worker.terminate();
    return { micros };
  },

  /** Square matrix products: tiled and naive WGSL, SIMD on the CPU; microseconds of each run. */
  async product({ size, runs }) {
    const worker = await ours();
    const answer = await request(worker, { product: { size, runs } }, "products");
    worker.terminate();
    return answer;
  },

  /** Trains on a CSV; seconds of training alone, and the accuracy on the rows kept aside. */
  async train({ train, test, options }) {
    const worker = await ours();
    const beside = { train: await file(train), test: await file(test) };
    const { summary } = await request(worker, { train: { options } }, "trained", beside);
    worker.terminate();
    return { summary };
  },
};

window.bench = bench;
