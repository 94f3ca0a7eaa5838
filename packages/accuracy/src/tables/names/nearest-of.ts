/** The allowed names nearest to what was given, for messages. */

import { nearestName } from '@infersim/scenario';
import { plainName } from './canonical-name.js';

/** Names shown besides the nearest. */
const SHOWN = 3;

/** `h100-sxm (nearest), h100-pcie, …`: the nearest name first, then those that share its beginning, then a count. */
export function nearestOf(given: string, names: readonly string[]): string {
  const plain = plainName(given).replace(/[ _/]+/g, '-');
  const nearest = nearestName(plain, names);
  const letters = /^[a-z]+/.exec(nearest ?? plain)?.[0] ?? '';
  const related = names
    .filter((name) => name !== nearest && letters !== '' && name.startsWith(letters))
    .slice(0, SHOWN);
  const shown = [...(nearest === undefined ? [] : [`${nearest} (nearest)`]), ...related];
  if (shown.length === 0) shown.push(...names.slice(0, SHOWN));
  const rest = names.length - shown.length;
  return rest > 0 ? `${shown.join(', ')} and ${rest} more` : shown.join(', ');
}
