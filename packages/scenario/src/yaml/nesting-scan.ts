/**
 * How deep a YAML text nests, found before it is parsed.
 *
 * Parsers of nested text recurse, and some take the whole process down at some thousand levels, where no `catch` helps.
 * This scan runs on the lexer's flat token stream, which needs no recursion: it counts open flow brackets exactly, and
 * bounds block nesting from above by a stack of the columns at which collections start (`- - -`, `? ? ?` and growing
 * indentation). Quotes, comments and block scalars are single tokens there, so nothing in them counts or hides.
 */

import { Lexer } from 'yaml';

/** Deepest nesting accepted. The schema itself needs about 12 levels. */
export const MAX_DEPTH = 64;

export interface NestingFault {
  readonly offset: number;
  /** Levels open at `offset`. */
  readonly depth: number;
}

/** The lexer's tokens of a text, for the parser to go on from; or the place where nesting first exceeds `MAX_DEPTH`. */
export type BoundedTokens = { readonly tokens: readonly string[] } | { readonly fault: NestingFault };

/** Reads a text into tokens, no further than to where it nests too deep. */
export function boundedTokens(text: string): BoundedTokens {
  const tokens: string[] = [];
  let offset = 0;
  let lineStart = 0;
  let flowDepth = 0;
  const columns: number[] = [];
  // Indicators seen on this line with nothing but indicators before them: each may open a collection of its own.
  let atLineHead = true;
  let indicatorsOnLine = 0;
  for (const token of new Lexer().lex(text)) {
    tokens.push(token);
    // Marks that stand for no text of their own: document start, flow end, start of a scalar.
    if (token === '\u0002' || token === '\u0018' || token === '\u001f') continue;
    const at = offset;
    offset += token.length;
    const lineFeed = token.lastIndexOf('\n');
    if (flowDepth === 0 && !isBlank(token)) {
      const column = at - lineStart;
      const isIndicator = token === '-' || token === '?' || token === ':';
      if (isIndicator) indicatorsOnLine++;
      if (atLineHead) {
        while (columns.length > 0 && columns[columns.length - 1]! >= column) columns.pop();
        columns.push(column);
        if (!isIndicator) atLineHead = false;
      }
    }
    if (token === '[' || token === '{') flowDepth++;
    else if ((token === ']' || token === '}') && flowDepth > 0) flowDepth--;
    const depth = flowDepth + Math.max(columns.length, indicatorsOnLine);
    if (depth > MAX_DEPTH) return { fault: { offset: at, depth } };
    if (lineFeed >= 0) {
      lineStart = at + lineFeed + 1;
      atLineHead = true;
      indicatorsOnLine = 0;
    }
  }
  return { tokens };
}

function isBlank(token: string): boolean {
  return token.startsWith('#') || token.trim() === '' || token === '\ufeff';
}
