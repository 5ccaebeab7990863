// The peer: the same work with PapaParse and WebCrypto, in a worker, streaming. It is let off lightly: it does not
// look for twins or telltale columns, does not look for commas inside of cells before it writes them, computes
// leaves only and no tree above them, and keeps all test rows in memory.

importScripts("papaparse.min.js");

const LEAF = 256 << 10;
const IN_FLIGHT = 64;

/** SHA-256 of 256 KiB leaves. */
class Leaves {
  pending = [];
  digests = [];

  async add(bytes) {
    for (let at = 0; at < bytes.length; at += LEAF) {
      this.pending.push(crypto.subtle.digest("SHA-256", bytes.subarray(at, at + LEAF)));
    }
    while (this.pending.length > IN_FLIGHT) this.digests.push(await this.pending.shift());
  }

  async finish() {
    this.digests.push(...(await Promise.all(this.pending)));
    return this.digests.length;
  }
}

/** A file in the origin's private file system, hashed while it is written. */
class Output {
  leaves = new Leaves();
  encoder = new TextEncoder();
  buffer = new Uint8Array(8 << 20);
  filled = 0;
  at = 0;

  static async open(name) {
    const root = await navigator.storage.getDirectory();
    const output = new Output();
    output.handle = await root.getFileHandle(name, { create: true });
    output.access = await output.handle.createSyncAccessHandle();
    output.access.truncate(0);
    return output;
  }

  async write(text) {
    while (this.buffer.length - this.filled < text.length * 3) await this.flush(text.length * 3);
    this.filled += this.encoder.encodeInto(text, this.buffer.subarray(this.filled)).written;
    if (this.filled >= 4 << 20) await this.flush(0);
  }

  async flush(needed) {
    const whole = this.filled - (this.filled % LEAF);
    const bytes = this.buffer.subarray(0, whole);
    await this.leaves.add(bytes);
    this.at += this.access.write(bytes, { at: this.at });
    const rest = this.buffer.slice(whole, this.filled);
    if (this.buffer.length < rest.length + needed) this.buffer = new Uint8Array(rest.length + needed);
    this.buffer.set(rest);
    this.filled = rest.length;
  }

  async finish() {
    const rest = this.buffer.subarray(0, this.filled);
    await this.leaves.add(rest);
    this.access.write(rest, { at: this.at });
    await this.leaves.finish();
    this.access.close();
    return (await this.handle.getFile()).size;
  }
}

/** Every row of the file, a chunk at a time. */
function parse(file, onRows) {
  return new Promise((resolve, reject) => {
    Papa.parse(file, {
      delimiter: ",",
      skipEmptyLines: true,
      chunk: (results, parser) => {
        const more = onRows(results.data);
        if (more) {
          parser.pause();
          more.then(() => parser.resume(), reject);
        }
      },
      complete: resolve,
      error: reject,
    });
  });
}

async function hashSource(file) {
  const leaves = new Leaves();
  for (let at = 0; at < file.size; at += 8 * LEAF) {
    await leaves.add(new Uint8Array(await file.slice(at, at + 8 * LEAF).arrayBuffer()));
  }
  return leaves.finish();
}

function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const line = (cells) => {
  const text = cells.join(",");
  if (text.includes('"') || text.includes("\n") || text.includes("\r")) return Papa.unparse([cells]);
  return text;
};

async function prepare({ file, share, seed }) {
  // First pass.
  let header = null;
  const classes = new Map();
  const hashed = hashSource(file);
  await parse(file, (rows) => {
    for (const row of rows) {
      if (!header) {
        header = row;
        continue;
      }
      if (row.length !== header.length) throw new Error("ragged row");
      const label = row[row.length - 1];
      if (!label) throw new Error("empty label");
      const seen = classes.get(label);
      if (seen) seen.rows++;
      else classes.set(label, { rows: 1 });
    }
  });
  await hashed;
  let tests = 0;
  for (const entry of classes.values()) {
    entry.left = entry.rows;
    entry.tests = Math.round((entry.rows * share) / 100);
    tests += entry.tests;
  }
  // Second pass.
  const random = mulberry32(seed);
  const order = Uint32Array.from({ length: tests }, (_, at) => at);
  for (let last = tests - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [order[last], order[other]] = [order[other], order[last]];
  }
  const testRows = new Array(tests);
  const truth = new Array(tests);
  const train = await Output.open("peer-train.csv");
  let drawn = 0;
  let trainRows = 0;
  let skip = true;
  await train.write(`${line(header)}\n`);
  await parse(file, (rows) => {
    let text = "";
    for (const row of rows) {
      if (skip) {
        skip = false;
        continue;
      }
      const label = row[row.length - 1];
      const entry = classes.get(label);
      if (random() * entry.left-- < entry.tests) {
        entry.tests--;
        row.pop();
        truth[order[drawn]] = label;
        testRows[order[drawn++]] = line(row);
      } else {
        trainRows++;
        text += `${line(row)}\n`;
      }
    }
    return train.write(text);
  });
  const written = await train.finish();
  const test = await Output.open("peer-test.csv");
  await test.write(`${line(header.slice(0, -1))}\n`);
  for (let at = 0; at < tests; at += 1000) await test.write(`${testRows.slice(at, at + 1000).join("\n")}\n`);
  return { train_rows: trainRows, test_rows: tests, written: written + (await test.finish()) };
}

onmessage = ({ data }) => {
  if (data === "tidy") {
    globalThis.gc?.();
    postMessage("tidy");
    return;
  }
  prepare(data).then(
    (result) => postMessage(result),
    (error) => postMessage({ error: `${error}` }),
  );
};
postMessage("ready");
