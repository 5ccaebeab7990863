// Compiles the contracts of all families with the pinned npm package `solc` and writes the artifacts that they commit.
// Usage: node contracts/compile.js [FOLDER]    (default: the repository; FOLDER gets the same tree of artifacts)
// It refuses what lacks documentation that tools see; see documentation.js.
// A family's contracts are the files in families/NAME/solidity that define a contract of their own name that can be
// deployed; `artifacts/` beside them keeps their folders. The output depends on the sources, OpenZeppelin's package and
// the compiler alone: no paths, no metadata hash.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");
const documentation = require("./documentation.js");

const ROOT = path.join(__dirname, "..");
const OUT = process.argv[2] ? path.resolve(process.argv[2]) : ROOT;
// EIP-170: a larger contract cannot be deployed.
const MAX_RUNTIME_BYTES = 24576;
// "Transient storage can break composability", said of any use of it; OpenZeppelin's guard clears it after each call,
// which the same message calls safe.
const TRANSIENT_STORAGE = "2394";

// Every Solidity file of every family, the sample among them, and of what they share, by its path in the repository.
function sources() {
  const found = [];
  const walk = (folder) => {
    for (const entry of fs.readdirSync(path.join(ROOT, folder), { withFileTypes: true })) {
      const file = `${folder}/${entry.name}`;
      if (entry.isDirectory()) walk(file);
      else if (entry.name.endsWith(".sol")) found.push(file);
    }
  };
  walk("contracts/solidity");
  walk("e2e/sample_family/solidity");
  for (const family of fs.readdirSync(path.join(ROOT, "families"))) walk(`families/${family}/solidity`);
  return found.sort();
}

function read(name) {
  return fs.readFileSync(name.startsWith("@") ? require.resolve(name) : path.join(ROOT, name), "utf8");
}

function resolveImport(name) {
  try {
    return { contents: read(name) };
  } catch (error) {
    return { error: error.message };
  }
}

const files = sources();
const input = {
  language: "Solidity",
  sources: Object.fromEntries(files.map((file) => [file, { content: read(file) }])),
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs: 1000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "": ["ast"], "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: resolveImport }));
const messages = (output.errors ?? []).filter((message) => message.errorCode !== TRANSIENT_STORAGE);
for (const message of messages) console.error(message.formattedMessage);
// Warnings too: a warning that nobody reads is a bug that nobody finds.
if (messages.length > 0) process.exit(1);
const undocumented = documentation.missing(output.sources);
for (const line of undocumented) console.error(`${line} is missing; see contracts/documentation.js.`);
if (undocumented.length > 0) process.exit(1);

for (const file of files) {
  const name = path.basename(file, ".sol");
  const compiled = output.contracts[file]?.[name];
  // Interfaces, abstract contracts and libraries of internal functions have nothing to deploy.
  if (!compiled || compiled.abi.length === 0 || compiled.evm.bytecode.object === "") continue;
  const bytes = compiled.evm.deployedBytecode.object.length / 2;
  if (bytes > MAX_RUNTIME_BYTES) {
    console.error(`${name} has ${bytes} bytes; a chain deploys at most ${MAX_RUNTIME_BYTES}.`);
    process.exit(1);
  }
  const artifact = {
    contract: name,
    compiler: solc.version(),
    bytecode: compiled.evm.bytecode.object,
    runtimeBytecode: compiled.evm.deployedBytecode.object,
    abi: compiled.abi,
  };
  const target = path.join(OUT, artifactOf(file));
  fs.mkdirSync(path.dirname(target), { recursive: true });
  fs.writeFileSync(target, `${JSON.stringify(artifact, null, 1)}\n`);
  console.log(`${name}: ${bytes} bytes`);
}

// families/NAME/solidity/a/B.sol -> families/NAME/artifacts/a/B.json
function artifactOf(file) {
  return file.replace("/solidity/", "/artifacts/").replace(/\.sol$/, ".json");
}
