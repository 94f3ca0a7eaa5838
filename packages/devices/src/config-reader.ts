/**
 * Reads typed fields from a published model configuration, collecting every problem instead of stopping at the first.
 *
 * A field may have several names, as families of models differ. What is missing or wrong is recorded and answered with a
 * harmless stand-in, so that the caller can go on and must check `errors` before it uses anything.
 */

/** One problem of a configuration. */
export interface ConfigError {
  readonly code: 'CONFIG_MISSING' | 'CONFIG_TYPE' | 'CONFIG_RANGE' | 'CONFIG_UNSUPPORTED';
  /** Path of the field, dots between levels. */
  readonly field: string;
  readonly given: unknown;
  readonly allowed: string;
}

/** No published model comes near; keeps products of fields far from overflow. */
const LARGEST = 1e9;

/** Cursor over one level of a configuration. */
export class ConfigReader {
  readonly #values: Readonly<Record<string, unknown>>;
  readonly #path: string;
  readonly #errors: ConfigError[];

  constructor(values: Readonly<Record<string, unknown>>, path: string, errors: ConfigError[]) {
    this.#values = values;
    this.#path = path;
    this.#errors = errors;
  }

  /** All problems found so far, on every level of this configuration. */
  get errors(): readonly ConfigError[] {
    return this.#errors;
  }

  /** Whether one of the names is present and not null. */
  has(...names: readonly string[]): boolean {
    return names.some((name) => Object.hasOwn(this.#values, name) && this.#values[name] !== null);
  }

  /** Integer of at least `least` under the first name present; `fallback` if none is, else an error. */
  integer(names: readonly string[], least: number, fallback?: number): number {
    const name = names.find((candidate) => this.has(candidate));
    if (name === undefined) {
      if (fallback !== undefined) return fallback;
      this.fail('CONFIG_MISSING', names[0]!, undefined, `an integer of ${least} or more (${names.join(' or ')})`);
      return Math.max(least, 1);
    }
    const value = this.#values[name];
    if (typeof value !== 'number' || !Number.isInteger(value)) {
      this.fail('CONFIG_TYPE', name, value, `an integer of ${least} or more`);
      return Math.max(least, 1);
    }
    if (value < least || value > LARGEST) {
      this.fail('CONFIG_RANGE', name, value, `an integer from ${least} to ${LARGEST}`);
      return Math.max(least, 1);
    }
    return value;
  }

  /** Boolean, or `fallback` when absent. */
  boolean(name: string, fallback: boolean): boolean {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (typeof value === 'boolean') return value;
    this.fail('CONFIG_TYPE', name, value, 'true or false');
    return fallback;
  }

  /** String, or `fallback` when absent. */
  string(name: string, fallback: string): string {
    if (!this.has(name)) return fallback;
    const value = this.#values[name];
    if (typeof value === 'string') return value;
    this.fail('CONFIG_TYPE', name, value, 'a string');
    return fallback;
  }

  /** List of strings, or undefined when absent. */
  strings(name: string): readonly string[] | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (Array.isArray(value) && value.every((item): item is string => typeof item === 'string')) return value;
    this.fail('CONFIG_TYPE', name, value, 'a list of strings');
    return undefined;
  }

  /** List of integers, or undefined when absent. */
  integers(name: string): readonly number[] | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (Array.isArray(value) && value.every((item): item is number => Number.isInteger(item))) return value;
    this.fail('CONFIG_TYPE', name, value, 'a list of integers');
    return undefined;
  }

  /** Reader of a nested object, or undefined when absent. */
  nested(name: string): ConfigReader | undefined {
    if (!this.has(name)) return undefined;
    const value = this.#values[name];
    if (isRecord(value)) return new ConfigReader(value, `${this.#path}${name}.`, this.#errors);
    this.fail('CONFIG_TYPE', name, value, 'an object');
    return undefined;
  }

  /** Records a problem of the field `name` on this level. */
  fail(code: ConfigError['code'], name: string, given: unknown, allowed: string): void {
    this.#errors.push({ code, field: `${this.#path}${name}`, given, allowed });
  }
}

/** Whether a parsed JSON value is an object (not a list, not null). */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
