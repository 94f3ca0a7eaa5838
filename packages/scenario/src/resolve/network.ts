/**
 * Round trips from every origin to every group of sites.
 *
 *   origin in a region: last mile + region to region + uplink of the site
 *   origin at a site:   LAN within; uplink + region to region + uplink of the other site
 *
 * Cloud sites hang on the network directly; enterprise and edge sites through their uplink. A round trip given in
 * `network.rtt` replaces the whole sum. Milliseconds in the catalog, seconds here.
 */

import {
  accessKinds,
  findAccess,
  findNetworkNode,
  type GridKind,
  networkNodes,
  type RegionEntry,
  roundTrip,
} from '@infersim/catalog';
import type { OriginPlan } from '@infersim/fleet';
import type { SiteInput } from '../schema/site-fields.js';
import type { WorkloadInput } from '../schema/workload-fields.js';
import type { Path } from '../yaml/located.js';
import type { ResolveContext } from './context.js';
import { type OwnEntries, unknownName } from './own-entries.js';

/** A group of like sites as the network sees it. */
export interface NetworkSite {
  readonly id: string;
  readonly grid: GridKind;
  readonly region: RegionEntry;
  readonly uplinkS: number;
}

/** Access kind of a site by grid where it names none; the cloud has none. */
const DEFAULT_UPLINK: Record<GridKind, string | null> = { cloud: null, enterprise: 'direct-connect', edge: 'fibre' };
/** Last mile of users in a region who name none. */
const DEFAULT_ACCESS = 'fibre';

/** Round trip of a site's uplink, seconds; 0 after filing an unknown name. */
export function resolveUplink(ctx: ResolveContext, path: Path, site: SiteInput, grid: GridKind): number {
  const at: Path = [...path, 'uplink'];
  const preset = DEFAULT_UPLINK[grid];
  if (site.uplink === undefined && preset === null) return 0;
  const name = ctx.fill(at, site.uplink, preset ?? '', { unit: '', from: 'default', source: `${grid} sites` });
  return accessS(ctx, at, name);
}

function accessS(ctx: ResolveContext, path: Path, name: string): number {
  const access = findAccess(name);
  if (access === undefined) {
    unknownName(
      ctx,
      path,
      'access',
      name,
      accessKinds().map((entry) => entry.id),
      'access kinds',
    );
    return 0;
  }
  if (access.rttMs.grade === 'assumed')
    ctx.constants.push({
      where: 'network',
      name: `access ${access.id}`,
      value: access.rttMs.value,
      unit: 'ms',
      grade: 'assumed',
    });
  return access.rttMs.value / 1000;
}

/** An origin before its round trips are known. */
interface Origin {
  readonly id: string;
  readonly siteGroup: number;
  readonly node: string;
  readonly accessS: number;
  /** Names that `network.rtt` may use for it. */
  readonly names: readonly string[];
  readonly utcOffsetH: number;
}

export class Network {
  readonly #ctx: ResolveContext;
  readonly #sites: readonly NetworkSite[];
  readonly #entries: OwnEntries;
  readonly #origins: Origin[] = [];
  readonly #lanS: number;

  constructor(ctx: ResolveContext, entries: OwnEntries, sites: readonly NetworkSite[]) {
    this.#ctx = ctx;
    this.#sites = sites;
    this.#entries = entries;
    const lan = findAccess('lan')?.rttMs;
    this.#lanS =
      lan === undefined
        ? (ctx.scenario.network.lan ?? 0)
        : ctx.fillFrom(['network', 'lan'], ctx.scenario.network.lan, lan, 's', 1e-3);
  }

