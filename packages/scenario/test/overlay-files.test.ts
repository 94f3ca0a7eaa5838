/** Overlay files: read with places, laid under the scenario, listed among its inputs. */

import {
  type CatalogOverlay,
  type ConstantChange,
  constantPaths,
  findDevice,
  findEngine,
  GRADES,
  overlayText,
  readConstant,
} from '@infersim/catalog';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseOverlay } from '../src/overlay/overlay-file.js';
import { formatProblems } from '../src/problem-format.js';
import { BASE, loadFiles, MARK, unmark } from './memory-files.js';

const FIT = `schema: infersim.overlay/1
note: fitted to bench.csv
devices:
  h100-sxm:
    kernels.gemm.fp16.computeEfficiency: { value: 0.5, low: 0.4, high: 0.6, grade: fitted, source: bench.csv }
    power.dense.computeW: 400
engines:
  vllm: { layerFixedS: 20e-6 }
`;
const withCatalog = (files: string) => BASE.replace('grids:', `catalog: ${files}\ngrids:`);
const load = (files: Record<string, string>, sets: readonly string[] = []) => {
  const loaded = loadFiles(files, { sets });
  if (!loaded.ok) throw new Error(formatProblems(loaded.problems));
  return loaded;
};
const deploymentOf = (loaded: ReturnType<typeof load>) => loaded.plan.world.pools[0]!.deployment;
const problemsOf = (files: Record<string, string>) => {
  const loaded = loadFiles(files);
  return loaded.ok ? [] : loaded.problems;
};

describe('an overlay under a scenario', () => {
  const loaded = load({ 'main.yaml': withCatalog('[fit.yaml]'), 'fit.yaml': FIT });

  it('changes the constants it names, and only in this plan', () => {
    const { device, engine } = deploymentOf(loaded);
    expect(device.kernels?.gemm.fp16.computeEfficiency).toEqual({
      value: 0.5,
      unit: '1',
      low: 0.4,
      high: 0.6,
      grade: 'fitted',
      source: 'bench.csv',
    });
    expect(device.power?.dense.computeW).toEqual({
      value: 400,
      unit: 'W',
      grade: 'specified',
      source: 'overlay fit.yaml',
    });
    expect(engine.layerFixedS).toMatchObject({ value: 20e-6, unit: 's' });
    expect(findDevice('h100-sxm')?.kernels?.gemm.fp16.computeEfficiency.value).not.toBe(0.5);
    const plain = deploymentOf(load({ 'main.yaml': BASE }));
    expect(plain.device).toEqual(findDevice('h100-sxm'));
    expect({ ...device, kernels: 0, power: 0 }).toEqual({ ...plain.device, kernels: 0, power: 0 });
  });

  it('is among the inputs, in the resolved scenario and in what is explained', () => {
    expect(loaded.inputs.map(({ path }) => path)).toEqual(['main.yaml', 'fit.yaml']);
    expect(loaded.resolvedYamlText).toContain('catalog:\n  - fit.yaml\n');
    expect(loaded.explained.filter(({ path }) => path.startsWith('catalog: '))).toEqual([
      {
        path: 'catalog: devices.h100-sxm.kernels.gemm.fp16.computeEfficiency',
        value: 0.5,
        unit: '1',
        from: 'catalog',
        source: 'fit.yaml:5: bench.csv',
        grade: 'fitted',
      },
      {
        path: 'catalog: devices.h100-sxm.power.dense.computeW',
        value: 400,
        unit: 'W',
        from: 'catalog',
        source: 'fit.yaml:6: overlay fit.yaml',
        grade: 'specified',
      },
      {
        path: 'catalog: engines.vllm.layerFixedS',
        value: 20e-6,
        unit: 's',
        from: 'catalog',
        source: 'fit.yaml:8: overlay fit.yaml',
        grade: 'specified',
      },
    ]);
  });

  it('has another hash when its content is another', () => {
    const other = load({ 'main.yaml': withCatalog('[fit.yaml]'), 'fit.yaml': FIT.replace('0.5', '0.51') });
    expect(other.inputs[1]?.sha256).not.toBe(loaded.inputs[1]?.sha256);
    expect(other.plan).not.toEqual(loaded.plan);
  });

  it('resolves to a scenario that loads to the same plan', () => {
    const again = load({ 'main.yaml': loaded.resolvedYamlText, 'fit.yaml': FIT });
    expect(again.plan).toEqual(loaded.plan);
  });

  it('lies under the devices of the scenario itself', () => {
    const text = withCatalog('[fit.yaml]').replace('device: h100-sxm', 'device: mine');
    const own = load({ 'main.yaml': `${text}devices:\n  mine: { base: h100-sxm, tdp_w: 500 }\n`, 'fit.yaml': FIT });
    expect(deploymentOf(own).device.tdpW.value).toBe(500);
    expect(deploymentOf(own).device.kernels?.gemm.fp16.computeEfficiency.value).toBe(0.5);
  });

  it('yields to later ones, constant by constant', () => {
    const two = load({
      'main.yaml': withCatalog('[fit.yaml, more.yaml]'),
      'fit.yaml': FIT,
      'more.yaml': 'schema: infersim.overlay/1\ndevices: { h100-sxm: { power.dense.computeW: 410 } }\n',
    });
    const { device } = deploymentOf(two);
    expect(device.power?.dense.computeW).toMatchObject({ value: 410, source: 'overlay more.yaml' });
    expect(device.kernels?.gemm.fp16.computeEfficiency.value).toBe(0.5);
    expect(two.explained.filter(({ path }) => path.endsWith('computeW'))).toHaveLength(1);
  });

  it('is found from the folder of the file that names it, whichever extends which', () => {
    const files = {
      'main.yaml': 'extends: shared/base.yaml\nseed: 2\n',
      'shared/base.yaml': withCatalog('[fits/fit.yaml]'),
      'shared/fits/fit.yaml': FIT,
    };
    const variant = load(files);
    expect(deploymentOf(variant).engine.layerFixedS.value).toBe(20e-6);
    expect(variant.resolvedYamlText).toContain('catalog:\n  - shared/fits/fit.yaml\n');
    expect(load({ ...files, 'main.yaml': variant.resolvedYamlText }).plan).toEqual(variant.plan);
  });

  it('can be set on the command line', () => {
    const set = load({ 'main.yaml': BASE, 'fit.yaml': FIT }, ['catalog=[fit.yaml]']);
    expect(deploymentOf(set).engine.layerFixedS.value).toBe(20e-6);
  });

  it('gives kernels of its class to a device that has none', () => {
    const text = withCatalog('[fit.yaml]').replace('device: h100-sxm', 'device: mi250x');
    const fit = 'schema: infersim.overlay/1\ndevices:\n  mi250x:\n    kernels.gemm.fp16.memoryEfficiency: 0.61\n';
    const { device } = deploymentOf(load({ 'main.yaml': text, 'fit.yaml': fit }));
    expect(findDevice('mi250x')?.kernels).toBeUndefined();
    expect(device.kernels?.gemm.fp16.memoryEfficiency.value).toBe(0.61);
    expect(device.kernels?.decodeAttention.fp16.fixedS.grade).toBe('assumed');
  });
});

