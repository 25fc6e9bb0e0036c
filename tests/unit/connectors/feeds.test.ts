import { describe, expect, it } from 'vitest';
import { crossAsset } from '../../../services/agents/cross_asset/agent.ts';
import { fiscal } from '../../../services/agents/fiscal/agent.ts';
import type { AgentDefinition } from '../../../services/agents/framework/agent.ts';
import { fxEquilibrium } from '../../../services/agents/fx_equilibrium/agent.ts';
import { inflation } from '../../../services/agents/inflation/agent.ts';
import { monetaryPolicy } from '../../../services/agents/monetary_policy/agent.ts';
import { BRAZIL_CURVES, buildBrazil } from '../../../services/silver/curves/brazil.ts';
import type { CurveSet } from '../../../services/silver/curves/curve-set.ts';
import { buildTreasury, TREASURY_CURVES } from '../../../services/silver/curves/treasury.ts';
import { DERIVED_SERIES } from '../../../services/silver/macro/catalog.ts';
import { MACRO_SOURCES } from '../../../services/silver/macro/registry.ts';
import { RETURN_INSTRUMENTS } from '../../../services/silver/returns/instruments.ts';
import { CROSS_CHECK, STORED_ONLY, type CurvePointRow } from '../../../shared/connectors/connector.ts';
import { listKeys, type RegisteredKey } from '../../../shared/connectors/registry.ts';
import type { StoredCurvePoint } from '../../../shared/db/reader.ts';
import { createFitCache } from '../../../shared/numeric/nelson-siegel-fit.ts';
import { addDays } from '../../../shared/time.ts';

const AGENTS: readonly AgentDefinition[] = [inflation, monetaryPolicy, fiscal, fxEquilibrium, crossAsset];
const enabled = listKeys().filter(({ disabled }) => disabled === undefined);

function listReaders(isRead: (agent: AgentDefinition) => boolean): string[] {
  return AGENTS.filter(isRead).map(({ asset }) => asset);
}

/** Derived series that use a series, directly or through another one. */
function listDerived(key: string): string[] {
  const found: string[] = [];
  // Inputs stand above what is derived from them.
  for (const { key: derived, inputs } of DERIVED_SERIES) {
    if (inputs.some((input) => input.key === key || found.includes(input.key))) found.push(derived);
  }
  return found;
}

function listMacroConsumers(key: string): string[] {
  const names = [key, ...listDerived(key)];
  return [
    ...listDerived(key),
    ...listReaders(({ reads }) => (reads.macro ?? []).some((read) => names.includes(read.key))),
  ];
}

function listPriceConsumers(key: string): string[] {
  return listReaders(
    ({ reads: { prices = [], stats = [] } }) =>
      prices.includes(key) || stats.some(({ instrument }) => instrument === key),
  );
}

const DATE = '2025-01-02';
const CURVES_OF: Readonly<Record<string, CurvePointRow['curveId']>> = {
  DI1: 'DI_PRE',
  PRE: 'DI_PRE',
  DAP: 'DI_IPCA',
  DIC: 'DI_IPCA',
  DDI: 'CUPOM_CAMBIAL',
  FRC: 'CUPOM_CAMBIAL',
  DOC: 'CUPOM_CAMBIAL',
  DOL: 'USDBRL_FWD',
  TESOURO: 'NTN_B_REAL',
  UST_NOM: 'UST_NOM',
  UST_REAL: 'UST_REAL',
};
const TENORS = [
  ['1M', 30],
  ['6M', 180],
  ['1Y', 365],
  ['2Y', 730],
  ['3Y', 1095],
  ['5Y', 1825],
  ['7Y', 2555],
  ['10Y', 3650],
  ['20Y', 7300],
  ['30Y', 10_950],
] as const;

/** A flat curve as a key delivers it. */
function buildPoints(key: string): StoredCurvePoint[] {
  const curveId = CURVES_OF[key];
  if (curveId === undefined) throw new Error(`which curve does ${key} deliver?`);
  const isPrice = curveId === 'USDBRL_FWD';
  return TENORS.map(([vertex, calendarDays]) => ({
    key,
    curveId,
    date: DATE,
    vertex,
    maturity: addDays(DATE, calendarDays),
    calendarDays,
    businessDays: Math.round((calendarDays * 252) / 365),
    rate: isPrice ? null : 0.05,
    price: isPrice ? 6 : null,
    rateKind: 'zero',
    revision: 0,
    releaseTime: 0,
  }));
}

