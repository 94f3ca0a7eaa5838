/**
 * From the name a table gives a device to its catalog entry.
 *
 * An id, a name or an alias of the catalog is taken as it is, whatever its case and separators. Otherwise rules on the words of
 * the name decide, the narrow ones first: what sets devices apart is the chip, then the board (SXM, PCIe, NVL), then the
 * memory where one chip was sold with two. A bare `A100` or `H100` is the 80 GB SXM board, as published tables mean it.
 */

import { devices, findDevice } from '@infersim/catalog';
import { RowFault } from '../row-fault.js';
import { plainName, squeezedName } from './canonical-name.js';
import { nearestOf } from './nearest-of.js';

/**
 * What may follow the number of a chip: the end of the word, a board or memory written onto it (`h100sxm5`), or how many there
 * are (`h100x8`). Any other letter or digit makes the name of something else (H1000, A100X).
 */
const END = '(?=$| |sxm|pci|nvl|hbm|x\\d)';

/** A rule on the number of a chip and on words that come after it. */
function chip(number: string, after = ''): RegExp {
  return new RegExp(`\\b${number}${END}${after}`);
}

/** First match wins; several ids are tried in their order, the first that the catalog has is taken. */
const RULES: readonly (readonly [RegExp, ...string[]])[] = [
  [chip('vr200'), 'vr200-nvl72'],
  [chip('gb300'), 'gb300-nvl72'],
  [chip('gb200'), 'gb200-nvl72'],
  [chip('gh200', '.*\\b14[14]'), 'gh200-144'],
  [chip('gh200'), 'gh200-96'],
  [chip('b300'), 'b300-sxm'],
  [chip('b200'), 'b200-sxm'],
  [chip('h20'), 'h20'],
  [chip('h200', '.*nvl'), 'h200-nvl'],
  [chip('h200'), 'h200-sxm'],
  [chip('h100', '.*nvl'), 'h100-nvl'],
  [chip('h100', '.*pci'), 'h100-pcie'],
  [chip('h100'), 'h100-sxm'],
  [chip('a100', '.*pci.*\\b40'), 'a100-40-pcie'],
  [chip('a100', '.*\\b40 ?g?b?.*pci'), 'a100-40-pcie'],
  [chip('a100', '.*pci'), 'a100-80-pcie'],
  [chip('a100', '.*\\b40'), 'a100-40-sxm'],
  [chip('a100'), 'a100-80-sxm'],
  [chip('l40s'), 'l40s'],
  [chip('l40'), 'l40'],
  [/\bl4\b/, 'l4'],
  [chip('a10g'), 'a10g'],
  [/\ba40\b/, 'a40'],
  [/\brtx ?(pro ?6000|6000 ?pro)\b.*server/, 'rtx-pro-6000-server', 'rtx-pro-6000'],
  [/\brtx ?(pro ?6000|6000 ?pro\b)/, 'rtx-pro-6000'],
  [/\b(rtx ?)?5090\b/, 'rtx-5090'],
  [/\b(rtx ?)?4090\b/, 'rtx-4090'],
  [/\b(rtx ?)?4080\b/, 'rtx-4080'],
  [/\b(rtx ?)?3090\b/, 'rtx-3090'],
  [/\b6000 ada\b/, 'rtx-6000-ada'],
  [/\brtx ?4000 ada\b/, 'rtx-4000-ada'],
  [/\ba6000\b/, 'rtx-a6000'],
  [/\b(dgx ?spark|gb10)\b/, 'dgx-spark-gb10'],
  [/\bb60\b/, 'arc-pro-b60'],
  [/\bmi(250x|300x|325x|350x|355x|455x)\b/, 'mi$1'],
  [/\bmi250\b/, 'mi250x'],
  [/\bmi350\b/, 'mi350x'],
  [/\bmi355\b/, 'mi355x'],
  [/\bmi325\b/, 'mi325x'],
  [/\bmi300\b/, 'mi300x'],
  [/\bgaudi ?([23])\b/, 'gaudi$1'],
  [/\btpu ?v?(4|5e|5p|6e|7)\b/, 'tpu-v$1'],
  [/\btrillium\b/, 'tpu-v6e'],
  [/\bironwood\b/, 'tpu-v7'],
  [/\b(trainium|trn) ?([123])\b/, 'trainium$2'],
  [/\b(inferentia|inf) ?2\b/, 'inferentia2'],
  [/\b(apple )?(m\d) (max|ultra|pro)\b/, 'apple-$2-$3'],
  [/\bapple (m\d)\b/, 'apple-$1'],
  [/\b(m\d) \d+ core\b/, 'apple-$1'],
  [/\bapple (a\d\d) pro\b/, 'apple-$1-pro'],
  [/\bsnapdragon 8 elite gen ?5\b/, 'snapdragon-8-elite-gen5'],
  [/\bsnapdragon 8 elite\b/, 'snapdragon-8-elite'],
  [/\bsnapdragon 8 gen ?3\b/, 'snapdragon-8-gen3'],
  [/\bgalaxy s25\b/, 'snapdragon-8-elite'],
  [/\bgalaxy s24\b/, 'snapdragon-8-gen3'],
  [/\bsnapdragon x2 elite\b/, 'snapdragon-x2-elite'],
  [/\bsnapdragon x elite\b/, 'snapdragon-x-elite'],
  [/\bryzen ai max\+? .*npu/, 'ryzen-ai-max-395-npu', 'ryzen-ai-max-395'],
  [/\bryzen ai max\b/, 'ryzen-ai-max-395'],
  [/\b(strix halo)\b/, 'ryzen-ai-max-395'],
  [/\bryzen ai (9 )?(hx )?3\d\d\b/, 'ryzen-ai-300'],
  [/\bjetson orin nano/, 'jetson-orin-nano-super'],
  [/\bjetson orin nx/, 'jetson-orin-nx-16'],
  [/\bjetson agx orin/, 'jetson-agx-orin-64'],
  [/\bjetson (agx )?thor/, 'jetson-agx-thor'],
];

