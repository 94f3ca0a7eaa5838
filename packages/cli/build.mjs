/**
 * Bundles the command and its workers into `dist/`: every workspace package and npm dependency goes in, except piscina,
 * which starts threads from its own files and stays a dependency. Licenses of what goes in are collected beside it.
 *
 *   infersim.cjs    the program and all commands that answer at once
 *   simulation.cjs  what workers simulate with, in one scope (bundling/one-scope.mjs says why)
 *   apart/          commands that run long and what else workers do: ES modules in chunks
 *   *worker.js      where threads start
 *
 * Beside the first lies its bytecode (bin/load-bundle.js says why). That of the simulation would spare a worker some
 * hundredths of a second of the second or so that it takes to optimise its code.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { build } from 'esbuild';
import { HASH_LINE_BYTES } from './bin/load-bundle.js';
import { BUNDLE_URL, cliFolder, commonOptions, commonPlugins } from './bundling/bundle-options.mjs';
import { collectLicenses } from './bundling/licenses.mjs';
import { bundleInOneScope } from './bundling/one-scope.mjs';

const { version } = JSON.parse(readFileSync(join(cliFolder, 'package.json'), 'utf8'));
const dist = join(cliFolder, 'dist');

/** Commands that simulate or read much: modules of their own, loaded when they run. */
const APART = [
  'commands/run',
  'commands/report',
  'commands/compare',
  'commands/sweep',
  'commands/merge',
  'commands/trace',
  'commands/accuracy',
  'commands/calibrate',
  'engine-accuracy-model',
];

/** Workers that do more than simulate. */
const APART_WORKERS = {
  'sweep-worker': '../sweep/dist/run/worker.js',
  'prediction-worker': '../accuracy/dist/predict/prediction-worker.js',
};

/** Has what is bundled apart imported by the loader, from where the command's bundle lies. */
const leftApart = {
  name: 'left-apart',
  setup(context) {
    context.onLoad({ filter: /\/cli\/build\/[a-z-]+\.js$/ }, ({ path }) => {
      const before = readFileSync(path, 'utf8');
      const contents = before.replace(/\bimport\('\.\/([a-z/-]+)\.js'\)/g, (whole, name) =>
        APART.includes(name) ? `importApart('./apart/${basename(name)}.js')` : whole,
      );
      return contents === before ? undefined : { contents, loader: 'js' };
    });
  },
};

/** Has what is bundled apart simulate with the bundle of the simulation, which is loaded when first called. */
const simulatedInOneScope = {
  name: 'simulated-in-one-scope',
  setup(context) {
    const path = '../simulation.cjs';
    context.onResolve({ filter: /^\.\.\/simulation\.cjs$/ }, () => ({ path, external: true }));
    context.onLoad({ filter: /\/runner\/dist\/run-replication\.js$/ }, () => ({
      contents: `export const runReplication = (...args) => require('${path}').runReplication(...args);`,
    }));
  },
};

rmSync(dist, { recursive: true, force: true });
const defined = { INFERSIM_VERSION: JSON.stringify(version) };
const apart = await build({
  ...commonOptions,
  outdir: 'dist/apart',
  entryPoints: {
    ...APART_WORKERS,
    ...Object.fromEntries(APART.map((name) => [basename(name), `build/${name}.js`])),
  },
  splitting: true,
  format: 'esm',
  chunkNames: '[name]-[hash]',
  define: defined,
  // Some bundled CommonJS asks for Node's own modules through require.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module';const require = nodeRequire(import.meta.url);",
  },
  plugins: [simulatedInOneScope, ...commonPlugins],
});
const command = await build({
  ...commonOptions,
  outdir: 'dist',
  entryPoints: { infersim: 'build/main.js' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { ...defined, ...BUNDLE_URL.define },
  banner: {
    js: `${BUNDLE_URL.banner} const importApart = (path) => require('../bin/load-bundle.js').importModule(new URL(path, bundleUrl).href);`,
  },
  plugins: [leftApart, ...commonPlugins],
});
mkdirSync(dist, { recursive: true });
const simulation = await bundleInOneScope({ entry: 'bundling/simulation.mjs', outfile: join(dist, 'simulation.cjs') });
for (const name of Object.keys(APART_WORKERS))
  writeFileSync(join(dist, `${name}.js`), `export { default } from './apart/${name}.js';\n`);
// Node reads a CommonJS module through for its names when it is imported, not when it is required.
writeFileSync(
  join(dist, 'worker.js'),
  `import { createRequire } from 'node:module';
export default createRequire(import.meta.url)('./simulation.cjs').runTask;
`,
);
writeCodeCache(join(dist, 'infersim.cjs'));
writeFileSync(
  join(dist, 'third-party-licenses.txt'),
  collectLicenses([apart, command, { metafile: simulation }].flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** Puts its hash at the head of a bundle, and beside it the bytecode of what usual commands run, for this Node. */
function writeCodeCache(bundle) {
  const text = readFileSync(bundle, 'latin1');
  const hash = createHash('sha256').update(text, 'latin1').digest('hex');
  writeFileSync(bundle, `${`// ${hash}`.padEnd(HASH_LINE_BYTES - 1)}\n${text}`, 'latin1');
  const writer = join(cliFolder, 'bundling/write-code-cache.cjs');
  const { status, stderr } = spawnSync(
    process.execPath,
    [writer, bundle, join(cliFolder, '../../scenarios/three-grids.yaml')],
    {
      // Flags are part of what bytecode is good for; users give none.
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`the code cache could not be made:\n${stderr}`);
}