function buildCurves(points: readonly StoredCurvePoint[]): Set<string> {
  const sets: CurveSet[] = [buildBrazil(points), buildTreasury(points, createFitCache())];
  const built = sets.flatMap((set) => set.points.filter(({ value }) => value !== null));
  return new Set(built.map(({ curveId }) => curveId));
}

/** Silver curves that are there because of a key: alone, or together with one other key. */
function listCurves(key: string): string[] {
  const curves = [...BRAZIL_CURVES, ...TREASURY_CURVES];
  const mine = buildPoints(key);
  const made = new Set(buildCurves(mine));
  for (const other of Object.keys(CURVES_OF)) {
    const theirs = buildPoints(other);
    const gained = buildCurves([...mine, ...theirs]).difference(buildCurves(theirs));
    for (const curve of gained) made.add(curve);
  }
  return curves.filter((curve) => made.has(curve));
}

function listCurveConsumers(key: string): string[] {
  const curves = listCurves(key);
  const isMade = (curveId: string): boolean => curves.includes(curveId);
  return [
    ...curves,
    ...listReaders(
      ({ reads: { curves: points = [], curveMetrics = [] } }) =>
        points.some(isMade) || curveMetrics.some(({ curveId }) => isMade(curveId)),
    ),
  ];
}

/** What the code makes of a key: the silver asset that reads it, then derived names and agents. */
function listConsumers({ provider, key }: RegisteredKey): { asset: string; names: string[] } {
  if (MACRO_SOURCES.has(key)) return { asset: 'silver_macro', names: listMacroConsumers(key) };
  if (RETURN_INSTRUMENTS.has(key)) return { asset: 'silver_returns', names: listPriceConsumers(key) };
  expect(['b3', 'treasury'], key).toContain(provider);
  return { asset: 'silver_curves', names: listCurveConsumers(key) };
}

/** Asset and names of `feeds`, without the notes in brackets: `silver_macro: US_OUTPUT_GAP, agent_fiscal (why)`. */
function readFeeds(feeds: string): { asset: string; names: string[] } {
  const [asset = '', names = ''] = feeds.replaceAll(/ \([^)]*\)/g, '').split(': ');
  return { asset, names: names.split(', ') };
}

describe('what a key feeds', () => {
  it.each(enabled)('$key says what reads it, or why nothing does', (key) => {
    const { asset, names } = listConsumers(key);
    const says = readFeeds(key.feeds);
    if (names.length === 0) {
      const marker = [STORED_ONLY, CROSS_CHECK].find((start) => key.feeds.startsWith(start)) ?? 'a marker';
      expect(key.feeds.startsWith(marker), `${key.feeds}: nothing reads it`).toBe(true);
      expect(key.feeds.length, key.feeds).toBeGreaterThan(marker.length);
    } else {
      expect(says.asset).toBe(asset);
      expect(says.names.toSorted()).toEqual(names.toSorted());
    }
  });

  it('is not claimed by a disabled key', () => {
    for (const { key, feeds } of listKeys().filter(({ disabled }) => disabled !== undefined)) {
      expect(feeds.startsWith(STORED_ONLY), key).toBe(true);
    }
  });

  it('is a known series or instrument where it is a cross-check', () => {
    const names = new Set(listKeys().map(({ key }) => key));
    const checks = enabled.filter(({ feeds }) => feeds.startsWith(CROSS_CHECK));
    expect(checks.length).toBeGreaterThan(5);
    for (const { key, feeds } of checks) {
      const mentioned = feeds.match(/\b[A-Z][A-Z0-9_]{2,}\b/g) ?? [];
      expect(
        mentioned.filter((name) => !names.has(name)),
        key,
      ).toEqual([]);
    }
  });

  it('covers every input of every agent', () => {
    const known = new Set([...enabled.map(({ key }) => key), ...DERIVED_SERIES.map(({ key }) => key)]);
    const read = AGENTS.flatMap(({ reads }) => [
      ...(reads.macro ?? []).map(({ key }) => key),
      ...(reads.prices ?? []),
      ...(reads.stats ?? []).map(({ instrument }) => instrument),
    ]);
    expect(read.filter((key) => !known.has(key))).toEqual([]);
  });
});
