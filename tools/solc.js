"use strict";

// A native solc's two answers that build tools need: `--version` and `--standard-json` (one file or stdin in, stdout out).
// Sources must all be in the input: there is no import callback, so what is compiled is exactly what was given.

const fs = require("node:fs");
const path = require("node:path");

const solc = require(path.join(__dirname, "..", "node_modules", "solc"));

const IGNORED_WITH_VALUE = new Set(["--allow-paths", "--base-path", "--include-path"]);

function main(args) {
  if (args.includes("--version")) {
    return `solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`;
  }
  const files = [];
  let standardJson = false;
  for (let i = 0; i < args.length; i += 1) {
    const [name] = args[i].split("=", 1);
    if (args[i] === "--standard-json") standardJson = true;
    else if (IGNORED_WITH_VALUE.has(name)) i += args[i].includes("=") ? 0 : 1;
    else if (args[i] === "-" || !args[i].startsWith("-")) files.push(args[i]);
    else throw new Error(`unknown option ${args[i]}; this wrapper knows --version and --standard-json`);
  }
  if (!standardJson || files.length > 1) throw new Error("usage: solc --version | solc --standard-json [FILE]");
  const source = files.length === 0 || files[0] === "-" ? 0 : files[0];
  return solc.compile(fs.readFileSync(source, "utf8"));
}

// No process.exit(): it would cut a pipe at its buffer size (64 or 128 KiB) before stdout has been flushed.
try {
  process.stdout.write(main(process.argv.slice(2)));
} catch (error) {
  process.stderr.write(`solc wrapper: ${error.message}\n`);
  process.exitCode = 1;
}
