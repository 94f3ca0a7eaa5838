/**
 * Bundles code that simulates: one CommonJS file, one scope, constants, functions and fields that V8 knows.
 *
 * The functions that an event runs through come from five packages. In one scope, and with its constants (see
 * `foldable-constants.mjs`), they are optimised as if they had been written in one file; spread over chunks, each use of another
 * chunk's constant is a load from memory and a check. So whatever simulates in earnest is bundled here, and
 * nothing of it in chunks. Fields are made plain ones (`plain-fields.mjs`).
 */

import { writeFileSync } from 'node:fs';
import { build } from 'esbuild';
import { BUNDLE_URL, commonOptions, commonPlugins } from './bundle-options.mjs';
import { withConstantFunctions } from './constant-functions.mjs';
import { withFoldableConstants } from './foldable-constants.mjs';
import { withPlainFields } from './plain-fields.mjs';

/**
 * Bundles the module `entry` into `outfile` and gives esbuild's account of what went in. `readable` keeps lines, and before each
 * module a comment with its path.
 */
export async function bundleInOneScope({ entry, outfile, readable = false }) {
  const { outputFiles, metafile } = await build({
    ...commonOptions,
    entryPoints: [entry],
    outfile,
    write: false,
    format: 'cjs',
    minifyWhitespace: !readable,
    define: BUNDLE_URL.define,
    banner: { js: BUNDLE_URL.banner },
    plugins: commonPlugins,
  });
  writeFileSync(outfile, withPlainFields(withConstantFunctions(withFoldableConstants(outputFiles[0].text))));
  return metafile;
}
