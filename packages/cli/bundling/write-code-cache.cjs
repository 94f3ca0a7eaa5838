/**
 * Writes the code cache of a bundle: `node write-code-cache.cjs BUNDLE USE`, its output thrown away. The module USE runs what
 * is usually run first, so that V8's bytecode holds that and little else.
 */

'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { pathToFileURL } = require('node:url');
const { cachePath, exportsOf, headFor, scriptOf } = require('../bin/load-bundle.js');

const [bundlePath, usePath] = process.argv.slice(2);
const text = readFileSync(bundlePath, 'latin1');
const script = scriptOf(bundlePath, text, undefined);

async function write() {
  const { use } = await import(pathToFileURL(usePath).href);
  await use(exportsOf(script, bundlePath));
  const bytecode = script.createCachedData();
  writeFileSync(cachePath(bundlePath), Buffer.concat([Buffer.from(headFor(text, bytecode), 'latin1'), bytecode]));
}

write().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
