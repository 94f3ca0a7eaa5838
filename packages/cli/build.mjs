/**
 * Bundles the command and its workers into `dist/`: every workspace package and npm dependency goes in, except piscina,
 * which starts threads from its own files and stays a dependency. Licenses of what goes in are collected beside it.
 */

import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

const root = dirname(fileURLToPath(import.meta.url));
const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Our packages only define things when imported, so what a command does not use may be left out. */
const ownPackagesHaveNoSideEffects = {
  name: 'own-packages-have-no-side-effects',
  setup(context) {
    context.onResolve({ filter: /^(@infersim\/|piscina$)/ }, async (args) => {
      if (args.pluginData === 'resolving') return undefined;
      if (args.path === 'piscina') return { path: 'piscina', external: true, sideEffects: false };
      const { kind, importer, resolveDir } = args;
      const resolved = await context.resolve(args.path, { kind, importer, resolveDir, pluginData: 'resolving' });
      return resolved.errors.length > 0 ? resolved : { ...resolved, sideEffects: false };
    });
  },
};

rmSync(join(root, 'dist'), { recursive: true, force: true });
const result = await build({
  absWorkingDir: root,
  entryPoints: {
    main: 'src/main.ts',
    worker: '../runner/dist/worker.js',
    'prediction-worker': '../accuracy/dist/predict/prediction-worker.js',
    'sweep-worker': '../sweep/dist/run/worker.js',
  },
  outdir: 'dist',
  bundle: true,
  splitting: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  minifySyntax: true,
  minifyWhitespace: true,
  keepNames: false,
  legalComments: 'none',
  metafile: true,
  logLevel: 'warning',
  chunkNames: 'chunks/[name]-[hash]',
  define: { INFERSIM_VERSION: JSON.stringify(version) },
  // Some bundled CommonJS asks for Node's own modules through require.
  banner: {
    js: "import { createRequire as nodeRequire } from 'node:module';const require = nodeRequire(import.meta.url);",
  },
  plugins: [ownPackagesHaveNoSideEffects],
});
writeFileSync(join(root, 'dist/third-party-licenses.txt'), collectLicenses(Object.keys(result.metafile.inputs)));

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
