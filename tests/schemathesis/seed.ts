import { randomUUID } from 'node:crypto';
import { syncAlerts } from '../../shared/db/alerts.ts';
import { createOverride } from '../../shared/db/check-overrides.ts';
import type { Database } from '../../shared/db/client.ts';
import { checkResults, observations, silverCurvePoint, silverMacro, ticks } from '../../shared/db/schema.ts';
import { registerSeries } from '../../shared/db/series.ts';
import { storeReports } from '../../shared/db/signals.ts';
import { CURRENT_VERSIONS } from '../../shared/pipeline/agent-versions.ts';
import { AGENT_NAMES } from '../../shared/pipeline/graph.ts';

const RELEASED = new Date('2022-01-11T12:00:00Z');

/** Writes a little of everything that the API can show. */
export async function seedLedger(db: Database): Promise<void> {
  const taskId = randomUUID();
  await registerSeries(db);
  await db.insert(observations).values({
    key: 'BR_IPCA_MOM',
    date: '2021-12-01',
    value: '0.73',
    vintageAt: RELEASED,
    ruleReleaseTime: RELEASED,
    ruleReleaseBasis: 'calendar',
    revision: 0,
    releaseTime: RELEASED,
    releaseTimeBasis: 'calendar',
    vintageBasis: 'first_seen',
    ingestVersion: 1,
    taskId,
  });
  await db.insert(silverMacro).values({
    seriesKey: 'BR_IPCA_MOM',
    transform: 'level',
    periodStart: '2021-12-01',
    period: '2021-12',
    knownAt: RELEASED,
    value: 0.73,
    unit: 'percent_per_month',
    reason: null,
    inputs: 'BR_IPCA_MOM[2021-12-01] r0',
  });
  await db.insert(silverCurvePoint).values({
    curveId: 'DI_PRE',
    curveDate: '2022-01-10',
    tenor: '1Y',
    calendarDays: 365,
    businessDays: 252,
    knownAt: RELEASED,
    value: 0.12,
    valueKind: 'zero_rate',
    method: 'flat_forward',
    flags: [],
    reason: null,
    inputs: 'DI1[2022-01-10] 38 vertices r0',
  });
  await db.insert(checkResults).values({
    asset: 'bronze_bcb_sgs',
    key: 'BR_IPCA_MOM',
    check: 'range',
    severity: 'block',
    status: 'failed',
    fromDate: '2021-12-01',
    toDate: '2021-12-01',
    tested: 1,
    dates: ['2021-12-01'],
    expected: '-1 … 5 percent_per_month',
    observed: '73',
    taskId,
  });
  await db.insert(ticks).values({
    schedule: 'weekday',
    dueAt: RELEASED,
    partition: '2022-01-10',
    outcome: 'missed',
  });
  await syncAlerts(
    db,
    { name: 'calendar_horizon', severity: 'warning' },
    [{ subject: 'BR_ANBIMA', severity: 'warning', message: 'BR_ANBIMA ends soon' }],
    { now: RELEASED.getTime(), channels: [] },
  );
  await createOverride(db, {
    provider: 'bcb_sgs',
    key: 'BR_IPCA_MOM',
    check: 'range',
    from: '2021-12-01',
    to: '2021-12-01',
    actor: 'seed',
    reason: 'published so',
  });
  await db.transaction((tx) =>
    storeReports(
      tx,
      AGENT_NAMES.map((agent) => ({
        agent,
        partition: '2022-01-10',
        modelVersion: CURRENT_VERSIONS[agent],
        status: 'complete',
        coverage: 1,
        narrative: `${agent} on 2022-01-10`,
        outputs: {},
        outputSources: [],
        diagnostics: {},
        dataQualityFlags: [],
        signals: [],
      })),
      taskId,
    ),
  );
}
