/**
 * Loads the bundle of the command, from bytecode where there is some that fits.
 *
 * The build leaves V8's code cache of the bundle beside it: what the usual commands run is then neither parsed nor compiled at
 * start-up. Bytecode is good for the very bundle and the very Node that it was made with, so both stand at the head of the file
 * with a checksum, and are compared first; V8 compares its version and flags after that. Anything amiss (no file, another Node,
 * other flags, damage) means the plain way through `require`, slower and otherwise the same.
 */

'use strict';
const { readFileSync, statSync } = require('node:fs');
const { createRequire, enableCompileCache } = require('node:module');
const { dirname } = require('node:path');
const { Script } = require('node:vm');
const { crc32 } = require('node:zlib');

/** Bytes of the head; a multiple of 8, for V8 wants its part aligned. */
const HEAD_BYTES = 256;

/** Bytes of the bundle's first line, a comment with the hash of the rest. */
const HASH_LINE_BYTES = 80;

/** Where the bytecode of a bundle lies. */
function cachePath(bundlePath) {
  return `${bundlePath}.code-cache`;
}

/**
 * What has to stand before bytecode: the bundle's hash line, this Node, the bytecode's checksum. The executable's size tells
 * builds of a version apart. V8 runs damaged bytecode into a crash.
 */
function headFor(bundleText, bytecode) {
  const { version, platform, arch, execPath } = process;
  const hashLine = bundleText.slice(0, HASH_LINE_BYTES);
  const node = `node ${version} ${platform} ${arch} ${statSync(execPath).size}`;
  return `${hashLine}${node} crc32 ${crc32(bytecode)}`.padEnd(HEAD_BYTES);
}

/** The bundle as a script; `cachedData` is V8's part of the code cache, if there is one. */
function scriptOf(bundlePath, text, cachedData) {
  return new Script(`(function (exports, require, module, __filename, __dirname) { ${text}\n})`, {
    filename: bundlePath,
    cachedData,
  });
}

/** Runs the script as Node runs a CommonJS module, and gives its exports. */
function exportsOf(script, bundlePath) {
  const module = { exports: {} };
  const run = script.runInThisContext();
  run.call(module.exports, module.exports, createRequire(bundlePath), module, bundlePath, dirname(bundlePath));
  return module.exports;
}

/** The bundle's exports by way of its bytecode, or undefined where that does not fit. */
function loadFromBytecode(bundlePath) {
  let text;
  let bytecode;
  try {
    const cache = readFileSync(cachePath(bundlePath));
    bytecode = cache.subarray(HEAD_BYTES);
    // The bundler writes ASCII only: that reads faster, and takes half the memory.
    text = readFileSync(bundlePath, 'latin1');
    if (cache.toString('latin1', 0, HEAD_BYTES) !== headFor(text, bytecode)) return undefined;
  } catch {
    return undefined;
  }
  const script = scriptOf(bundlePath, text, bytecode);
  return script.cachedDataRejected ? undefined : exportsOf(script, bundlePath);
}

/** For the bundle's imports of ES modules: a script from bytecode has no `import()` of its own. */
function importModule(url) {
  return import(url);
}

/** The bundle's exports. */
function loadBundle(bundlePath) {
  // Node 22 keeps bytecode of all that is loaded without our help, in its own folder.
  enableCompileCache?.();
  return loadFromBytecode(bundlePath) ?? require(bundlePath);
}

module.exports = {
  HASH_LINE_BYTES,
  cachePath,
  exportsOf,
  headFor,
  importModule,
  loadBundle,
  loadFromBytecode,
  scriptOf,
};
