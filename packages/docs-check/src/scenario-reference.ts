/**
 * `docs/scenario-reference.md`, made from the schema: every key with type, default, unit and meaning.
 *
 * The schema repeats some maps in many places (distributions, day profiles, costs). Each of them has one table here, and the
 * places refer to it: a key is left out of a table only when the table of its kind is on the page.
 */

import { keyDocsMarkdown } from '@infersim/report';
import { type SchemaKey, schemaReference, UNITS } from '@infersim/scenario';

interface Section {
  readonly title: string;
  readonly text: string;
  /** Keys whose path begins so belong here, unless a later section's prefix is longer. Shown without it. */
  readonly prefix: string;
}

const SECTIONS: readonly Section[] = [
  { title: 'The scenario', prefix: '', text: 'Keys at the top of the file.' },
  {
    title: 'Sites',
    prefix: 'grids.cloud.sites[].',
    text: '`grids.cloud.sites`, `grids.enterprise.sites` and `grids.edge.sites` take the same keys. `count` makes many like sites: each has its own traffic and random numbers.',
  },
  {
    title: 'Pools',
    prefix: 'grids.cloud.sites[].pools[].',
    text: 'Replicas of one model on one device type at a site. `costs` takes the keys of [costs](#costs).',
  },
  { title: 'Workloads', prefix: 'workloads[].', text: 'Who sends requests, when, how long, and where to.' },
  {
    title: 'Arrivals',
    prefix: 'workloads[].arrivals',
    text: '`process` chooses the kind; the kind stands in brackets. `profile` takes the keys of [profiles](#profiles), `think` is a [distribution](#distributions) of times.',
  },
  {
    title: 'Lengths',
    prefix: 'workloads[].lengths',
    text: 'A profile by name, a mixture of pairs, or rows of a trace drawn together. Lengths are [distributions](#distributions) of tokens.',
  },
  {
    title: 'Objectives',
    prefix: 'slo[].',
    text: 'Judged after the run; a failed one makes it exit with 99. The figures are the columns of [runs.csv](results-reference.md).',
  },
  {
    title: 'Network',
    prefix: 'network.',
    text: 'Round trips come from the catalog unless measured ones are given here.',
  },
  {
    title: 'Costs',
    prefix: 'costs.',
    text: 'Given for all grids, for one (`costs.cloud`, `costs.enterprise`, `costs.edge`), or for one pool; the nearest counts.',
  },
  {
    title: 'Devices of your own',
    prefix: 'devices.<name>.',
    text: 'With `base`, one number of a known device may be changed. See [catalog](catalog.md).',
  },
  {
    title: 'Models of your own',
    prefix: 'models.<name>.',
    text: 'By `base`, by the `config.json` that the maker publishes, or key by key.',
  },
  { title: 'Racks of your own', prefix: 'racks.<name>.', text: 'Servers and racks that pools are mounted in.' },
  {
    title: 'Regions of your own',
    prefix: 'regions.<name>.',
    text: 'Tariff, carbon, climate and place in the network.',
  },
  { title: 'Records', prefix: 'record.', text: 'What is written beside the summary.' },
];

const DISTRIBUTION_KEY = 'workloads[].input_tokens';
const PROFILE_KEY = 'workloads[].arrivals(poisson).profile';

/** The page. */
export function scenarioReference(): string {
  const keys = schemaReference();
  const shared = sharedMaps(keys);
  const parts = [
    '# Scenario reference\n\n<!-- Made by `pnpm run docs` from the schema; do not edit. -->\n',
    'A scenario is a YAML file. Unknown keys are errors. The same tables: `infersim schema reference`; as JSON Schema for editors: `infersim schema`.\n',
    'In paths, `[]` is an item of a list, `<name>` a name of your own, `(kind)` the kind that the map is of.\n',
    `## Units\n\nA number may carry a unit: \`500ms\`, \`2h\`, \`80GiB\`, \`10kW\`. A bare number is in the unit of its key.\n\n${unitsTable()}`,
  ];
  for (const section of SECTIONS) {
    const own = keys
      .filter((key) => sectionOf(key) === section && !shared.isInside(key.path))
      .map((key) => ({ ...key, path: key.path.slice(section.prefix.length).replace(/^\./, '') || key.path }));
    parts.push(
      `## ${section.title}\n\n${section.prefix === '' ? '' : `\`${section.prefix.replace(/\.$/, '')}\`. `}${section.text}\n\n${keyDocsMarkdown(own)}`,
    );
  }
  parts.push(
    `## Distributions\n\nA number is a constant; text is a short form where the key says so; a map is one of these, by \`dist\`. Values are in the unit of the key.\n\n${keyDocsMarkdown(under(keys, `${DISTRIBUTION_KEY}(`, DISTRIBUTION_KEY.length).filter((key) => !/\.of\(/.test(key.path)))}`,
    `## Profiles\n\nA name of a known profile, or a map.\n\n${keyDocsMarkdown(under(keys, `${PROFILE_KEY}.`, PROFILE_KEY.length + 1))}`,
  );
  return `${parts.join('\n').trimEnd()}\n`;
}

function under(keys: readonly SchemaKey[], prefix: string, cut: number): SchemaKey[] {
  return keys
    .filter((key) => key.path.startsWith(prefix))
    .map((key) => ({ ...key, path: key.path.slice(cut), unit: key.unit === 'tokens' ? 'of the key' : key.unit }));
}

function sectionOf(key: SchemaKey): Section {
  let best = SECTIONS[0]!;
  for (const section of SECTIONS)
    if (
      key.path.startsWith(section.prefix) &&
      key.path !== section.prefix &&
      section.prefix.length >= best.prefix.length
    )
      best = section;
  return best;
}

/** Maps that have one table for all places: which paths lie inside one. */
function sharedMaps(keys: readonly SchemaKey[]): { isInside(path: string): boolean } {
  const insides: string[] = [];
  for (const { path } of keys) {
    const distribution = /^(.*)\(constant\)\.dist$/.exec(path)?.[1];
    if (distribution !== undefined) insides.push(`${distribution}(`);
    if (path.endsWith('.profile')) insides.push(`${path}.`);
  }
  insides.push('costs.cloud.', 'grids.cloud.sites[].pools[].costs.');
  return { isInside: (path) => insides.some((prefix) => path.startsWith(prefix)) };
}

function unitsTable(): string {
  const rows = Object.entries(UNITS).map(
    ([dimension, units]) =>
      `| ${dimension} | ${Object.keys(units)
        .map((unit) => `\`${unit}\``)
        .join(' ')} |`,
  );
  return ['| quantity | units |', '| --- | --- |', ...rows, ''].join('\n');
}
