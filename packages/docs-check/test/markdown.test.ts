import { expect, test } from 'vitest';
import { anchors, codeBlocks, links } from '../src/markdown.js';

const PAGE = `# A page: \`code\` & more

<!-- output from "a" to "b" -->

\`\`\`sh exit=3
one # two
\`\`\`

words

\`\`\`text
[not](a-link.md)
# not a heading
\`\`\`

## A page

See [there](other.md#part) and \`[not](this.md)\`. <img src="x.svg">

## A page
`;

test('blocks carry language, info, lines, place, and the comment right above them', () => {
  expect(codeBlocks(PAGE)).toEqual([
    { language: 'sh', info: 'exit=3', lines: ['one # two'], line: 5, comment: 'output from "a" to "b"' },
    { language: 'text', info: '', lines: ['[not](a-link.md)', '# not a heading'], line: 11, comment: '' },
  ]);
});

test('a fence that is never closed is refused with its line', () => {
  expect(() => codeBlocks('a\n```sh\nb\n')).toThrow('line 2');
});

test('links are found outside of code, with their lines', () => {
  expect(links(PAGE)).toEqual([
    { target: 'other.md#part', line: 18 },
    { target: 'x.svg', line: 18 },
  ]);
});

test('anchors drop punctuation and number repeated headings', () => {
  expect(anchors(PAGE)).toEqual(['a-page-code--more', 'a-page', 'a-page-1']);
});
