// Compiles contracts/solidity with the pinned npm package `solc` and writes the artifacts that the crate commits.
// Usage: node contracts/compile.js [FOLDER]    (default: contracts/artifacts)
// The output depends on the sources, OpenZeppelin's package and the compiler alone: no paths, no metadata hash.
"use strict";

const fs = require("fs");
const path = require("path");
const solc = require("solc");

const HERE = __dirname;
const OUT = process.argv[2] ? path.resolve(process.argv[2]) : path.join(HERE, "artifacts");
const CONTRACTS = [
  { source: "ModelCoin.sol", name: "ModelCoin" },
  { source: "BountyMarket.sol", name: "BountyMarket" },
  ...["DepositModel", "PointsModel", "MarketModel", "ModelFactory", "AccuracyLog"].map((name) => (
    { source: `shared/${name}.sol`, name, folder: "shared" }
  )),
  ...["DensePerceptron", "SparsePerceptron", "NaiveBayes", "DenseCentroid", "SparseCentroid"].map((name) => (
    { source: `shared/classifiers/${name}.sol`, name, folder: "shared" }
  )),
  ...["Reproductions", "PublishedModels"].map((name) => (
    { source: `trained/${name}.sol`, name, folder: "trained" }
  )),
  { source: "test/HostileCoin.sol", name: "HostileCoin", folder: "test" },
  { source: "test/ThievingCoin.sol", name: "ThievingCoin", folder: "test" },
];
// EIP-170: a larger contract cannot be deployed.
const MAX_RUNTIME_BYTES = 24576;
// "Transient storage can break composability", said of any use of it; OpenZeppelin's guard clears it after each call,
// which the same message calls safe.
const TRANSIENT_STORAGE = "2394";

function read(name) {
  const file = name.startsWith("@") ? require.resolve(name) : path.join(HERE, "solidity", name);
  return fs.readFileSync(file, "utf8");
}

function resolveImport(name) {
  try {
    return { contents: read(name) };
  } catch (error) {
    return { error: error.message };
  }
}

const input = {
  language: "Solidity",
  sources: Object.fromEntries(CONTRACTS.map(({ source }) => [source, { content: read(source) }])),
  settings: {
    evmVersion: "cancun",
    viaIR: true,
    optimizer: { enabled: true, runs: 1000 },
    metadata: { bytecodeHash: "none", appendCBOR: false },
    outputSelection: { "*": { "*": ["abi", "evm.bytecode.object", "evm.deployedBytecode.object"] } },
  },
};

const output = JSON.parse(solc.compile(JSON.stringify(input), { import: resolveImport }));
const messages = (output.errors ?? []).filter((message) => message.errorCode !== TRANSIENT_STORAGE);
for (const message of messages) console.error(message.formattedMessage);
// Warnings too: a warning that nobody reads is a bug that nobody finds.
if (messages.length > 0) process.exit(1);

for (const { source, name, folder = "" } of CONTRACTS) {
  const { abi, evm } = output.contracts[source][name];
  const bytes = evm.deployedBytecode.object.length / 2;
  if (bytes > MAX_RUNTIME_BYTES) {
    console.error(`${name} has ${bytes} bytes; a chain deploys at most ${MAX_RUNTIME_BYTES}.`);
    process.exit(1);
  }
  const artifact = {
    contract: name,
    compiler: solc.version(),
    bytecode: evm.bytecode.object,
    runtimeBytecode: evm.deployedBytecode.object,
    abi,
  };
  fs.mkdirSync(path.join(OUT, folder), { recursive: true });
  fs.writeFileSync(path.join(OUT, folder, `${name}.json`), `${JSON.stringify(artifact, null, 1)}\n`);
  console.log(`${name}: ${bytes} bytes`);
}
