/** Errors by one attribute, as a section of the page: all figures of runs, and medians by quantity. */

import type { AccuracyDocument, DocumentSplit } from './accuracy-document.js';
import { markdownTable } from './markdown-table.js';
import { countOf, errorText, percentText, signedText } from './words.js';

type Attribute = 'device' | 'family' | 'engine' | 'precision' | 'source';

const QUANTITY_COLUMNS = [
  ['latency', 'latency'],
  ['throughput', 'rate'],
  ['power', 'power'],
  ['energy', 'energy'],
] as const;

/** A heading and tables of runs and of kernels, in-sample, with the left-out median beside it where there is one. */
export function groupSection(document: AccuracyDocument, attribute: Attribute, title: string): string[] {
  const groupsOf = (split: DocumentSplit, level: 'run' | 'kernel', by: string) =>
    document.groups.filter((group) => group.split === split && group.level === level && group.by === by);
  const named = (split: DocumentSplit, level: 'run' | 'kernel') =>
    groupsOf(split, level, attribute).filter((group) => group.values[attribute] !== '');
  const runs = named('in_sample', 'run');
  const kernels = named('in_sample', 'kernel');
  if (runs.length === 0 && kernels.length === 0) return [];
  const isByDevice = attribute === 'device' && document.splits.includes('left_out_device');
  const leftOut = named(isByDevice ? 'left_out_device' : 'left_out_model_family', 'run');
  const leftOutHead = isByDevice ? 'device left out' : 'family left out';
  const quantities = groupsOf('in_sample', 'run', `${attribute}+quantity`);
  const columns = QUANTITY_COLUMNS.filter(([quantity]) =>
    quantities.some((group) => group.values['quantity'] === quantity),
  );
  const median = (name: string, quantity: string) =>
    quantities.find((group) => group.values[attribute] === name && group.values['quantity'] === quantity);
  const lines = [`## ${title}`];
  if (runs.length > 0)
    lines.push(
      '',
      ...markdownTable(
        [
          attribute,
          'figures',
          'in-sample',
          ...(leftOut.length > 0 ? [leftOutHead] : []),
          'bias',
          'worst',
          ...columns.map(([, head]) => head),
        ],
        runs.map((group) => {
          const name = group.values[attribute]!;
          return [
            name,
            String(group.n),
            errorText(group),
            ...(leftOut.length > 0 ? [errorText(leftOut.find((other) => other.values[attribute] === name))] : []),
            signedText(group.bias_pct),
            percentText(group.worst_abs_pct),
            ...columns.map(([quantity]) => percentText(median(name, quantity)?.median_abs_pct)),
          ];
        }),
      ),
    );
  if (kernels.length > 0)
    lines.push(
      '',
      `Kernels and links, ${countOf(
        kernels.reduce((sum, group) => sum + group.n, 0),
        'figure',
      )}:`,
      '',
      ...markdownTable(
        [attribute, 'figures', 'in-sample', 'bias', 'worst'],
        kernels.map((group) => [
          group.values[attribute]!,
          String(group.n),
          errorText(group),
          signedText(group.bias_pct),
          percentText(group.worst_abs_pct),
        ]),
      ),
    );
  return lines;
}
