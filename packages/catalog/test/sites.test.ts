import { describe, expect, test } from 'vitest';
import { findDevice, findNetworkNode, findRegion, racks, regions } from '../src/lookup.js';

describe('regions', () => {
  test('stand on a node of the round-trip matrix and inside the globe', () => {
    for (const r of regions()) {
      expect(findNetworkNode(r.networkNode), r.id).toBeDefined();
      expect(Math.abs(r.latitude)).toBeLessThanOrEqual(90);
      expect(Math.abs(r.longitude)).toBeLessThanOrEqual(180);
      expect(Math.abs(r.utcOffsetH)).toBeLessThanOrEqual(14);
      expect(r.zones.length, r.id).toBeGreaterThan(0);
    }
  });

  test('have plausible prices, carbon, demand charges and PUE', () => {
    for (const r of regions()) {
      expect(r.electricityUsdPerKwh.value, r.id).toBeGreaterThan(0.02);
      expect(r.electricityUsdPerKwh.value, r.id).toBeLessThan(0.5);
      expect(r.carbonGPerKwh.value, r.id).toBeGreaterThan(10);
      expect(r.carbonGPerKwh.value, r.id).toBeLessThan(900);
      expect(r.demandUsdPerKwMonth.value, r.id).toBeGreaterThan(0);
      expect(r.pue!.value, r.id).toBeGreaterThan(1);
      expect(r.pue!.value, r.id).toBeLessThan(1.6);
    }
  });

  test('emit more over the life cycle than in operation', () => {
    for (const r of regions()) {
      if (r.carbonOperationalGPerKwh && r.carbonGPerKwh.grade !== 'measured') {
        expect(r.carbonGPerKwh.value, r.id).toBeGreaterThan(r.carbonOperationalGPerKwh.value);
      }
    }
  });

  test('have day shapes of 24 hours with mean 1 and a named source', () => {
    const shaped = regions().filter(({ touMultiplier }) => touMultiplier !== undefined);
    expect(shaped.length).toBeGreaterThan(20);
    for (const { id, touMultiplier, touSource } of shaped) {
      expect(touMultiplier, id).toHaveLength(24);
      let sum = 0;
      for (const multiplier of touMultiplier!) sum += multiplier;
      expect(Math.abs(sum / 24 - 1), id).toBeLessThan(2e-4);
      expect(touSource).toContain('assumed');
    }
  });

  test('carry known figures', () => {
    expect(findRegion('us-pjm-virginia')).toMatchObject({
      electricityUsdPerKwh: { value: 0.0892, unit: 'USD/kWh', grade: 'measured' },
      carbonOperationalGPerKwh: { value: 322 },
      demandUsdPerKwMonth: { value: 16 },
      networkNode: 'us-east-virginia',
      utcOffsetH: -5,
    });
    expect(findRegion('eu-frankfurt')?.carbonGPerKwh.value).toBe(381);
    expect(findRegion('au-sydney')?.climate?.warmestMonth).toBe(1);
    expect(regions().filter(({ zones }) => zones.includes('eu')).length).toBeGreaterThanOrEqual(8);
  });
});

describe('racks', () => {
  test('hold known devices and draw less at rest than at work', () => {
    for (const rack of racks()) {
      const device = findDevice(rack.deviceId ?? '');
      expect(device, rack.id).toBeDefined();
      expect(rack.maxPowerW.value, rack.id).toBeGreaterThanOrEqual(rack.typicalPowerW?.value ?? 0);
      expect(rack.typicalPowerW?.value ?? Number.POSITIVE_INFINITY, rack.id).toBeGreaterThan(
        rack.idlePowerW?.value ?? 0,
      );
    }
  });

  test('leave room beside the devices: a DGX H100 is 10.2 kW with 5.6 kW of GPUs', () => {
    const dgx = racks().find(({ id }) => id === 'dgx-h100')!;
    const devicesW = dgx.deviceCount.value * findDevice('h100-sxm')!.tdpW.value;
    expect(dgx.maxPowerW.value - devicesW).toBe(dgx.nonDeviceMaxW!.value);
  });
});
