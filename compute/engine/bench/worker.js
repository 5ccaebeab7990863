// One run of a job, in a worker as the page has one.

import init, { Started } from "./tab.js";

const file = async (name) => new Uint8Array(await (await fetch(name)).arrayBuffer());

self.onmessage = async ({ data }) => {
  try {
    await init();
    const [module, table] = [await file(data.module), await file("table.csv")];
    const begin = performance.now();
    const job = new Started(module, new TextEncoder().encode(data.recipe), table);
    const started = (performance.now() - begin) / 1000;
    const hash = job.finish();
    self.postMessage({ started, seconds: (performance.now() - begin) / 1000, hash });
  } catch (error) {
    self.postMessage({ error: `${error}` });
  }
};
