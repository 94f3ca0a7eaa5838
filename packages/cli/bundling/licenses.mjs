/** The licenses of what was bundled. */

import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { cliFolder } from './bundle-options.mjs';

/** Name, version and license text of every npm package that one of these files belongs to, sorted by name. */
export function collectLicenses(inputs) {
  const folders = new Map();
  for (const input of inputs) {
    const match = /^(.*node_modules\/((?:@[^/]+\/)?[^/]+))\//.exec(join(cliFolder, input));
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
  if (section === null) throw new Error(`${name} has no license text in ${relative(cliFolder, folder)}`);
  return section[0].trim();
}
