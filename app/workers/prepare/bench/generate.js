// Writes a CSV into the origin's private file system: the same bytes every time. 785 columns are pixels and a digit
// like MNIST; fewer are decimal numbers and one of ten classes.

const CHUNK = 4 << 20;

/** Numerical Recipes' linear congruential generator; the high bits are good enough for cells. */
function generator(state) {
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) >>> 8;
}

onmessage = async ({ data: { columns, bytes } }) => {
  const next = generator(columns);
  const root = await navigator.storage.getDirectory();
  const handle = await root.getFileHandle(`source-${columns}.csv`, { create: true });
  const access = await handle.createSyncAccessHandle();
  access.truncate(0);
  const encoder = new TextEncoder();
  const names = Array.from({ length: columns - 1 }, (_, at) => `c${at}`);
  let text = `${names.join(",")},label\n`;
  let at = 0;
  const cells = new Array(columns);
  while (at < bytes) {
    while (text.length < CHUNK && at + text.length < bytes) {
      for (let column = 0; column < columns - 1; column++) {
        const value = next();
        if (columns > 100) cells[column] = value % 5 ? 0 : (value >>> 4) & 255;
        else cells[column] = value / 1e6;
      }
      cells[columns - 1] = next() % 10;
      text += `${cells.join(",")}\n`;
    }
    at += access.write(encoder.encode(text), { at });
    text = "";
  }
  access.flush();
  access.close();
  postMessage({ file: await handle.getFile() });
};

postMessage("ready");
