// Private set intersection of OpenMined in JavaScript, both roles on one thread: `node psi.mjs PACKAGE ENTRIES`. Prints JSON.
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";

const [folder, count] = process.argv.slice(2);
const entries = Number(count), common = Math.floor(entries / 2);
const require = createRequire(import.meta.url);
const PSI = require(`${folder}/psi_wasm_node.js`);
const psi = await (PSI.default ?? PSI)();
const names = (from) => Array.from({ length: entries }, (_, at) => `person ${from + at}`);
const mine = names(0), theirs = names(entries - common);
const begin = performance.now();
const client = psi.client.createWithNewKey(true), server = psi.server.createWithNewKey(true);
const setup = server.createSetupMessage(0, entries, theirs, psi.dataStructure.Raw);
const answer = server.processRequest(client.createRequest(mine));
const found = client.getIntersection(setup, answer);
const seconds = (performance.now() - begin) / 1000;
if (found.length !== common) throw new Error(`${found.length} are common, and ${common} should be`);
const { version } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
console.log(JSON.stringify({ seconds, version: `@openmined/psi.js ${version}, in Node` }));
