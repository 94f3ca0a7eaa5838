/**
 * The little of Markdown that checking needs: fenced code blocks with the comment above them, headings, links.
 *
 * Only fences of three backticks at the start of a line count. A comment speaks to the checks when it is the last thing
 * before a fence, blank lines aside.
 */

/** A fenced code block. Lines count from 1. */
export interface CodeBlock {
  /** First word behind the fence: `sh`, `text`, `yaml`; empty where there is none. */
  readonly language: string;
  /** What stands behind the first word. */
  readonly info: string;
  /** Lines between the fences. */
  readonly lines: readonly string[];
  /** Line of the opening fence. */
  readonly line: number;
  /** Text of the HTML comment right above, without its marks; empty where there is none. */
  readonly comment: string;
}

const COMMENT = /^<!--\s*(.*?)\s*-->$/;

/** All fenced blocks in order. Throws on a fence that is never closed. */
export function codeBlocks(text: string): CodeBlock[] {
  const blocks: CodeBlock[] = [];
  const lines = text.split('\n');
  let comment = '';
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!;
    if (!line.startsWith('```')) {
      if (line.trim() !== '') comment = COMMENT.exec(line.trim())?.[1] ?? '';
      continue;
    }
    const end = lines.indexOf('```', at + 1);
    if (end < 0) throw new RangeError(`line ${at + 1}: this fence is never closed`);
    const [language = '', ...info] = line.slice(3).trim().split(/\s+/);
    blocks.push({ language, info: info.join(' '), lines: lines.slice(at + 1, end), line: at + 1, comment });
    comment = '';
    at = end;
  }
  return blocks;
}

/** Text without fenced blocks and code spans, where neither links nor headings count. Lines stay where they were. */
function prose(text: string): string {
  let isCode = false;
  const lines = text.split('\n').map((line) => {
    const isFence = line.startsWith('```');
    if (isFence) isCode = !isCode;
    return isFence || isCode ? '' : line;
  });
  return lines.join('\n');
}

/** Anchors of the headings, made as code hosts make them: lower case, no punctuation, hyphens for spaces. */
export function anchors(text: string): string[] {
  const seen = new Map<string, number>();
  return [...prose(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading]) => {
    const anchor = heading!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .trim()
      .replaceAll(' ', '-');
    const before = seen.get(anchor) ?? 0;
    seen.set(anchor, before + 1);
    return before === 0 ? anchor : `${anchor}-${before}`;
  });
}

/** A link or picture: where it points, and its line. */
export interface Link {
  readonly target: string;
  readonly line: number;
}

/** Targets of inline links and pictures (`[..](..)`, `src=".."`), code left out. */
export function links(text: string): Link[] {
  const found: Link[] = [];
  prose(text)
    .replaceAll(/`[^`\n]*`/g, (code) => ' '.repeat(code.length))
    .split('\n')
    .forEach((line, index) => {
      for (const match of line.matchAll(/\]\(([^)\s]+)[^)]*\)|(?:src|srcset|href)="([^"]+)"/g))
        found.push({ target: (match[1] ?? match[2])!, line: index + 1 });
    });
  return found;
}
