import { buildBrazil } from '../../services/silver/curves/brazil.ts';
import { deriveCurves } from '../../services/silver/curves/derive.ts';
import { createMacroDeriver } from '../../services/silver/macro/derive.ts';
import { RETURN_INSTRUMENTS } from '../../services/silver/returns/instruments.ts';
import { deriveReturns } from '../../services/silver/returns/derive.ts';
import { pickBarPrices, pickFixingPrices } from '../../services/silver/returns/prices.ts';
import { assessPartition } from '../../services/agents/framework/report.ts';
import { createViews } from '../../services/agents/framework/view.ts';
import type { AgentDefinition } from '../../services/agents/framework/agent.ts';
import type { Panel } from '../../services/agents/framework/panel.ts';
import { getCalendar } from '../../shared/calendars/calendars.ts';
import type { StoredCurvePoint, StoredReport } from '../../shared/db/reader.ts';
import type { ReportRecord } from '../../shared/db/signals.ts';
import type { AgentName } from '../../shared/pipeline/graph.ts';
import { addDays, type Day } from '../../shared/time.ts';
import {
  collectRows,
  connectors,
  lineageOf,
  numberOrNull,
  toStoredBars,
  toStoredFixings,
  toStoredObservations,
} from './recorded-rows.ts';

const breathe = (): Promise<void> => Promise.resolve();

async function collectPrices(instrument: string, from: Day, to: Day) {
  const definition = RETURN_INSTRUMENTS.get(instrument);
  if (definition === undefined) throw new Error(`no instrument ${instrument}`);
  const rows = await collectRows(instrument, from, to);
  const revisions =
    definition.source === 'bars'
      ? pickBarPrices(toStoredBars(rows), definition)
      : pickFixingPrices(toStoredFixings(rows));
  return deriveReturns(
    { instrument, unit: definition.unit, calendar: getCalendar(definition.calendar) },
    revisions.filter(({ date }) => date >= from),
    breathe,
  );
}

async function collectBrazilCurves(from: Day, to: Day) {
  const owners = connectors.b3.keys.filter(({ key }) => key !== 'TESOURO').map(({ key }) => key);
  const points: StoredCurvePoint[] = [];
  for (const owner of owners) {
    for (const row of await collectRows(owner, from, to)) {
      if (row.table !== 'curve_points') continue;
      const { key, curveId, date, vertex, maturity, calendarDays, businessDays, rateKind } = row;
      points.push({
        key,
        curveId,
        date,
        vertex,
        maturity,
        calendarDays,
        businessDays,
        rate: numberOrNull(row.rate),
        price: numberOrNull(row.price),
        rateKind,
        ...lineageOf(row),
      });
    }
  }
  const byDate = [...Map.groupBy(points, ({ date }) => date)].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return byDate.map(([date, revisions]) => deriveCurves(date, revisions, buildBrazil));
}

/**
 * What silver would hold for agents on the recorded data, made in the process by the connectors and the silver
 * derivations themselves: no database. Curves are the Brazilian ones from 2021 on.
 */
export async function collectRecordedPanel(
  agents: readonly AgentDefinition[],
  first: Day,
  last: Day,
): Promise<Panel> {
  const from = addDays(first, -Math.max(...agents.map(({ historyDays }) => historyDays)));
  const keys = new Set(agents.flatMap(({ reads }) => (reads.macro ?? []).map(({ key }) => key)));
  const instruments = new Set(
    agents.flatMap(({ reads }) => [
      ...(reads.prices ?? []),
      ...(reads.stats ?? []).map(({ instrument }) => instrument),
    ]),
  );
  const deriver = createMacroDeriver({
    breathe,
    observationsOf: async ({ key }) => toStoredObservations(await collectRows(key, from, last)),
  });
  const macro = [];
  for (const key of [...keys].toSorted()) macro.push(...(await deriver.rowsOf(key)));
  const returns = [];
  for (const instrument of [...instruments].toSorted())
    returns.push(await collectPrices(instrument, from, last));
  const curves = await collectBrazilCurves(first, last);
  return {
    macro,
    prices: returns.flatMap(({ prices }) => prices),
    stats: returns.flatMap(({ stats }) => stats),
    curvePoints: curves.flatMap(({ points }) => points),
    curveMetrics: curves.flatMap(({ metrics }) => metrics),
    reports: new Map(),
  };
}

/** Runs agents one after the other over ascending partitions; each reads the reports of those before it. */
export function assessAgents(
  agents: readonly AgentDefinition[],
  panel: Panel,
  partitions: readonly Day[],
): Map<AgentName, ReportRecord[]> {
  const reports = new Map<AgentName, StoredReport[]>();
  const results = new Map<AgentName, ReportRecord[]>();
  for (const agent of agents) {
    const visible = { ...panel, reports };
    const views = createViews(agent, visible);
    const records = partitions.map((partition) => assessPartition(agent, views.at(partition)));
    results.set(agent.asset, records);
    reports.set(
      agent.asset,
      records.map((record) => ({ ...record, agent: agent.asset, outputs: { ...record.outputs } })),
    );
  }
  return results;
}
