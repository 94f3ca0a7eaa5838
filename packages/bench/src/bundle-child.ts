/**
 * Bundles a module of this package as the command's build bundles what its workers simulate with: `bundle-child.js ENTRY OUTFILE`.
 * Optimised code depends on how it is bundled, and what is to be measured is what users run.
 */

import { bundlerUrl } from './places.js';

interface Bundler {
  bundleInOneScope(options: { entry: string; outfile: string; readable: boolean }): Promise<unknown>;
}

const [entry = '', outfile = ''] = process.argv.slice(2);
const { bundleInOneScope } = (await import(bundlerUrl.href)) as Bundler;
await bundleInOneScope({ entry, outfile, readable: true });
