// Both roles of psi.js, one after the other, in a worker: the page goes on answering its driver. It hears { entries } and says
// { seconds } or { error }.

importScripts("./psi_library.js");

onmessage = async ({ data: { entries } }) => {
  try {
    const common = Math.floor(entries / 2);
    const psi = await self.PSI();
    const names = (from) => Array.from({ length: entries }, (_, at) => `person ${from + at}`);
    const [mine, theirs] = [names(0), names(entries - common)];
    const begin = performance.now();
    const [client, server] = [psi.client.createWithNewKey(true), psi.server.createWithNewKey(true)];
    const setup = server.createSetupMessage(0, entries, theirs, psi.dataStructure.Raw);
    const answer = server.processRequest(client.createRequest(mine));
    const found = client.getIntersection(setup, answer);
    const seconds = (performance.now() - begin) / 1000;
    postMessage(found.length === common ? { seconds } : { error: `${found.length} are common, and ${common} should be` });
  } catch (error) {
    postMessage({ error: `${error}` });
  }
};
