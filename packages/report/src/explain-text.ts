/**
 * A resolved plan as text: each pool with its memory fit and predicted steps, the assumed constants it rests on, and every
 * value with where it comes from. Shapes are those of the scenario and device rooms, as far as the text shows them.
 */

import type { Grade } from '@infersim/catalog';
import { formatBytes, formatFigure } from './figures.js';
import { alignTable, wrapText } from './text-layout.js';

export interface ExplainedValueFigures {
  readonly path: string;
  readonly value: string | number | boolean;
  readonly unit: string;
  readonly from: 'scenario' | 'default' | 'catalog';
  readonly source?: string;
  readonly grade?: Grade;
}

export interface ExplainedPoolFigures {
  readonly pool: string;
  readonly site: string;
  readonly replicas: number;
  readonly model: {
    readonly kind: string;
    readonly devices: number;
    readonly memory: {
      readonly hasKv: boolean;
      readonly weightsBytes: number;
      readonly weightsBytesPerDevice: number;
      readonly overheadBytes: number;
      readonly usableBytes: number;
      readonly kvBytesPerToken: number;
      readonly kvCapacityBytesPerDevice: number;
      readonly blocks: number;
      readonly kvTokens: number;
      readonly maxContextFits: number;
    };
    readonly decode: readonly {
      readonly batch: number;
      readonly contextTokens: number;
      readonly stepS: number;
      readonly tokensPerS: number;
      readonly mfu: number;
      readonly mbu: number;
      readonly powerW: number;
      readonly joulesPerToken: number;
    }[];
    readonly prefill: readonly {
      readonly promptTokens: number;
      readonly stepS: number;
      readonly tokensPerS: number;
      readonly mfu: number;
      readonly powerW: number;
    }[];
    readonly maxTokensPerS: number;
    readonly idleW: number;
    readonly maxW: number;
    readonly grade: Grade;
    readonly assumed: readonly string[];
  };
}

/** Everything `explain` prints. */
export interface Explanation {
  readonly name: string;
  readonly replications: number;
  readonly seed: number;
  readonly deterministic: boolean;
  readonly pools: readonly ExplainedPoolFigures[];
  readonly assumed: readonly {
    readonly where: string;
    readonly name: string;
    readonly value: number;
    readonly unit: string;
  }[];
  readonly values: readonly ExplainedValueFigures[];
}

/** The explanation as text, pools first, then assumed constants, then every value. */
export function explainText(explanation: Explanation): string {
  const copies = explanation.deterministic ? ' (nothing is random: one is enough)' : '';
  const lines = [
    `${explanation.name}: ${explanation.replications} replications${copies}, seed ${explanation.seed}`,
    '',
    ...explanation.pools.flatMap((pool) => [...poolLines(pool), '']),
  ];
  if (explanation.assumed.length > 0) {
    lines.push('Assumed constants: nobody has measured them for this use');
    for (const { where, name, value, unit } of explanation.assumed)
      lines.push(...wrapText(`${where} ${name} = ${formatFigure(value)} ${unit}`, '      ', 100, '  '));
    lines.push('');
  }
  lines.push('Where every value comes from');
  const rows = explanation.values.map((item) => [
    item.path,
    typeof item.value === 'number' ? formatFigure(item.value, 6) : String(item.value),
    item.unit,
    item.from,
    item.grade ?? '',
  ]);
  const table = alignTable(rows, { indent: '  ', leftColumns: 5 });
  explanation.values.forEach((item, index) => {
    lines.push(table[index]!);
    if (item.source !== undefined) lines.push(...wrapText(`source: ${item.source}`, '        ', 100, '      '));
  });
  return `${lines.join('\n')}\n`;
}

function poolLines({ pool, site, replicas, model }: ExplainedPoolFigures): string[] {
  const { memory } = model;
  const lines = [
    `Pool ${site}/${pool}: ${replicas} ${replicas === 1 ? 'replica' : 'replicas'} a site, ` +
      `${model.devices} ${model.devices === 1 ? 'device' : 'devices'} each, ${model.kind} (${model.grade})`,
    `  memory per device: ${formatBytes(memory.usableBytes)} usable = weights ` +
      `${formatBytes(memory.weightsBytesPerDevice)} + overhead ${formatBytes(memory.overheadBytes)} + ` +
      `${memory.hasKv ? 'KV cache' : 'free'} ${formatBytes(memory.kvCapacityBytesPerDevice)}`,
  ];
  if (memory.hasKv)
    lines.push(
      `  KV cache of a replica: ${formatFigure(memory.kvTokens)} tokens in ${formatFigure(memory.blocks)} blocks, ` +
        `${formatBytes(memory.kvBytesPerToken)} a token, longest context ${memory.maxContextFits} tokens`,
    );
  lines.push(
    `  power of a replica: ${formatFigure(model.idleW)} W idle to ${formatFigure(model.maxW)} W`,
    `  at most ${formatFigure(model.maxTokensPerS)} tokens/s a replica: best decode batch, no queueing, no prefill`,
  );
  const decode = model.decode.map((point) => [
    String(point.batch),
    String(point.contextTokens),
    formatFigure(point.stepS * 1000),
    formatFigure(point.tokensPerS),
    formatFigure(100 * point.mfu, 3),
    formatFigure(100 * point.mbu, 3),
    formatFigure(point.powerW),
    formatFigure(point.joulesPerToken),
  ]);
  if (decode.length > 0)
    lines.push(
      ...alignTable([['decode batch', 'context', 'step ms', 'tokens/s', 'MFU %', 'MBU %', 'W', 'J/token'], ...decode], {
        indent: '    ',
      }),
    );
  const prefill = model.prefill.map((point) => [
    String(point.promptTokens),
    formatFigure(point.stepS * 1000),
    formatFigure(point.tokensPerS),
    formatFigure(100 * point.mfu, 3),
    formatFigure(point.powerW),
  ]);
  if (prefill.length > 0)
    lines.push(
      ...alignTable([['prefill tokens', 'step ms', 'tokens/s', 'MFU %', 'W'], ...prefill], { indent: '    ' }),
    );
  for (const constant of model.assumed) lines.push(...wrapText(`assumed: ${constant}`, '      ', 100, '    '));
  return lines;
}