describe('the text of an overlay', () => {
  const entries = [findDevice('h100-sxm')!, findDevice('mi250x')!];
  const change = (path: string): fc.Arbitrary<ConstantChange> =>
    fc
      .record({
        value: fc.double({ min: 1e-9, max: 1.99, noNaN: true }),
        grade: fc.constantFrom(...GRADES),
        source: fc
          .string({ minLength: 1, maxLength: 40, unit: 'binary' })
          .filter((text) => !/\p{Surrogate}/u.test(text)),
        hasRange: fc.boolean(),
        note: fc.option(fc.constantFrom('yes', '0x1f', '~', 'a: b # c', '{[', "'"), { nil: undefined }),
      })
      .map(({ value, grade, source, hasRange, note }) => ({
        value,
        grade,
        source: `${path} ${source}`,
        ...(hasRange ? { low: value / 2, high: value } : {}),
        ...(note === undefined ? {} : { note }),
      }));
  const changesOf = (paths: readonly string[]) =>
    fc
      .uniqueArray(fc.constantFrom(...paths), { minLength: 1, maxLength: 5 })
      .chain((chosen) => fc.tuple(...chosen.map((path) => change(path).map((value) => [path, value] as const))))
      .map((pairs) => Object.fromEntries(pairs));

  it('reads back to the same changes', () => {
    const overlays: fc.Arbitrary<CatalogOverlay> = fc.record({
      note: fc.constantFrom('fitted', 'a "quoted" note\twith a tab'),
      devices: fc
        .tuple(...entries.map((entry) => changesOf(constantPaths(entry))))
        .map((all) => Object.fromEntries(all.map((changes, index) => [entries[index]!.id, changes]))),
      engines: changesOf(constantPaths(findEngine('vllm')!)).map((changes) => ({ vllm: changes })),
    });
    fc.assert(
      fc.property(overlays, (overlay) => {
        const read = parseOverlay('fit.yaml', overlayText(overlay));
        expect(read.problems).toEqual([]);
        expect(read.overlay).toEqual(overlay);
      }),
      { numRuns: 50 },
    );
  });

  it('may write paths as nested maps, and name a device by an alias', () => {
    const nested = parseOverlay(
      'a.yaml',
      'schema: infersim.overlay/1\ndevices:\n  h100-sxm:\n    kernels: { gemm: { fp16: { computeEfficiency: 0.7, fixedS: { value: 2e-6 } } }, collectives.4.busBps: 3e11 }\n',
    );
    expect(nested.problems).toEqual([]);
    expect(Object.keys(nested.overlay.devices['h100-sxm'] ?? {})).toEqual([
      'kernels.gemm.fp16.computeEfficiency',
      'kernels.gemm.fp16.fixedS',
      'kernels.collectives.4.busBps',
    ]);
    expect(nested.changes[2]?.unit).toBe(readConstant(findDevice('h100-sxm')!, 'kernels.collectives.4.busBps')?.unit);
  });
});

