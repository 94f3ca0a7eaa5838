/**
 * How far predictions were from measurements when the model family was left out of the fit: quantiles 10 %, 50 % and
 * 90 % of ln(measured/predicted). Made by `errorRecordSource` from the errors of a leave-out run; do not edit.
 */

import type { ErrorRecord } from '../error-record.js';

/** The record that ships. */
export const ERROR_RECORD: ErrorRecord = {
  groups: [],
  ranges: [],
  widths: {
    'device+family+engine': 1,
    'device+engine': 1.25,
    device: 1.5,
    class: 1.75,
  },
};
