/**
 * Bundles the command and its workers into `dist/`: every workspace package and npm dependency goes in, except piscina,
 * which starts threads from its own files and stays a dependency. Licenses of what goes in are collected beside it.
 *
 * `infersim.cjs` holds the program and all commands that answer at once; its bytecode lies beside it (bin/load-bundle.js says
 * why). Commands that run long, and the workers, are ES modules in chunks.
 */

import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { HASH_LINE_BYTES } from './bin/load-bundle.js';
import { directImports } from './bundling/direct-imports.mjs';

const root = dirname(fileURLToPath(import.meta.url));
const packagesFolder = dirname(root);
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Commands that simulate or read much: modules of their own, shared with the workers and loaded when they run. */
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

/** Our packages only define things when imported, so what a command does not use may be left out. */
const ownPackagesHaveNoSideEffects = {
  name: 'own-packages-have-no-side-effects',
  setup(context) {
    context.onResolve(
      { filter: /^(@infersim\/|piscina$|\.|\/)/ },
      async ({ path, pluginData, kind, importer, resolveDir }) => {
        if (pluginData === 'resolving') return undefined;
        if (path === 'piscina') return { path, external: true, sideEffects: false };
        const resolved = await context.resolve(path, { kind, importer, resolveDir, pluginData: 'resolving' });
        const isOurs = resolved.path.startsWith(packagesFolder) && !resolved.path.includes('/node_modules/');
        return resolved.errors.length === 0 && isOurs ? { ...resolved, sideEffects: false } : resolved;
      },
    );
  },
};

/**
 * Replaces modules by ones that are quicker to load and do the same: `yaml` by its edition in ES modules, which a bundle takes
 * the needed parts of; what few runs use by a stand-in that loads it when called.
 */
const quickerModules = {
  name: 'quicker-modules',
  setup(context) {
    context.onResolve({ filter: /^yaml$/ }, async ({ kind, importer, resolveDir, pluginData }) => {
      if (pluginData === 'resolving') return undefined;
      const manifest = await context.resolve('yaml/package.json', {
        kind,
        importer,
        resolveDir,
        pluginData: 'resolving',
      });
      return { path: join(dirname(manifest.path), 'browser/index.js'), sideEffects: false };
    });
    context.onResolve(
      { filter: /^(fflate|(node:)?child_process|(node:)?crypto)$/ },
      ({ path, resolveDir, namespace }) =>
        namespace === 'when-called'
          ? undefined
          : { path: path.replace(/^node:/, ''), namespace: 'when-called', pluginData: resolveDir, sideEffects: false },
    );
    context.onLoad({ filter: /.*/, namespace: 'when-called' }, ({ path, pluginData }) => ({
      contents: WHEN_CALLED[path],
      resolveDir: pluginData,
    }));
  },
};

/** Stand-ins for what few runs use. */
const WHEN_CALLED = {
  fflate: 'export function Gunzip(...args) { return new (require("fflate").Gunzip)(...args); }',
  child_process: 'export const spawn = (...args) => require("node:child_process").spawn(...args);',
  crypto: `export const createHash = (...args) => require("node:crypto").createHash(...args);
    export const randomBytes = (...args) => require("node:crypto").randomBytes(...args);`,
};

/** Has what is bundled apart imported by the loader, from where the command's bundle lies. */
const leftApart = {
  name: 'left-apart',
  setup(context) {
    context.onLoad({ filter: /\/cli\/build\/[a-z-]+\.js$/ }, ({ path }) => {
      const before = readFileSync(path, 'utf8');
      const contents = before.replace(/\bimport\('\.\/([a-z/-]+)\.js'\)/g, (whole, name) =>
        APART.includes(name) ? `importApart('./${name}.js')` : whole,
      );
      return contents === before ? undefined : { contents, loader: 'js' };
    });
  },
};

