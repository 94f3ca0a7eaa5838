/**
 * A resolved plan as text: each pool with its memory fit and predicted steps, the assumed constants it rests on, and every
 * value with where it comes from. Shapes are those of the scenario and device rooms, as far as the text shows them.
 */

import type { Grade } from '@infersim/catalog';
import { explainBandLines } from './band-lines.js';
import { formatBytes, formatFigure } from './figures.js';
import type { PoolConfidence } from './pool-confidence.js';
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

/** What the first choice of every workload asks of a pool, before any spill. */
export interface PredictedLoad {
  readonly pool: string;
  readonly requestsPerS: number;
  /** Share of the pool's time that takes at its best batch, per cent. */
  readonly loadPct: number;
  /** Workloads left out because their rate is known only from a run (closed loops, replays). */
  readonly leftOut: readonly string[];
}

/** Everything `explain` prints. */
export interface Explanation {
  readonly name: string;
  readonly replications: number;
  readonly seed: number;
  readonly deterministic: boolean;
  readonly pools: readonly ExplainedPoolFigures[];
  readonly loads: readonly PredictedLoad[];
  /** How sure predictions of each pool are. */
  readonly confidence: readonly PoolConfidence[];
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
    ...explanation.pools.flatMap((pool) => [
      ...poolLines(pool),
      ...loadLines(explanation.loads.find((load) => load.pool === `${pool.site}/${pool.pool}`)),
      ...explainBandLines(explanation.confidence.find((known) => known.pool === `${pool.site}/${pool.pool}`)),
      '',
    ]),
  ];
  if (explanation.assumed.length > 0) {
    lines.push('Assumed constants: nobody has measured them for this use');
    for (const { where, name, value, unit } of explanation.assumed)
      lines.push(...wrapText(`${where} ${name} = ${formatFigure(value)} ${unit}`, '      ', 100, '  '));
    lines.push('');
  }
  lines.push('Where every value comes from');
  const values = foldLists(explanation.values);
  const rows = values.map((item) => [
    item.path,
    typeof item.value === 'number' ? formatFigure(item.value, 6) : String(item.value),
    item.unit,
    item.from,
    item.grade ?? '',
  ]);
  const table = alignTable(rows, { indent: '  ', leftColumns: 5 });
  values.forEach((item, index) => {
    lines.push(table[index]!);
    if (item.source !== undefined) lines.push(...wrapText(`source: ${item.source}`, '        ', 100, '      '));
  });
  return `${lines.join('\n')}\n`;
}

/** Joins the items of a list that come from the same place: `hourly[0..23]`. */
function foldLists(values: readonly ExplainedValueFigures[]): ExplainedValueFigures[] {
  const folded: ExplainedValueFigures[] = [];
  let index = 0;
  while (index < values.length) {
    const first = values[index]!;
    const list = /^(.*)\[(\d+)\]$/.exec(first.path);
    let end = index + 1;
    while (list !== null && end < values.length && continues(values[end]!, first, `${list[1]}[`)) end++;
    if (list === null || end - index < 2) folded.push(first);
    else {
      const numbers = values.slice(index, end).map((item) => item.value);
      const shown = numbers.slice(0, 4).join(', ') + (numbers.length > 4 ? ', ...' : '');
      folded.push({ ...first, path: `${list[1]}[${list[2]}..${Number(list[2]) + numbers.length - 1}]`, value: shown });
    }
    index = end;
  }
  return folded;
}

function continues(item: ExplainedValueFigures, first: ExplainedValueFigures, prefix: string): boolean {
  return (
    item.path.startsWith(prefix) &&
    /^\d+\]$/.test(item.path.slice(prefix.length)) &&
    item.from === first.from &&
    item.source === first.source &&
    item.grade === first.grade
  );
}

function loadLines(load: PredictedLoad | undefined): string[] {
  if (load === undefined) return [];
  const without = load.leftOut.length === 0 ? '' : ` (without ${load.leftOut.join(', ')}: known only from a run)`;
  return wrapText(
    `predicted load before any spill: ${formatFigure(load.requestsPerS)} requests/s, ` +
      `${formatFigure(load.loadPct, 3)} % of its time at the best batch${without}`,
    '    ',
    100,
    '  ',
  );
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
