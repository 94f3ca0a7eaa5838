import type { RegionEntry } from '@infersim/catalog';
import { expect, test } from 'vitest';
import { catalogEntryText, catalogListText } from '../src/index.js';

const region: RegionEntry = {
  id: 'us-somewhere',
  name: 'Somewhere',
  country: 'US',
  zones: ['us'],
  latitude: 1,
  longitude: 2,
  networkNode: 'node',
  electricityUsdPerKwh: {
    value: 0.0725,
    unit: 'USD/kWh',
    grade: 'specified',
    source: 'a tariff sheet',
    low: 0.06,
    high: 0.09,
  },
  carbonGPerKwh: { value: 380, unit: 'g CO2e/kWh', grade: 'assumed', source: 'an estimate', note: 'yearly mean' },
  demandUsdPerKwMonth: { value: 15, unit: 'USD/kW month', grade: 'specified', source: 'a tariff sheet' },
  utcOffsetH: -5,
};

test('a list shows the figures that tell entries apart and the worst grade among them', () => {
  expect(catalogListText('regions', [region])).toMatchInlineSnapshot(`
    "id            zones  USD/kWh  USD/kW month  g CO2e/kWh  grade
    us-somewhere  us      0.0725            15         380  assumed
    "
  `);
});

test('an entry shows every number with unit, range, grade and source', () => {
  expect(catalogEntryText<'regions'>(region)).toMatchInlineSnapshot(`
    "id           us-somewhere
    name         Somewhere
    country      US
    zones        us
    latitude     1
    longitude    2
    networkNode  node
    utcOffsetH   -5

    figure                value   unit          low - high   grade
    electricityUsdPerKwh  0.0725  USD/kWh       0.06 - 0.09  specified
        source: a tariff sheet
    carbonGPerKwh         380     g CO2e/kWh                 assumed
        source: an estimate
        note: yearly mean
    demandUsdPerKwMonth   15      USD/kW month               specified
        source: a tariff sheet
    "
  `);
});
