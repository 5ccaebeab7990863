// onnxruntime-web in a worker, one thread, as it comes: the WebAssembly build, or the one with WebGPU.

let ort;

async function load(provider) {
  if (ort) return;
  ort = await import(provider === "webgpu" ? "./ort.webgpu.min.mjs" : "./ort.wasm.min.mjs");
  ort.env.wasm.wasmPaths = new URL("./", self.location.href).href;
  ort.env.wasm.numThreads = 1;
  ort.env.logLevel = "error";
}

// The same rows as ml-run's measurements need not be; only their number and type count.
function rows(shape) {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  let state = 1;
  for (let i = 0; i < data.length; i++) {
    state = (state * 1664525 + 1013904223) >>> 0;
    data[i] = state / 2 ** 32;
  }
  return new ort.Tensor("float32", data, shape);
}

async function session(bytes, provider) {
  return ort.InferenceSession.create(bytes, { executionProviders: [provider] });
}

self.onmessage = async ({ data }) => {
  try {
    const { measure, first } = data;
    if (measure) {
      await load(measure.provider);
      const bytes = new Uint8Array(await (await fetch(measure.model)).arrayBuffer());
      const opened = await session(bytes, measure.provider);
      const feeds = { [opened.inputNames[0]]: rows(measure.shape) };
      const run = () => opened.run(feeds, opened.outputNames.slice(-1));
      for (let i = 0; i < Math.max(3, measure.runs / 10); i++) await run();
      // The clock steps in tenths of a millisecond; short runs are repeated and their mean told, as ours are.
      let since = performance.now();
      await run();
      const repeated = Math.max(1, Math.ceil(10 / Math.max(performance.now() - since, 0.1)));
      const micros = [];
      for (let i = 0; i < measure.runs; i++) {
        since = performance.now();
        for (let j = 0; j < repeated; j++) await run();
        micros.push(((performance.now() - since) * 1000) / repeated);
      }
      self.postMessage({ micros, version: ort.env.versions.web });
    } else {
      await load(first.provider);
      const opened = await session(first.bytes, first.provider);
      await opened.run({ [opened.inputNames[0]]: rows(first.shape) });
      self.postMessage({ predicted: true });
    }
  } catch (error) {
    self.postMessage({ error: `${error}` });
  }
};

self.postMessage({ ready: true });
