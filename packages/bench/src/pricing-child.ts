/** Child of the measurement of step pricing: takes a `PricingTask` as JSON and prints its figures. */

import { type PricingTask, pricingFigures } from './step-pricing.js';

process.stdout.write(JSON.stringify(pricingFigures(JSON.parse(process.argv[2] ?? '') as PricingTask)));
