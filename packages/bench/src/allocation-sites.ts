/**
 * A heap profile by function: bytes that each function of ours allocated, most first. What built-in functions and the
 * engine allocate counts for the function that called them, with the built-in's name beside.
 */

/** A node of V8's sampling heap profile: the bytes allocated by this function when called along this path. */
export interface ProfileNode {
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly selfSize: number;
  readonly children: readonly ProfileNode[];
}

export interface AllocationSite {
  /** `function (package/dist/file.js:line)`, with ` > built-in` behind when a built-in allocated for it. */
  readonly site: string;
  readonly bytes: number;
}

/** Where a function stands in the built packages, by the file it was loaded from and its line there; null = not ours. */
export type PlaceOf = (url: string, line: number) => string | null;

/** Functions by bytes, most first; what was allocated outside any file of ours comes as `(program)`. */
export function allocationSites(head: ProfileNode, placeOf: PlaceOf = placeOfFile): AllocationSite[] {
  const bytes = new Map<string, number>();
  const visit = (node: ProfileNode, caller: string, via: string) => {
    const { functionName, url, lineNumber } = node.callFrame;
    const place = placeOf(url, lineNumber + 1);
    const isOurs = place !== null;
    const at = isOurs ? `${functionName || '(anonymous)'} (${place})` : caller;
    const through = isOurs || at === '(program)' ? '' : functionName || '(anonymous)';
    const builtIn = through === '' ? (isOurs ? '' : via) : through;
    if (node.selfSize > 0) {
      const site = builtIn === '' ? at : `${at} > ${builtIn}`;
      bytes.set(site, (bytes.get(site) ?? 0) + node.selfSize);
    }
    for (const child of node.children) visit(child, at, builtIn);
  };
  visit(head, '(program)', '');
  return [...bytes]
    .map(([site, size]) => ({ site, bytes: size }))
    .sort((a, b) => b.bytes - a.bytes || (a.site < b.site ? -1 : 1));
}

/** For modules that are loaded as they were built. */
function placeOfFile(url: string, line: number): string | null {
  return url.startsWith('file:') ? `${shortPath(url)}:${line}` : null;
}

/**
 * For modules in a bundle, the lines of which are handed over: a comment before each module says where it was. Lines are those of
 * the bundle.
 */
export function placesInBundle(path: string, lines: readonly string[]): PlaceOf {
  let module = '';
  const modules = lines.map((line) => {
    module = /^\/\/ (\S+\.js)$/.exec(line)?.[1] ?? module;
    return module;
  });
  return (url, line) => (url === path || url === `file://${path}` ? `${shortPath(modules[line - 1]!)}:${line}` : null);
}

/** Last parts of a file's address: from the package on. */
function shortPath(url: string): string {
  const parts = url.split('/');
  const dist = parts.lastIndexOf('dist');
  return parts.slice(dist > 0 ? dist - 1 : -2).join('/');
}
