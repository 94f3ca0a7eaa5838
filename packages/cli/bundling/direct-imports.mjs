/**
 * Makes imports of our packages point at the very files that define the names.
 *
 * A package's index reaches every file of it. Bundled as written, one name would bring the whole package into a command's
 * chunk and run all of its top level. Our packages only define things when imported, so going past the index changes nothing.
 */

import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

const IMPORTS = /^import \{([^}]*)\} from '(@infersim\/[a-z-]+)';$/gm;
const EXPORTS = /^export (?:\{([^}]*)\}|\*) from '(\.[^']+)';$/gm;

/** `a, b as c` as pairs of the name there and the name here. */
function namePairs(list) {
  return list
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '')
    .map((item) => {
      const [there, here = there] = item.split(' as ');
      return { there, here };
    });
}

/** For each index of a package of ours: which file defines each of its names, and under which name. */
const definitions = new Map();

async function definitionsOf(index) {
  const known = definitions.get(index);
  if (known !== undefined) return known;
  const found = new Map();
  for (const [, list, path] of readFileSync(index, 'utf8').matchAll(EXPORTS)) {
    const file = join(dirname(index), path);
    const pairs =
      list === undefined
        ? Object.keys(await import(pathToFileURL(file).href)).map((name) => ({ there: name, here: name }))
        : namePairs(list);
    for (const { there, here } of pairs) found.set(here, { file, name: there });
  }
  definitions.set(index, found);
  return found;
}

/** A compiled module's text with its imports of our packages pointed at the defining files. */
async function withDirectImports(text, indexOf) {
  let result = text;
  for (const [statement, list, packageName] of text.matchAll(IMPORTS)) {
    const known = await definitionsOf(await indexOf(packageName));
    const direct = namePairs(list).map(({ there, here }) => {
      const definition = known.get(there);
      if (definition === undefined) throw new Error(`the index of ${packageName} has no ${there}`);
      return `import { ${definition.name} as ${here} } from ${JSON.stringify(definition.file)};`;
    });
    // All on the line of the statement, so that no line moves.
    result = result.replace(statement, () => direct.join(' '));
  }
  return result;
}

/** The plugin: for the compiled modules below a folder. */
export function directImports(packagesFolder) {
  return {
    name: 'direct-imports',
    setup(context) {
      context.onLoad({ filter: /\/(dist|build)\/.*\.js$/ }, async ({ path }) => {
        if (!path.startsWith(packagesFolder) || path.includes('/node_modules/')) return undefined;
        const indexOf = async (packageName) => {
          const resolved = await context.resolve(packageName, { kind: 'import-statement', resolveDir: dirname(path) });
          if (resolved.errors.length > 0) throw new Error(`${path}: ${resolved.errors[0].text}`);
          return resolved.path;
        };
        return { contents: await withDirectImports(readFileSync(path, 'utf8'), indexOf), loader: 'js' };
      });
    },
  };
}
