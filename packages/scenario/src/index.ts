export { type ExplainedPool, type ExplainedValue, explainPools } from './explain.js';
export { scenarioJsonSchema } from './json-schema.js';
export type { ReadBytes } from './layer/extends.js';
export {
  type LoadedScenario,
  type LoadOptions,
  loadScenario,
  type Overrides,
  type RefusedScenario,
  type ScenarioInputFile,
  validateScenario,
} from './load.js';
export { nearestName } from './nearest-name.js';
export { type LocatedChange, type ParsedOverlay, parseOverlay } from './overlay/overlay-file.js';
export type { Problem, Severity } from './problem.js';
export { formatProblems, type ProblemFormat } from './problem-format.js';
export { resolvedYaml } from './resolved-yaml.js';
export { SCENARIO_SCHEMA_VERSION, type Scenario, type ScenarioInput } from './schema/scenario-fields.js';
export { type SchemaKey, schemaReference } from './schema-reference.js';
export { initTemplate, TEMPLATE_KINDS, type TemplateKind } from './templates.js';
export { type RememberedScan, TraceMemory } from './trace-memory.js';
export { parseQuantity, type QuantityResult, unitNames } from './units/quantity-text.js';
export { type Dimension, UNITS } from './units/unit-table.js';
