// Runs a recipe in a worker that begins anew each time. Driven by e2e/src/bin/bench_compute.rs, which calls window.bench and
// reads what it resolves to.

window.bench = {
  /** A recipe as this form of the module: seconds until it is compiled and started, and until its end, and its hash. */
  async run({ module, recipe }) {
    const worker = new Worker("worker.js", { type: "module" });
    const answer = await new Promise((resolve, reject) => {
      worker.onerror = (event) => reject(new Error(event.message));
      worker.onmessage = ({ data }) => (data.error ? reject(new Error(data.error)) : resolve(data));
      worker.postMessage({ module, recipe });
    });
    worker.terminate();
    return answer;
  },
};
