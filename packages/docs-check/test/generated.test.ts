import { schemaReference } from '@infersim/scenario';
import { describe, expect, it } from 'vitest';
import { drawPicture, PICTURE, REFERENCE_PAGES } from '../src/generated-files.js';
import { readText } from '../src/repository.js';

describe('generated files are up to date (else: `pnpm run docs`)', () => {
  it.each(Object.entries(REFERENCE_PAGES))('%s', (path, make) => {
    expect(readText(path)).toBe(make());
  });

  it('the picture', async () => {
    expect(readText(PICTURE)).toBe(await drawPicture());
  });
});

describe('the scenario reference', () => {
  it('has every key of the schema, by its last name, with its meaning', () => {
    const page = readText('docs/scenario-reference.md');
    for (const { path, description } of schemaReference()) {
      const name = path.split('.').at(-1)!;
      expect.soft(page).toContain(`${name}\``);
      expect.soft(page).toContain(description.replaceAll('|', '\\|').replaceAll('<', '&lt;'));
    }
  });
});

describe('the picture', () => {
  const svg = readText(PICTURE);
  it('is well formed: tags close in order, no character needs escaping', () => {
    const open: string[] = [];
    for (const [, slash, name, self] of svg.matchAll(/<(\/?)([a-z]+)[^>]*?(\/?)>/gi)) {
      if (self === '/') continue;
      if (slash === '/') expect(open.pop()).toBe(name);
      else open.push(name!);
    }
    expect(open).toEqual([]);
    expect(svg).not.toMatch(/&(?!amp;|lt;|gt;)|NaN|undefined|Infinity/);
  });

  it('names grids, units and cost parts, and has colours for light and dark', () => {
    for (const words of [
      'cloud',
      'enterprise',
      'edge',
      'output tokens/s',
      'facility kW',
      'USD per million tokens',
      'simulated minutes',
    ])
      expect(svg).toContain(words);
    expect(svg).toContain('prefers-color-scheme: dark');
    expect(svg).toContain('<title');
  });
});