/** GeForce boards: the driver refuses direct access between them. */
const NO_PEER_ACCESS = new Set(['rtx-3090', 'rtx-4080', 'rtx-4090', 'rtx-5090']);

/** Catalog id of a device, or undefined when no rule and no entry fits. */
export function deviceIdFor(name: string): string | undefined {
  const squeezed = squeezedName(name);
  if (squeezed === '') return undefined;
  const exact = devices().find(
    (device) => squeezedName(device.id) === squeezed || squeezedName(device.name) === squeezed,
  );
  if (exact !== undefined) return exact.id;
  const words = plainName(name)
    .replace(/[-_/,()]+/g, ' ')
    .replace(/\s+/g, ' ');
  for (const [pattern, ...ids] of RULES) {
    const match = pattern.exec(words);
    if (match === null) continue;
    const wanted = ids.map((id) => id.replace(/\$(\d)/g, (_, group: string) => match[Number(group)] ?? ''));
    // A rule that fits but has no entry ends the search: a wider rule would name another device.
    return wanted.find((id) => findDevice(id) !== undefined);
  }
  return undefined;
}

/** Catalog id of the device in a row's cell; a device that the catalog lacks is a fault. */
export function requireDevice(column: string, name: string): string {
  const id = deviceIdFor(name);
  if (id !== undefined) return id;
  const ids = devices().map((device) => device.id);
  throw new RowFault('ROW_DEVICE', column, 'the catalog has no such device', name, nearestOf(name, ids));
}

/** Whether devices of this kind reach each other's memory directly in the machines they are sold for. */
export function hasPeerAccess(deviceId: string): boolean {
  return !NO_PEER_ACCESS.has(deviceId);
}
