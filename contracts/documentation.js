// Which functions, events and errors of a Solidity program lack documentation that tools can see.
// Usage: node contracts/documentation.js FILE.sol…    prints one line for each tag that is missing; exits with 1 if any is
//
// Demanded of every contract and interface of ours, but for those that tests alone use (folders `test`; what is imported
// from a package is documented by its authors):
//   contract or interface      @title, and @notice or @dev
//   external, public function  @notice, @param of each parameter, a @return for each value; or @inheritdoc, with
//                              parameters of the same names, since tools lose the tags of others
//   constructor                @param of each parameter
//   public variable            @notice, or @inheritdoc where an interface declares it. One with keys (a mapping) takes
//                              parameters, which Solidity documents in an interface only
//   event, error               @notice, @param of each parameter
"use strict";

const fs = require("fs");
const path = require("path");

/** Lines "file: what: which tags are missing" for the syntax trees of a compiler's output (`sources`). */
function missing(sources) {
  const ours = Object.entries(sources).filter(([file]) => !file.startsWith("@") && !file.split("/").includes("test"));
  const contracts = ({ ast }) => ast.nodes.filter((node) => node.nodeType === "ContractDefinition");
  const members = Object.values(sources).flatMap(contracts).flatMap((contract) => contract.nodes);
  const byId = new Map(members.map((node) => [node.id, node]));
  return ours.flatMap(([file, source]) => contracts(source)
    .flatMap((contract) => ofContract(contract, byId).map((line) => `${file}: ${line}`)));
}

function ofContract(contract, byId) {
  const tags = tagsOf(contract);
  const own = [];
  if (!tags.title) own.push("@title");
  if (!tags.notice && !tags.dev) own.push("@notice");
  const members = contract.nodes.map((node) => [`${contract.name}.${node.name || node.kind}`, ofMember(node, byId)]);
  return [[contract.name, own], ...members]
    .filter(([, lacking]) => lacking.length > 0)
    .map(([name, lacking]) => `${name}: ${lacking.join(", ")}`);
}

/** Tags that a member of a contract lacks. */
function ofMember(node, byId) {
  const tags = tagsOf(node);
  const parameters = parametersOf(node);
  const unsaid = parameters.filter((name) => name && !tags.param.has(name)).map((name) => `@param ${name}`);
  const notice = tags.notice ? [] : ["@notice"];
  switch (node.nodeType) {
    case "FunctionDefinition": {
      if (node.kind === "constructor") return unsaid;
      if (tags.inheritdoc) return renamed(node, byId);
      if (!["external", "public"].includes(node.visibility)) return [];
      const values = node.returnParameters.parameters.length - tags.return;
      return [...notice, ...unsaid, ...Array(Math.max(0, values)).fill("@return")];
    }
    case "VariableDeclaration":
      if (tags.inheritdoc || node.visibility !== "public") return [];
      return node.typeName.nodeType === "Mapping" ? [...notice, "@inheritdoc"] : notice;
    case "EventDefinition":
    case "ErrorDefinition":
      return [...notice, ...unsaid];
    default:
      return [];
  }
}

function parametersOf(node) {
  return (node.parameters?.parameters ?? []).map(({ name }) => name);
}

/** Parameters that are called otherwise where their documentation is; one without a name is not used. */
function renamed(node, byId) {
  const bases = (node.baseFunctions ?? []).map((id) => parametersOf(byId.get(id)));
  return parametersOf(node)
    .map((name, i) => [name, bases.map((names) => names[i])])
    .filter(([name, inherited]) => name && !inherited.includes(name))
    .map(([name, inherited]) => `@param ${name} (inherited: ${inherited.join(", ")})`);
}

/** The NatSpec of a node: which tags it has. Text before the first tag counts as a notice. */
function tagsOf(node) {
  const text = (node.documentation?.text ?? "").replaceAll(/^[ *]+/gm, "");
  const tags = { param: new Set(), return: 0 };
  for (const [, tag, rest] of `@notice ${text}`.matchAll(/@(\w+)([^@]*)/g)) {
    const words = rest.trim().split(/\s+/).filter(Boolean);
    if (tag === "param" && words.length > 1) tags.param.add(words[0]);
    else if (tag === "return" && words.length > 0) tags.return += 1;
    else if (words.length > 0) tags[tag] = true;
  }
  return tags;
}

/** Parses files of ours; the compiler checks that tags name what is there. */
function parse(files) {
  const solc = require("solc");
  const read = (name) => fs.readFileSync(name.startsWith("@") ? require.resolve(name) : name, "utf8");
  const input = {
    language: "Solidity",
    sources: Object.fromEntries(files.map((file) => [file, { content: read(file) }])),
    settings: { outputSelection: { "*": { "": ["ast"] } } },
  };
  const output = JSON.parse(solc.compile(JSON.stringify(input), { import: (name) => ({ contents: read(name) }) }));
  const errors = (output.errors ?? []).filter(({ severity }) => severity === "error");
  if (errors.length > 0) throw new Error(errors.map(({ formattedMessage }) => formattedMessage).join("\n"));
  return output.sources;
}

module.exports = { missing };

if (require.main === module) {
  const lines = missing(parse(process.argv.slice(2).map((file) => path.relative(".", file))));
  for (const line of lines) console.log(line);
  process.exitCode = lines.length > 0 ? 1 : 0;
}
