/** `infersim devices|models|engines|racks|regions list|show ID`: the catalog with source and grade of each number. */

import { devices, engines, models, racks, regions } from '@infersim/catalog';
import {
  type CatalogEntries,
  type CatalogKind,
  catalogEntryText,
  catalogJson,
  catalogListText,
} from '@infersim/report';
import { nearestName } from '@infersim/scenario';
import { CliError } from '../cli-error.js';
import { ExitCode } from '../exit-code.js';
import type { Terminal } from '../terminal.js';

export interface CatalogFlags {
  readonly format: 'text' | 'json';
}

function entriesOf<K extends CatalogKind>(kind: K): readonly CatalogEntries[K][] {
  const tables: { readonly [P in CatalogKind]: () => readonly CatalogEntries[P][] } = {
    devices,
    models,
    engines,
    racks,
    regions,
  };
  return tables[kind]();
}

/** Prints every entry of a kind. */
export function listCatalog(kind: CatalogKind, flags: CatalogFlags, terminal: Terminal): ExitCode {
  const entries = entriesOf(kind);
  terminal.out(flags.format === 'json' ? catalogJson(entries) : catalogListText(kind, entries));
  return ExitCode.OK;
}

/** Prints one entry; an unknown id is a wrong command line. */
export function showCatalog(kind: CatalogKind, id: string, flags: CatalogFlags, terminal: Terminal): ExitCode {
  const entries = entriesOf(kind);
  const entry = entries.find((candidate) => candidate.id === id);
  if (entry === undefined) {
    const near = nearestName(
      id,
      entries.map((candidate) => candidate.id),
    );
    const hint = near === undefined ? '' : `; did you mean \`${near}\`?`;
    throw new CliError(
      ExitCode.USAGE,
      `the catalog has no entry \`${id}\` among ${kind}${hint}\nall of them: infersim ${kind} list`,
    );
  }
  terminal.out(flags.format === 'json' ? catalogJson(entry) : catalogEntryText(entry));
  return ExitCode.OK;
}
