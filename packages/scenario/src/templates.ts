/** Starter scenarios for `infersim init`: small, complete, commented, and valid as they are. */

export const TEMPLATE_KINDS = ['cloud', 'enterprise', 'edge', 'three-grids'] as const;
export type TemplateKind = (typeof TEMPLATE_KINDS)[number];

/** Text of a starter scenario. `name` becomes the scenario's name. */
export function initTemplate(kind: TemplateKind, name: string = kind): string {
  const grids = kind === 'three-grids' ? TEMPLATE_KINDS.slice(0, 3) : [kind];
  const sections = grids.map((grid) => GRIDS[grid as keyof typeof GRIDS]);
  return [
    HEAD.replace('NAME', name),
    'grids:',
    ...sections,
    'workloads:',
    WORKLOADS[kind],
    'slo:                            # objectives: a failed one makes the run exit with 99',
    OBJECTIVES[kind],
  ].join('\n');
}

const HEAD = `# A starter scenario. Check it with \`infersim validate\`, run it with \`infersim run\`.
# Times and sizes take units: 500ms, 2h, 80GiB, 10kW, 0.08USD/kWh, 40/s.
schema_version: 1
name: NAME
horizon: 20m                    # simulated time
warmup: 3m                      # statistics start here
replications: 3                 # runs with other random numbers`;

const GRIDS = {
  cloud: `  cloud:
    sites:
      - id: virginia
        region: us-pjm-virginia   # tariff, carbon, climate and network; see \`infersim regions list\`
        pools:
          - id: chat-70b
            model: llama-3.1-70b  # see \`infersim models list\`
            device: h100-sxm      # see \`infersim devices list\`
            precision: fp8
            parallelism: { tp: 4 }
            replicas: 2`,
  enterprise: `  enterprise:
    sites:
      - id: office
        region: us-ny-new-york
        pools:
          - id: office-8b
            model: llama-3.1-8b
            device: l40s
            precision: fp8
            replicas: 2`,
  edge: `  edge:
    sites:
      - id: shops
        count: 20                 # like sites: each has its own users and random numbers
        region: us-pjm-ohio
        pools:
          - id: shop-3b
            model: llama-3.2-3b
            device: jetson-agx-orin-64
            precision: int4
            engine: { kind: llama-cpp }`,
} as const;

const CLOUD_LOAD = `  - id: chat
    from: { region: us-pjm-virginia, access: fibre }
    arrivals: { process: poisson, rate_per_s: 4 }
    lengths: azure-conv-2023      # prompt and answer lengths of a recorded chat service
    route: { prefer: [PREFER]SPILL }`;
const OFFICE_LOAD = `  - id: assistant
    from: { site: office }
    arrivals: { process: poisson, rate_per_s: 1 }
    input_tokens: { dist: lognormal, median: 600, p99: 4000 }
    output_tokens: { dist: lognormal, median: 180, p99: 900 }
    route: { prefer: [enterprise]SPILL }`;
const SHOP_LOAD = `  - id: shop-helper
    from: { each_site_of: shops }
    arrivals: { process: poisson, rate_per_s: 0.01 }   # of each shop
    input_tokens: { dist: lognormal, median: 250, p99: 1200 }
    output_tokens: { dist: lognormal, median: 60, p99: 250 }
    route: { prefer: [edge]SPILL }`;

const plainRoute = (text: string, prefer: string) => text.replace('PREFER', prefer).replace('SPILL', '');
const spillRoute = (text: string, prefer: string, spill: string) =>
  text.replace('PREFER', prefer).replace('SPILL', `, spill: [${spill}], spill_when: { ttft: 5s }`);

const WORKLOADS: Record<TemplateKind, string> = {
  cloud: plainRoute(CLOUD_LOAD, 'cloud'),
  enterprise: plainRoute(OFFICE_LOAD, 'enterprise'),
  edge: plainRoute(SHOP_LOAD, 'edge'),
  'three-grids': [
    plainRoute(CLOUD_LOAD, 'cloud'),
    spillRoute(OFFICE_LOAD, 'enterprise', 'cloud'),
    spillRoute(SHOP_LOAD, 'edge', 'enterprise, cloud'),
  ].join('\n'),
};

const CHAT_OBJECTIVE = '  - { name: chat-ttft, metric: ttft_ms, stat: p95, max: 2000, workload: chat }';
const OFFICE_OBJECTIVE = '  - { name: office-ttft, metric: ttft_ms, stat: p95, max: 2000, workload: assistant }';
const SHOP_OBJECTIVE = '  - { name: shop-ttft, metric: ttft_ms, stat: p95, max: 10000, workload: shop-helper }';
const SERVED_OBJECTIVE = '  - { name: served, metric: served_pct, min: 99 }\n';

const OBJECTIVES: Record<TemplateKind, string> = {
  cloud: [CHAT_OBJECTIVE, SERVED_OBJECTIVE].join('\n'),
  enterprise: [OFFICE_OBJECTIVE, SERVED_OBJECTIVE].join('\n'),
  edge: [SHOP_OBJECTIVE, SERVED_OBJECTIVE].join('\n'),
  'three-grids': [CHAT_OBJECTIVE, OFFICE_OBJECTIVE, SHOP_OBJECTIVE, SERVED_OBJECTIVE].join('\n'),
};
