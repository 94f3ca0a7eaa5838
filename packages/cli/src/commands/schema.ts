/** `infersim schema`: JSON Schemas for editors and programs, and the documentation of columns and keys. */

import { accuracySchema } from '@infersim/accuracy';
import { columnDocs, columnDocsMarkdown, jsonText, keyDocsMarkdown, summarySchema } from '@infersim/report';
import { scenarioJsonSchema, schemaReference } from '@infersim/scenario';
import { ExitCode } from '../exit-code.js';
import { overlaySchema } from '../overlay-schema.js';
import type { Terminal } from '../terminal.js';

export const SCHEMA_TOPICS = ['scenario', 'summary', 'overlay', 'accuracy', 'columns', 'reference'] as const;
export type SchemaTopic = (typeof SCHEMA_TOPICS)[number];

export interface SchemaFlags {
  readonly format?: 'text' | 'json';
}

/** Schemas are JSON; columns and the scenario reference are Markdown, or JSON when asked. */
export function schema(topic: SchemaTopic, flags: SchemaFlags, terminal: Terminal): ExitCode {
  switch (topic) {
    case 'scenario':
      terminal.out(jsonText(scenarioJsonSchema()));
      break;
    case 'summary':
      terminal.out(jsonText(summarySchema()));
      break;
    case 'overlay':
      terminal.out(jsonText(overlaySchema()));
      break;
    case 'accuracy':
      terminal.out(jsonText(accuracySchema()));
      break;
    case 'columns':
      terminal.out(flags.format === 'json' ? jsonText(columnDocs()) : columnDocsMarkdown());
      break;
    case 'reference':
      terminal.out(flags.format === 'json' ? jsonText(schemaReference()) : keyDocsMarkdown(schemaReference()));
      break;
  }
  return ExitCode.OK;
}
