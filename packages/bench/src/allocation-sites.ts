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

/** Functions by bytes, most first; what was allocated outside any file of ours comes as `(program)`. */
export function allocationSites(head: ProfileNode): AllocationSite[] {
  const bytes = new Map<string, number>();
  const visit = (node: ProfileNode, caller: string, via: string) => {
    const { functionName, url, lineNumber } = node.callFrame;
    const isOurs = url.startsWith('file:');
    const at = isOurs ? `${functionName || '(anonymous)'} (${shortPath(url)}:${lineNumber + 1})` : caller;
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

/** Last parts of a file's address: from the package on. */
function shortPath(url: string): string {
  const parts = url.split('/');
  const dist = parts.lastIndexOf('dist');
  return parts.slice(dist > 0 ? dist - 1 : -2).join('/');
}