  /** Index of a workload's origin, or -1 after filing why there is none. */
  origin(
    path: Path,
    workload: WorkloadInput,
    siteIds: readonly string[],
    counts: readonly number[],
    declaredSites: readonly string[],
  ): number {
    const at: Path = [...path, 'from'];
    const { from } = workload;
    const named = (['region', 'site', 'each_site_of'] as const).filter((key) => from[key] !== undefined);
    const key = named[0];
    if (key === undefined || named.length > 1) {
      if (!this.#ctx.isPartial || named.length > 1)
        this.#ctx.problemAtKey(at, {
          code: 'SCENARIO_ORIGIN',
          message:
            named.length === 0
              ? '`from` names no place'
              : `\`from\` names ${named.map((each) => `\`${each}\``).join(' and ')}`,
          allowed: ['one of region, site, each_site_of'],
        });
      return -1;
    }
    const name = from[key] ?? '';
    if (key === 'region') return this.#regionOrigin([...at, 'region'], [...at, 'access'], name, from.access);
    const group = siteIds.indexOf(name);
    if (group < 0) {
      if (!declaredSites.includes(name)) unknownName(this.#ctx, [...at, key], 'site', name, declaredSites, 'sites');
      return -1;
    }
    if (key === 'site' && (counts[group] ?? 1) > 1) {
      this.#ctx.problem([...at, 'site'], {
        code: 'SCENARIO_ORIGIN',
        message: `\`${name}\` is ${counts[group]} like sites`,
        given: name,
        allowed: [`each_site_of: ${name}`],
      });
      return -1;
    }
    return this.#siteOrigin([...at, 'access'], group, from.access);
  }

  /** Local time of an origin minus UTC, hours. */
  utcOffsetH(origin: number): number {
    return this.#origins[origin]?.utcOffsetH ?? 0;
  }

  #regionOrigin(path: Path, accessPath: Path, name: string, access: string | undefined): number {
    const node = findNetworkNode(name);
    const known = this.#entries.regionIds().includes(name);
    if (node === undefined && !known) {
      const names = [...this.#entries.regionIds(), ...networkNodes().map((each) => each.id)];
      unknownName(this.#ctx, path, 'region', name, names, 'regions');
      return -1;
    }
    const region = known ? this.#entries.region(name, path) : null;
    if (known && region === null) return -1;
    const kind = this.#ctx.fill(accessPath, access, DEFAULT_ACCESS, {
      unit: '',
      from: 'default',
      source: 'users at home',
    });
    const id = kind === DEFAULT_ACCESS ? name : `${name}-${kind}`;
    const longitude = node?.longitude ?? 0;
    return this.#add({
      id,
      siteGroup: -1,
      node: region?.networkNode ?? name,
      accessS: accessS(this.#ctx, accessPath, kind),
      names: [id, name],
      utcOffsetH: region?.utcOffsetH ?? Math.round(longitude / 15),
    });
  }

  #siteOrigin(accessPath: Path, group: number, access: string | undefined): number {
    const site = this.#sites[group];
    if (site === undefined) return -1;
    const lanS = access === undefined ? this.#lanS : accessS(this.#ctx, accessPath, access);
    const id = access === undefined ? site.id : `${site.id}-${access}`;
    return this.#add({
      id,
      siteGroup: group,
      node: site.region.networkNode,
      accessS: lanS,
      names: [id, site.id],
      utcOffsetH: site.region.utcOffsetH,
    });
  }

  #add(origin: Origin): number {
    const before = this.#origins.findIndex((each) => each.id === origin.id);
    if (before >= 0) return before;
    this.#origins.push(origin);
    return this.#origins.length - 1;
  }

  /** All origins with their round trips. Call once, after all workloads. */
  plans(): OriginPlan[] {
    this.#checkGiven();
    return this.#origins.map((origin) => ({
      id: origin.id,
      siteGroup: origin.siteGroup,
      rttS: this.#sites.map((site, group) => this.#roundTripS(origin, site, group)),
    }));
  }

  #roundTripS(origin: Origin, site: NetworkSite, group: number): number {
    const given = this.#given(origin, site);
    if (given !== undefined) return given;
    if (origin.siteGroup === group) return origin.accessS;
    const between = roundTrip(origin.node, site.region.networkNode);
    const own = origin.siteGroup < 0 ? 0 : (this.#sites[origin.siteGroup]?.uplinkS ?? 0);
    return origin.accessS + own + (between?.value ?? 0) / 1000 + site.uplinkS;
  }

  #given(origin: Origin, site: NetworkSite): number | undefined {
    const siteNames = [site.id, site.region.id];
    const match = this.#ctx.scenario.network.rtt.find(
      ({ from, to }) =>
        (origin.names.includes(from) && siteNames.includes(to)) ||
        (origin.names.includes(to) && siteNames.includes(from)),
    );
    return match?.rtt;
  }

  #checkGiven(): void {
    if (this.#ctx.isPartial) return;
    const names = [
      ...new Set([
        ...this.#origins.flatMap((origin) => origin.names),
        ...this.#sites.flatMap((site) => [site.id, site.region.id]),
      ]),
    ];
    for (const [index, entry] of this.#ctx.scenario.network.rtt.entries())
      for (const key of ['from', 'to'] as const)
        if (!names.includes(entry[key]))
          unknownName(
            this.#ctx,
            ['network', 'rtt', index, key],
            'place',
            entry[key],
            names,
            'origins, sites and regions',
          );
  }
}
