/**
 * The schema's findings as problems with places: unknown keys with the nearest known one, missing keys at the map that
 * lacks them, values with what may stand there instead.
 */

import type * as z from 'zod';
import { nearestName } from '../nearest-name.js';
import { type Problem, type ProblemDetails, problemAt, quoteGiven } from '../problem.js';
import { unitExamples } from '../schema/fields.js';
import {
  acceptedKinds,
  bareSchema,
  definitionOf,
  discriminatorValues,
  expectations,
  isOptional,
  keysAt,
  kindOf,
  metaOf,
  schemaAt,
  unionMember,
} from '../schema/schema-walk.js';
import type { Place } from '../source-text.js';
import { keyPlaceOf, type LocatedNode, nodeAt, type Path, pathText, placeOf } from '../yaml/located.js';

/** A problem and the path of the value that has to go for the rest to be checked. */
export interface SchemaFinding {
  readonly problem: Problem;
  readonly path: Path;
}

/** What zod reports, as far as it is read here. */
interface Issue {
  readonly code: string;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
  readonly values?: readonly unknown[];
  readonly discriminator?: string;
  readonly errors?: readonly (readonly Issue[])[];
  readonly params?: { readonly problem?: ProblemDetails };
  readonly minimum?: number | bigint;
  readonly maximum?: number | bigint;
  readonly origin?: string;
}

/** Turns zod's issues on `document` into problems, one per flaw. */
export function schemaFindings(
  schema: z.ZodType,
  root: LocatedNode,
  document: unknown,
  error: z.ZodError,
): SchemaFinding[] {
  const findings: SchemaFinding[] = [];
  const add = (place: Place, shownPath: Path, path: Path, details: ProblemDetails) => {
    findings.push({ problem: problemAt(place, pathText(shownPath), details), path });
  };
  const visit = (issue: Issue, base: Path): void => {
    const path: Path = [...base, ...issue.path.map((step) => (typeof step === 'number' ? step : String(step)))];
    if (issue.code === 'unrecognized_keys') {
      const allowed = keysAt(schema, path, document);
      for (const key of issue.keys ?? []) {
        const nearest = nearestName(key, allowed);
        add(keyPlaceOf(root, [...path, key]), path, [...path, key], {
          code: 'SCENARIO_UNKNOWN_KEY',
          message: `unknown key \`${quoteGiven(key)}\``,
          given: quoteGiven(key),
          allowed,
          allowedTitle: 'allowed here',
          ...(nearest === undefined ? {} : { nearest }),
        });
      }
      return;
    }
    const node = nodeAt(root, path);
    const fieldSchema = schemaAt(schema, path, document);
    if (issue.discriminator !== undefined) {
      // zod puts the discriminator at the end of the path; the map itself is one step up.
      reportDiscriminator(
        issue.discriminator,
        path[path.length - 1] === issue.discriminator ? path.slice(0, -1) : path,
      );
      return;
    }
    if (node === undefined) {
      add(
        placeOf(root, path.slice(0, -1)),
        path.slice(0, -1),
        path,
        missingDetails(schema, path, fieldSchema, document),
      );
      return;
    }
    if (node.kind === 'scalar' && node.value === null) {
      add(keyPlaceOf(root, path), path, path, {
        code: 'SCENARIO_EMPTY_VALUE',
        message: `\`${quoteGiven(String(path[path.length - 1] ?? ''))}\` has no value`,
        ...allowedOf(fieldSchema),
      });
      return;
    }
    const given = node.kind === 'scalar' ? quoteGiven(String(node.value)) : undefined;
    if (issue.code === 'custom' && issue.params?.problem) {
      add(placeOf(root, path), path, path, { ...issue.params.problem, ...(given === undefined ? {} : { given }) });
      return;
    }
    if (node.kind === 'scalar' && typeof node.value === 'number' && !Number.isFinite(node.value)) {
      add(placeOf(root, path), path, path, {
        code: 'SCENARIO_NUMBER',
        message: 'numbers have to be finite: no infinity, no NaN',
        given: String(node.value),
        ...allowedOf(fieldSchema),
      });
      return;
    }
    if (issue.code === 'invalid_union') {
      if (visitUnion(issue, path, fieldSchema, node)) return;
    }
    if (issue.code === 'invalid_value') {
      const values = (issue.values ?? []).map(String);
      const nearest = given === undefined ? undefined : nearestName(given, values);
      add(placeOf(root, path), path, path, {
        code: 'SCENARIO_CHOICE',
        message: given === undefined ? `a ${kindOfNode(node)} cannot stand here` : `\`${given}\` cannot stand here`,
        ...(given === undefined ? {} : { given }),
        allowed: values,
        ...(nearest === undefined ? {} : { nearest }),
      });
      return;
    }
    if (issue.code === 'too_small' || issue.code === 'too_big') {
      add(placeOf(root, path), path, path, sizeDetails(issue, node));
      return;
    }
    add(placeOf(root, path), path, path, typeDetails(node, given, fieldSchema));
  };

  /** Reports the member of a union that the value is meant for; false when that cannot be told. */
  const visitUnion = (issue: Issue, path: Path, fieldSchema: z.ZodType | null, node: LocatedNode): boolean => {
    const value = plainKind(node);
    const members = fieldSchema === null ? [] : (definitionOf(bareSchema(fieldSchema)).options ?? []);
    const branch = members.findIndex((member) => acceptedKinds(member).has(value));
    const issues = branch < 0 ? undefined : issue.errors?.[branch];
    if (issues === undefined || issues.length === 0) return false;
    for (const inner of issues) visit(inner, path);
    return true;
  };

  const reportDiscriminator = (key: string, mapPath: Path): void => {
    const unionSchema = schemaAt(schema, mapPath, document);
    const options = unionSchema === null ? [] : discriminatedOptions(unionSchema, key);
    const allowed = options.flatMap((option) => discriminatorValues(option, key).map(String));
    const given = nodeAt(root, [...mapPath, key]);
    if (given === undefined) {
      add(placeOf(root, mapPath), mapPath, [...mapPath, key], {
        code: 'SCENARIO_MISSING_KEY',
        message: `missing key \`${key}\``,
        allowed,
        allowedTitle: `${key} may be`,
      });
      return;
    }
    const text = given.kind === 'scalar' ? quoteGiven(String(given.value)) : kindOfNode(given);
    const nearest = nearestName(text, allowed);
    add(placeOf(root, [...mapPath, key]), [...mapPath, key], mapPath, {
      code: 'SCENARIO_CHOICE',
      message: `\`${text}\` is no ${key}`,
      given: text,
      allowed,
      ...(nearest === undefined ? {} : { nearest }),
    });
  };

  for (const issue of error.issues) visit(issue as unknown as Issue, []);
  return findings;
}