describe('a faulty overlay', () => {
  const HEAD = 'schema: infersim.overlay/1\n';
  const DEVICE = `${HEAD}devices:\n  h100-sxm:\n`;

  it.each<[string, string, string, RegExp?]>([
    ['no map', `${MARK}- a\n`, 'OVERLAY_TYPE'],
    ['no schema', `${MARK}devices: {}\n`, 'OVERLAY_SCHEMA'],
    ['another schema', `schema: ${MARK}infersim.overlay/2\n`, 'OVERLAY_SCHEMA'],
    ['an unknown key', `${HEAD}${MARK}device: {}\n`, 'OVERLAY_UNKNOWN_KEY', /did you mean `devices`/],
    ['a note that is no text', `${HEAD}note: ${MARK}7\n`, 'OVERLAY_VALUE'],
    ['an unknown device', `${HEAD}devices:\n  ${MARK}h100-smx: {}\n`, 'OVERLAY_UNKNOWN_DEVICE', /`h100-sxm`/],
    ['an unknown engine', `${HEAD}engines:\n  ${MARK}vlmm: {}\n`, 'OVERLAY_UNKNOWN_ENGINE', /`vllm`/],
    [
      'an unknown constant',
      `${DEVICE}    ${MARK}kernels.gemm.fp16.computeEfficency: 0.5\n`,
      'OVERLAY_UNKNOWN_CONSTANT',
      /did you mean `kernels.gemm.fp16.computeEfficiency`/,
    ],
    ['a setting', `${HEAD}engines:\n  vllm:\n    ${MARK}defaults.maxNumSeqs: 5\n`, 'OVERLAY_UNKNOWN_CONSTANT'],
    ['a value that is text', `${DEVICE}    tdpW: ${MARK}many\n`, 'OVERLAY_VALUE'],
    ['a value that is a list', `${DEVICE}    tdpW: ${MARK}[1]\n`, 'OVERLAY_TYPE'],
    ['a value that is nothing', `${DEVICE}    tdpW: ${MARK}~\n`, 'OVERLAY_VALUE'],
    ['a map without a value', `${DEVICE}    tdpW: { ${MARK}grade: fitted }\n`, 'OVERLAY_VALUE'],
    ['a value below 0', `${DEVICE}    kernels.gemm.fp16.fixedS: ${MARK}-1e-6\n`, 'OVERLAY_RANGE', /at least 0/],
    [
      'an efficiency of 3',
      `${DEVICE}    kernels.gemm.fp16.computeEfficiency: ${MARK}3\n`,
      'OVERLAY_RANGE',
      /at most 2/,
    ],
    ['an infinite value', `${DEVICE}    tdpW: ${MARK}.inf\n`, 'OVERLAY_RANGE', /finite/],
    ['a value outside its range', `${DEVICE}    tdpW: { low: 1, value: ${MARK}9, high: 5 }\n`, 'OVERLAY_RANGE'],
    ['a bad bound', `${DEVICE}    tdpW: { value: 9, high: ${MARK}x }\n`, 'OVERLAY_VALUE'],
    [
      'an unknown grade',
      `${DEVICE}    tdpW: { value: 900, grade: ${MARK}guessed }\n`,
      'OVERLAY_UNKNOWN_GRADE',
      /assumed/,
    ],
    ['an unknown part', `${DEVICE}    tdpW: { value: 900, ${MARK}unit: W }\n`, 'OVERLAY_UNKNOWN_KEY'],
    ['a device that cannot be', `${DEVICE}    idleW: ${MARK}9000\n`, 'OVERLAY_DEVICE', /at most tdpW/],
  ])('%s is refused where it stands', (_, marked, code, message) => {
    const { text, line, column } = unmark(marked);
    const problems = problemsOf({ 'main.yaml': withCatalog('[fit.yaml]'), 'fit.yaml': text });
    expect(problems.map((problem) => [problem.code, problem.file, problem.line, problem.column])).toEqual([
      [code, 'fit.yaml', line, column],
    ]);
    if (message !== undefined) expect(formatProblems(problems)).toMatch(message);
    if (code !== 'OVERLAY_DEVICE') expect(problems[0]?.notes).toEqual(['named at main.yaml, catalog[0]']);
  });

  it('shows everything wrong with it at once, and what is wrong with the scenario too', () => {
    const problems = problemsOf({
      'main.yaml': withCatalog('[fit.yaml, none.yaml]').replace('model: llama-3.1-8b', 'model: llama-9'),
      'fit.yaml': `${DEVICE}    tdpW: many\n    idleV: 3\n`,
    });
    expect(problems.map(({ code, file, line }) => [code, file, line])).toEqual([
      ['SCENARIO_OVERLAY_FILE', 'main.yaml', 5],
      ['SCENARIO_UNKNOWN_MODEL', 'main.yaml', 13],
      ['OVERLAY_VALUE', 'fit.yaml', 4],
      ['OVERLAY_UNKNOWN_CONSTANT', 'fit.yaml', 5],
    ]);
  });

  it('survives text that is no YAML', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const { problems, changes } = parseOverlay('fit.yaml', text);
        expect(problems.length > 0 || changes.length === 0).toBe(true);
      }),
      { numRuns: 200 },
    );
  });
});
