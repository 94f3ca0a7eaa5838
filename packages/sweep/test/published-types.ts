/**
 * Checks data against TypeScript declarations that were generated from a published schema: what the compiler says of the data,
 * written as a literal of the type. Unknown keys, wrong types and missing keys are all told.
 */

import { fileURLToPath } from 'node:url';
import ts from 'typescript';

const FOLDER = fileURLToPath(new URL('.', import.meta.url));

/** Complaints of the compiler about each of `data`; none when it is a `type` of `module`. */
export function typeErrors(data: readonly unknown[], type: string, module: string): string[][] {
  const files = new Map(
    data.map((value, index) => [
      `${FOLDER}data-${index}-of-a-published-type.ts`,
      `import type { ${type} } from '${module}';\nexport const data: ${type} = ${JSON.stringify(value)};\n`,
    ]),
  );
  const options: ts.CompilerOptions = {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    types: [],
    lib: ['lib.es2022.d.ts'],
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
  };
  const host = ts.createCompilerHost(options);
  const { getSourceFile, fileExists } = host;
  host.fileExists = (path) => files.has(path) || fileExists(path);
  host.getSourceFile = (path, version, ...rest) => {
    const text = files.get(path);
    return text === undefined ? getSourceFile(path, version, ...rest) : ts.createSourceFile(path, text, version);
  };
  const program = ts.createProgram([...files.keys()], options, host);
  const lastLine = (text: string) => text.split('\n').at(-1)!.trim();
  return [...files.keys()].map((path) =>
    ts
      .getPreEmitDiagnostics(program, program.getSourceFile(path))
      .map(({ messageText }) => lastLine(ts.flattenDiagnosticMessageText(messageText, '\n'))),
  );
}
