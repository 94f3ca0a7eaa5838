/** The block of objectives: verdict, name, figure against limit, margin; below a missed one, where and why. */

import type { createColors } from 'picocolors';
import { isLimitWithin, rangeText } from './band-lines.js';
import { formatFigure } from './figures.js';
import type { SummaryDocument, SummaryObjective } from './summary-document.js';
import { alignTable, LINE_WIDTH, wrapText } from './text-layout.js';

type Colors = ReturnType<typeof createColors>;

/** Lines within the width of the summary, one or more per objective. */
export function objectiveLines(summary: SummaryDocument, colors: Colors): string[] {
  const rows = summary.objectives.map((objective) => [
    verdictWord(objective),
    objective.name,
    comparison(objective),
    marginText(objective),
  ]);
  const aligned = alignTable(rows, { indent: '  ', leftColumns: 4 });
  const fits = aligned.every((line) => line.length <= LINE_WIDTH);
  return summary.objectives.flatMap((objective, index) => {
    const row = rows[index]!;
    const lines = fits
      ? [aligned[index]!]
      : [
          ...wrapText(`${row[0]}  ${row[1]}`, '        ', LINE_WIDTH, '  '),
          ...wrapText(`${row[2]}, ${row[3]}`, '        '),
        ];
    lines.push(...wrapText(subject(objective) + judgement(objective) + doubt(summary, objective), '        '));
    if (!objective.passed && objective.why !== '') lines.push(...wrapText(`why: ${objective.why}`, '        '));
    lines[0] = lines[0]!.replace(row[0]!, (word) => paint(objective, colors)(word));
    return lines;
  });
}

/** Says which figure decided where it is not the mean itself. */
function judgement(objective: SummaryObjective): string {
  if (objective.judged === null || objective.judged === objective.actual) return '';
  return `; judged on the bound of its interval, ${formatFigure(objective.judged)}`;
}

/** Says so where the model is not sure enough to tell on which side of the limit a real system lies. */
function doubt(summary: SummaryDocument, objective: SummaryObjective): string {
  if (objective.site_share !== undefined) return '';
  const scope = summary.scopes.find((each) => each.scope === objective.scope && each.scope_id === objective.scope_id);
  const band = scope?.metrics[objective.column]?.band;
  return band !== undefined && isLimitWithin(band, objective.limit)
    ? `; the limit lies within the band of model error, ${rangeText(band)}`
    : '';
}

function verdictWord(objective: SummaryObjective): string {
  if (objective.passed) return 'PASS';
  return objective.severity === 'warn' ? 'WARN' : 'FAIL';
}

function paint(objective: SummaryObjective, colors: Colors): (text: string) => string {
  if (objective.passed) return colors.green;
  return objective.severity === 'warn' ? colors.yellow : colors.red;
}

function comparison(objective: SummaryObjective): string {
  const relation = objective.bound === 'max' ? 'max' : 'min';
  const unit = objective.unit === '' ? '' : ` ${objective.unit}`;
  return `${formatFigure(objective.actual)}, ${relation} ${formatFigure(objective.limit)}${unit}`;
}

function marginText(objective: SummaryObjective): string {
  if (objective.margin_pct === null) return 'no margin';
  const sign = objective.margin_pct > 0 ? '+' : '';
  return `margin ${sign}${formatFigure(objective.margin_pct, 3)} %`;
}

function subject(objective: SummaryObjective): string {
  const metric =
    objective.stat === '' || objective.column === objective.metric
      ? objective.metric
      : `${objective.metric} ${objective.stat}`;
  const where = objective.scope === 'all' ? '' : ` of ${objective.scope} ${objective.scope_id}`;
  const share =
    objective.site_share === undefined
      ? ''
      : `: sites that keep to ${formatFigure(objective.site_limit ?? Number.NaN)}`;
  return `${metric}${where}${share}`;
}
