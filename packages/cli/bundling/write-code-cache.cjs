/**
 * Writes the code cache of a bundle: `node write-code-cache.cjs BUNDLE SCENARIO`, its output thrown away. Runs what usual
 * commands run first, so that V8's bytecode holds what they need and little else.
 */

'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const { cachePath, exportsOf, headFor, scriptOf } = require('../bin/load-bundle.js');

const [bundlePath, scenario] = process.argv.slice(2);
const text = readFileSync(bundlePath, 'latin1');
const script = scriptOf(bundlePath, text, undefined);

async function write() {
  const { main } = exportsOf(script, bundlePath);
  for (const args of [['--help'], ['validate', scenario]]) {
    await main(args);
    if (process.exitCode) throw new Error(`infersim ${args.join(' ')} ended with ${process.exitCode}`);
  }
  const bytecode = script.createCachedData();
  writeFileSync(cachePath(bundlePath), Buffer.concat([Buffer.from(headFor(text, bytecode), 'latin1'), bytecode]));
}

write().catch((error) => {
  process.stderr.write(`${error.stack}\n`);
  process.exitCode = 1;
});