const common = {
  absWorkingDir: root,
  outdir: 'dist',
  bundle: true,
  platform: 'node',
  target: 'node20',
  charset: 'ascii',
  minifySyntax: true,
  minifyWhitespace: true,
  // Names stay: they are what stack traces are read by.
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
};
const defined = { INFERSIM_VERSION: JSON.stringify(version) };
const plugins = [quickerModules, directImports(packagesFolder), ownPackagesHaveNoSideEffects];

rmSync(join(root, 'dist'), { recursive: true, force: true });
const apart = await build({
  ...common,
  entryPoints: {
    worker: '../runner/dist/worker.js',
    'prediction-worker': '../accuracy/dist/predict/prediction-worker.js',
    'sweep-worker': '../sweep/dist/run/worker.js',
    ...Object.fromEntries(APART.map((name) => [name, `build/${name}.js`])),
  },
  splitting: true,
  format: 'esm',
  chunkNames: 'chunks/[name]-[hash]',
  define: defined,
  // Some bundled CommonJS asks for Node's own modules through require.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module';const require = nodeRequire(import.meta.url);",
  },
  plugins,
});
const command = await build({
  ...common,
  entryPoints: { infersim: 'build/main.js' },
  outExtension: { '.js': '.cjs' },
  format: 'cjs',
  define: { ...defined, 'import.meta.url': 'bundleUrl' },
  banner: {
    js: `const bundleUrl = require('node:url').pathToFileURL(__filename).href, importApart = (path) => require('../bin/load-bundle.js').importModule(new URL(path, bundleUrl).href);`,
  },
  plugins: [leftApart, ...plugins],
});
writeCodeCache(join(root, 'dist/infersim.cjs'));
writeFileSync(
  join(root, 'dist/third-party-licenses.txt'),
  collectLicenses([apart, command].flatMap(({ metafile }) => Object.keys(metafile.inputs))),
);

/** Puts its hash at the head of a bundle, and beside it the bytecode of what usual commands run, for this Node. */
function writeCodeCache(bundle) {
  const text = readFileSync(bundle, 'latin1');
  const hash = createHash('sha256').update(text, 'latin1').digest('hex');
  writeFileSync(bundle, `${`// ${hash}`.padEnd(HASH_LINE_BYTES - 1)}\n${text}`, 'latin1');
  const writer = join(root, 'bundling/write-code-cache.cjs');
  const { status, stderr } = spawnSync(
    process.execPath,
    [writer, bundle, join(root, '../../scenarios/three-grids.yaml')],
    {
      // Flags are part of what bytecode is good for; users give none.
      env: { ...process.env, NODE_OPTIONS: '' },
      stdio: ['ignore', 'ignore', 'pipe'],
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(`the code cache could not be made:\n${stderr}`);
}

/** Name, version and license text of every npm package whose files were bundled, sorted by name. */
function collectLicenses(inputs) {
  const folders = new Map();
  for (const input of inputs) {
    const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(join(root, input));
    if (match !== null && !match[2].startsWith('@infersim/')) folders.set(match[2], match[1]);
  }
  const sections = [...folders]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, folder]) => {
      const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
      return `${name} ${manifest.version} (${manifest.license})\n\n${licenseText(name, folder)}\n`;
    });
  return sections.join(`\n${'-'.repeat(80)}\n\n`);
}

/** The license file, or the license section of the readme where a package has no such file. */
function licenseText(name, folder) {
  const entries = readdirSync(folder);
  const file = entries.find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file !== undefined) return readFileSync(join(folder, file), 'utf8').trim();
  const readme = entries.find((entry) => /^readme/i.test(entry));
  const section = /^(?:#+ *)?licen[cs]e\b[^\n]*\n[\s\S]*$/im.exec(
    readme === undefined ? '' : readFileSync(join(folder, readme), 'utf8'),
  );
  if (section === null) throw new Error(`${name} has no license text in ${relative(root, folder)}`);
  return section[0].trim();
}
