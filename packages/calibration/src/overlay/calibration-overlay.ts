/** The constants of a calibration as an overlay file: each with where it comes from and how well its rows are met. */

import type { CalibratedConstant } from '../calibrate.js';
import { type OverlayConstant, overlayText } from './overlay-text.js';

/** Source line of one constant. */
function sourceOf({ rows, noise }: CalibratedConstant): string {
  return `infersim calibrate: ${rows} figures, ${(100 * noise).toPrecision(2)} % beside the fit`;
}

/** Overlay file text of a calibration's constants; `note` says what was measured, where and when. */
export function calibrationOverlay(constants: readonly CalibratedConstant[], note: string): string {
  const entries = constants.map(
    (constant): OverlayConstant => ({
      path: constant.path,
      value: constant.after,
      low: constant.low,
      high: constant.high,
      grade: 'fitted',
      source: sourceOf(constant),
    }),
  );
  return overlayText(entries, note);
}
