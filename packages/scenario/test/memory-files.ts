/** Scenarios that live in memory: files by path, and a base whose lines tests change one at a time. */

import { type LoadOptions, loadScenario } from '../src/load.js';

export type Files = Readonly<Record<string, string | Uint8Array>>;

function bytesOf(files: Files, path: string): Uint8Array {
  const content = files[path];
  if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
}

/** Loads `main.yaml` (or another path) of files in memory. */
export function loadFiles(files: Files, options: LoadOptions = {}, path = 'main.yaml') {
  return loadScenario(path, {
    readBytes: (name) => bytesOf(files, name),
    openBytes: (name) => {
      const bytes = bytesOf(files, name);
      let at = 0;
      return {
        read: (into) => {
          const part = bytes.subarray(at, at + into.length);
          into.set(part);
          at += part.length;
          return part.length;
        },
        close: () => {},
      };
    },
    ...options,
  });
}

export function loadText(text: string | Uint8Array, options: LoadOptions = {}) {
  return loadFiles({ 'main.yaml': text }, options);
}

/** A small scenario that is right; tests count on its lines. */
export const BASE = `schema_version: 1
name: base
horizon: 10m
warmup: 1m
grids:
  cloud:
    sites:
      - id: east
        region: us-pjm-virginia
        pools:
          - id: chat
            model: llama-3.1-8b
            device: h100-sxm
            replicas: 2
workloads:
  - id: talk
    from: { region: us-pjm-virginia }
    arrivals: { process: poisson, rate_per_s: 2 }
    input_tokens: 500
    output_tokens: 100
    route: { prefer: [cloud] }
slo:
  - { name: quick, metric: ttft_ms, stat: p95, max: 1000 }
`;

/** The base with one line (from 1) replaced by others; none removes it. */
export function withLine(line: number, ...replacement: string[]): string {
  const lines = BASE.split('\n');
  lines.splice(line - 1, 1, ...replacement);
  return lines.join('\n');
}

/** Marks the place where a problem is expected; taken out before loading. */
export const MARK = '§';

/** Text without its mark, and the line and column where it stood. */
export function unmark(text: string): { text: string; line: number; column: number } {
  const at = text.indexOf(MARK);
  const before = text.slice(0, Math.max(0, at)).split('\n');
  return { text: text.replace(MARK, ''), line: before.length, column: (before[before.length - 1] ?? '').length + 1 };
}
