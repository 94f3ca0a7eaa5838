/**
 * The stored record of the headline: what the gate compares with. It is the accuracy document with only its schema and headline,
 * so a whole document (`--format json`) serves as a record too.
 */

import { jsonText } from '@infersim/report';
import type { RecordedErrors, RecordedHeadline } from '../errors/regression.js';
import {
  ACCURACY_SCHEMA,
  type AccuracyDocument,
  type DocumentErrors,
  type DocumentHeadline,
} from './accuracy-document.js';

/** A record that cannot be read; the message names what was found and what is wanted. */
export class AccuracyRecordError extends Error {
  readonly code = 'ACCURACY_RECORD';

  constructor(message: string) {
    super(message);
    this.name = 'AccuracyRecordError';
  }
}

/** The record of a document: lines with figures only, so that a diff of two records shows figures only. */
export function accuracyRecord(document: AccuracyDocument): string {
  const lines = document.headline.filter(hasFigures);
  return jsonText({ schema: ACCURACY_SCHEMA, headline: lines });
}

/** The figures of a document that the gate compares. */
export function recordedHeadlines(document: Pick<AccuracyDocument, 'headline'>): RecordedHeadline[] {
  return document.headline.map((line) => ({
    id: line.id,
    inSample: recordedErrors(line.in_sample),
    leftOutModelFamily: recordedErrors(line.left_out_model_family),
    leftOutDevice: recordedErrors(line.left_out_device),
  }));
}

/** Reads a record or a whole document. Throws `AccuracyRecordError` when the text is neither, or holds no figure. */
export function readAccuracyRecord(text: string): RecordedHeadline[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new AccuracyRecordError(`no JSON: ${(error as Error).message}`);
  }
  const { schema, headline } = asRecord(value, 'the document');
  if (schema !== ACCURACY_SCHEMA)
    throw new AccuracyRecordError(`schema is ${JSON.stringify(schema) ?? 'absent'}; allowed: "${ACCURACY_SCHEMA}"`);
  if (!Array.isArray(headline)) throw new AccuracyRecordError('headline is no list');
  const lines = headline.map((item: unknown, at) => {
    const place = `headline[${at}]`;
    const line = asRecord(item, place);
    const id = line['id'];
    if (typeof id !== 'string') throw new AccuracyRecordError(`${place}.id is no text`);
    return {
      id,
      inSample: readErrors(line['in_sample'], `${place}.in_sample`),
      leftOutModelFamily: readErrors(line['left_out_model_family'], `${place}.left_out_model_family`),
      leftOutDevice: readErrors(line['left_out_device'], `${place}.left_out_device`),
    };
  });
  // Against nothing every run passes: such a record guards nothing, and none was meant to.
  if (!lines.some((line) => line.inSample !== null || line.leftOutModelFamily !== null || line.leftOutDevice !== null))
    throw new AccuracyRecordError(
      lines.length === 0
        ? 'headline has no line; wanted: at least one line with figures'
        : `headline has ${lines.length === 1 ? 'one line' : `${lines.length} lines`}, none with figures; wanted: at least one with figures`,
    );
  return lines;
}

function hasFigures(line: DocumentHeadline): boolean {
  return line.in_sample !== null || line.left_out_model_family !== null || line.left_out_device !== null;
}

function recordedErrors(errors: DocumentErrors | null): RecordedErrors | null {
  if (errors === null) return null;
  return { n: errors.n, medianAbsPct: errors.median_abs_pct, p90AbsPct: errors.p90_abs_pct };
}

function asRecord(value: unknown, place: string): Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new AccuracyRecordError(`${place} is no object`);
  return value as Record<string, unknown>;
}

function readErrors(value: unknown, place: string): RecordedErrors | null {
  if (value === null || value === undefined) return null;
  const errors = asRecord(value, place);
  const read = (key: string): number => {
    const figure = errors[key];
    if (typeof figure !== 'number' || !Number.isFinite(figure) || figure < 0)
      throw new AccuracyRecordError(
        `${place}.${key} is ${JSON.stringify(figure) ?? 'absent'}; wanted: a number from 0`,
      );
    return figure;
  };
  return { n: read('n'), medianAbsPct: read('median_abs_pct'), p90AbsPct: read('p90_abs_pct') };
}
