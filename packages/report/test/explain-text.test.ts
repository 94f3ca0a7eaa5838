import { expect, test } from 'vitest';
import { type Explanation, explainText } from '../src/index.js';

const explanation: Explanation = {
  name: 'cloud',
  replications: 3,
  seed: 1,
  deterministic: false,
  pools: [
    {
      pool: 'chat',
      site: 'virginia',
      replicas: 2,
      model: {
        kind: 'batched',
        devices: 4,
        memory: {
          hasKv: true,
          weightsBytes: 72e9,
          weightsBytesPerDevice: 18e9,
          overheadBytes: 2e9,
          usableBytes: 77e9,
          kvBytesPerToken: 327_680,
          kvCapacityBytesPerDevice: 57e9,
          blocks: 43_340,
          kvTokens: 693_440,
          maxContextFits: 131_072,
        },
        decode: [
          {
            batch: 1,
            contextTokens: 1024,
            stepS: 0.011,
            tokensPerS: 90.9,
            mfu: 0.0017,
            mbu: 0.48,
            powerW: 1354,
            joulesPerToken: 15,
          },
        ],
        prefill: [{ promptTokens: 2048, stepS: 0.11, tokensPerS: 18_600, mfu: 0.334, powerW: 2304 }],
        maxTokensPerS: 9098,
        idleW: 460,
        maxW: 2716,
        grade: 'assumed',
        assumed: ['idleLoadedW'],
      },
    },
  ],
  confidence: [
    {
      pool: 'virginia/chat',
      bands: {
        ttft: { lowFactor: 0.8, highFactor: 1.25, basis: 'device+engine', n: 40, nominal: 0.8 },
        tpot: { lowFactor: 0.9, highFactor: 1.1, basis: 'device+family+engine', n: 38, nominal: 0.8 },
        e2e: { lowFactor: 0.9, highFactor: 1.1, basis: 'device+family+engine', n: 38, nominal: 0.8 },
        throughput: { lowFactor: 0.909, highFactor: 1.11, basis: 'device+family+engine', n: 38, nominal: 0.8 },
        power: { lowFactor: 0.64, highFactor: 1.57, basis: 'none', n: 0, nominal: 0.8 },
        energy: { lowFactor: 0.64, highFactor: 1.57, basis: 'none', n: 0, nominal: 0.8 },
        memory: { lowFactor: 0.97, highFactor: 1.03, basis: 'class', n: 100, nominal: 0.8 },
      },
      outside: ['tp 16 on h100-sxm with vllm: measured up to 8; takes `kernels.collectives` on trust'],
    },
  ],
  loads: [{ pool: 'virginia/chat', requestsPerS: 4, loadPct: 12.5, leftOut: ['replay'] }],
  assumed: [{ where: 'grids.cloud', name: 'wacc', value: 0.08, unit: '1/y' }],
  values: [
    { path: 'horizon', value: 1200, unit: 's', from: 'scenario' },
    ...[0.7, 0.8, 0.9, 1, 1.1].map((value, index) => ({
      path: `tariff.hourly[${index}]`,
      value,
      unit: '',
      from: 'catalog' as const,
      source: 'day shape',
      grade: 'assumed' as const,
    })),
    { path: 'zones[0]', value: 'us', unit: '', from: 'scenario' },
    { path: 'zones[1]', value: 'eu', unit: '', from: 'default' },
  ],
};

test('pools, assumed constants, and every value with where it comes from', () => {
  expect(explainText(explanation)).toMatchInlineSnapshot(`
    "cloud: 3 replications, seed 1

    Pool virginia/chat: 2 replicas a site, 4 devices each, batched (assumed)
      memory per device: 71.7 GiB usable = weights 16.8 GiB + overhead 1.86 GiB + KV cache 53.1 GiB
      KV cache of a replica: 693.4k tokens in 43.34k blocks, 320 KiB a token, longest context 131072 tokens
      power of a replica: 460 W idle to 2716 W
      at most 9098 tokens/s a replica: best decode batch, no queueing, no prefill
        decode batch  context  step ms  tokens/s  MFU %  MBU %     W  J/token
        1                1024       11      90.9   0.17     48  1354       15
        prefill tokens  step ms  tokens/s  MFU %     W
        2048                110     18.6k   33.4  2304
        assumed: idleLoadedW
      predicted load before any spill: 4 requests/s, 12.5 % of its time at the best batch (without
        replay: known only from a run)
      model error, nominal 80 % bands: TTFT -20 to +25 % (measured neighbours: same device and engine,
        40 figures); TPOT, E2E -10 to +10 % (measured neighbours: same device, family and engine, 38
        figures); tokens/s -9.1 to +11 % (measured neighbours: same device, family and engine, 38
        figures); power, J/token -36 to +57 % (measured neighbours: none)
      outside what was measured: tp 16 on h100-sxm with vllm: measured up to 8; takes
        \`kernels.collectives\` on trust

    Assumed constants: nobody has measured them for this use
      grids.cloud wacc = 0.08 1/y

    Where every value comes from
      horizon              1200                   s  scenario
      tariff.hourly[0..4]  0.7, 0.8, 0.9, 1, ...     catalog   assumed
          source: day shape
      zones[0]             us                        scenario
      zones[1]             eu                        default
    "
  `);
});
