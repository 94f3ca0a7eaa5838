/** What all bundles of this package have in common: esbuild's options and how our packages and some others are taken in. */

import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { directImports } from './direct-imports.mjs';

/** Folder of this package, and of all packages of ours. */
export const cliFolder = dirname(dirname(fileURLToPath(import.meta.url)));
export const packagesFolder = dirname(cliFolder);

/** Our packages only define things when imported, so what a command does not use may be left out. */
const ownPackagesHaveNoSideEffects = {
  name: 'own-packages-have-no-side-effects',
  setup(context) {
    context.onResolve(
      { filter: /^(@infersim\/|piscina$|\.|\/)/ },
      async ({ path, pluginData, kind, importer, resolveDir }) => {
        if (pluginData === 'resolving' || kind === 'entry-point') return undefined;
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
  child_process: `export const spawn = (...args) => require("node:child_process").spawn(...args);
    export const spawnSync = (...args) => require("node:child_process").spawnSync(...args);`,
  crypto: `export const createHash = (...args) => require("node:crypto").createHash(...args);
    export const randomBytes = (...args) => require("node:crypto").randomBytes(...args);`,
};

export const commonPlugins = [quickerModules, directImports(packagesFolder), ownPackagesHaveNoSideEffects];

export const commonOptions = {
  absWorkingDir: cliFolder,
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

/** For CommonJS: the bundle's own address under the name that `import.meta.url` is replaced by. */
export const BUNDLE_URL = {
  define: { 'import.meta.url': 'bundleUrl' },
  banner: `"use strict";const bundleUrl = require('node:url').pathToFileURL(__filename).href;`,
};
