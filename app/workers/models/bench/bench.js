// What `cargo xtask bench inference` asks for, one call a measurement. Ours and the peer each compute in a worker.

/** A worker with one question at a time. `accepts` says which message is the answer. */
function ask(worker, message, accepts) {
  return new Promise((resolve, reject) => {
    worker.onerror = (event) => reject(new Error(event.message || "the worker could not be loaded"));
    worker.onmessage = ({ data }) => {
      const answer = typeof data.answer === "string" ? { ...JSON.parse(data.answer), beside: data } : data;
      if (answer.answer === "failed" || answer.error) reject(new Error(answer.why ?? answer.error));
      else if (accepts(answer)) resolve(answer);
    };
    if (message) worker.postMessage(message);
  });
}

const task = (task, beside = {}) => ({ task: JSON.stringify(task), ...beside });
const file = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());
const context = { classes: null, features: null, measured: [] };

async function ours() {
  const worker = new Worker("models-worker_loader.js", { type: "module" });
  await ask(worker, null, (a) => a.answer === "ready");
  return worker;
}

async function peer() {
  const worker = new Worker("peer.js", { type: "module" });
  await ask(worker, null, (a) => a.ready);
  return worker;
}

const open = (worker, model) => ask(worker, task({ task: "open", context }, { model }), (a) => a.answer === "opened");

const bench = {
  /** Microseconds of each run of `rows` random rows through our engine. */
  async ours({ model, engine, rows, runs }) {
    const worker = await ours();
    await open(worker, await file(model));
    const { micros, repeated } = await ask(worker, task({ task: "measure", engine, rows, runs }), (a) => a.answer === "times");
    worker.terminate();
    return { micros, repeated };
  },

  /** The same through onnxruntime-web; provider is `wasm` or `webgpu`. */
  async peer({ model, provider, shape, runs }) {
    const worker = await peer();
    const answer = await ask(worker, { measure: { model, provider, shape, runs } }, (a) => a.micros);
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
    await ask(worker, task({ task: "predict", input, engine: "cpu" }), (a) => a.answer === "predicted");
    const micros = (performance.now() - since) * 1000;
    worker.terminate();
    return { micros };
  },

  async peerCold({ model, shape }) {
    const bytes = await file(model);
    const since = performance.now();
    const worker = await peer();
    await ask(worker, { first: { bytes, provider: "wasm", shape } }, (a) => a.predicted);
    const micros = (performance.now() - since) * 1000;
    worker.terminate();
    return { micros };
  },

  /** Square matrix products: tiled and naive WGSL, SIMD on the CPU; microseconds of each run. */
  async product({ size, runs }) {
    const worker = await ours();
    const answer = await ask(worker, task({ task: "product", size, runs }), (a) => a.answer === "products");
    worker.terminate();
    delete answer.beside;
    return answer;
  },

  /** Trains on a CSV; seconds of training alone, and the accuracy on the rows kept aside. */
  async train({ train, test, options }) {
    const worker = await ours();
    const beside = { train: await file(train), test: await file(test) };
    const { summary } = await ask(worker, task({ task: "train", options }, beside), (a) => a.answer === "trained");
    worker.terminate();
    return { summary };
  },
};

window.bench = bench;