function discriminatedOptions(schema: z.ZodType, key: string): readonly z.ZodType[] {
  const definition = definitionOf(bareSchema(schema));
  if (definition.discriminator === key) return definition.options ?? [];
  return (definition.options ?? []).flatMap((option) => discriminatedOptions(option, key));
}

function plainKind(node: LocatedNode) {
  if (node.kind === 'list') return 'list';
  if (node.kind === 'map') return 'map';
  return kindOf(node.value);
}

function kindOfNode(node: LocatedNode): string {
  if (node.kind === 'list') return 'list';
  if (node.kind === 'map') return 'map';
  const kind = kindOf(node.value);
  return kind === 'flag' ? 'true/false value' : kind;
}

function allowedOf(schema: z.ZodType | null): { allowed?: readonly string[] } {
  if (schema === null) return {};
  const meta = metaOf(schema);
  const dimension = meta['x-dimension'];
  if (dimension !== undefined) return { allowed: [unitExamples(dimension, meta['x-unit'] ?? '')] };
  const allowed = expectations(schema);
  return allowed.length === 0 ? {} : { allowed };
}

function missingDetails(
  schema: z.ZodType,
  path: Path,
  fieldSchema: z.ZodType | null,
  document: unknown,
): ProblemDetails {
  const key = String(path[path.length - 1] ?? '');
  const description = fieldSchema === null ? undefined : metaOf(fieldSchema).description;
  const parent = path.slice(0, -1);
  const required = keysAt(schema, parent, document).filter((name) => {
    const field = schemaAt(schema, [...parent, name], document);
    return field !== null && !isOptional(field);
  });
  return {
    code: 'SCENARIO_MISSING_KEY',
    message: `missing key \`${quoteGiven(key)}\`${description === undefined ? '' : `: ${description}`}`,
    allowed: required,
    allowedTitle: 'needed here',
  };
}

function typeDetails(node: LocatedNode, given: string | undefined, schema: z.ZodType | null): ProblemDetails {
  const what = given === undefined ? `a ${kindOfNode(node)}` : `${kindOfNode(node)} \`${given}\``;
  const wantsMap = schema !== null && node.kind !== 'map' && acceptedKinds(schema).has('map');
  const member = wantsMap ? unionMember(schema, {}) : null;
  const keys = member === null ? [] : Object.keys(definitionOf(member).shape ?? {});
  return {
    code: 'SCENARIO_TYPE',
    message: `${what} cannot stand here`,
    ...(given === undefined ? {} : { given }),
    ...(keys.length > 0 ? { allowed: keys, allowedTitle: 'allowed here' } : allowedOf(schema)),
  };
}

function sizeDetails(issue: Issue, node: LocatedNode): ProblemDetails {
  const limit = issue.code === 'too_small' ? `at least ${issue.minimum}` : `at most ${issue.maximum}`;
  if (issue.origin === 'array') {
    const length = node.kind === 'list' ? node.items.length : 0;
    return {
      code: 'SCENARIO_RANGE',
      message: `the list has ${length} ${length === 1 ? 'item' : 'items'}`,
      given: `${length} items`,
      allowed: [`${limit} items`],
    };
  }
  const given = node.kind === 'scalar' ? quoteGiven(String(node.value)) : kindOfNode(node);
  return { code: 'SCENARIO_RANGE', message: `${given} is out of range`, given, allowed: [limit] };
}
