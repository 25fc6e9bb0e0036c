import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findFreePort } from '../../infra/local/free-port.ts';
import { PROJECT_DIR } from '../../infra/local/settings.ts';
import { SERVICES } from '../../infra/local/stack.ts';
import {
  endDemo,
  makeDemoDir,
  readStack,
  startDemo,
  waitInDemo,
  type DemoProcess,
} from '../helpers/demo-process.ts';
import { listPanelExpressions, listRecorded, type Expression } from '../helpers/expressions.ts';
import { MINUTE } from '../../shared/time.ts';
import { waitFor } from '../helpers/pipeline.ts';
import { describeWithPrometheus } from '../helpers/prometheus.ts';

/** The assets × weekdays of the demo below. */
const [FROM, TO, PARTITIONS] = ['2021-03-01', '2021-03-05', 14 * 5];
const PATIENCE_MS = 15 * MINUTE;

/** A process that does not answer within a second is not known of for a while. */
const patience = { timeout: 2 * MINUTE };

interface Answer {
  readonly data: {
    readonly result: readonly {
      readonly metric: Readonly<Record<string, string>>;
      readonly value: [number, string];
    }[];
  };
}

describeWithPrometheus('prometheus', 'a Prometheus beside a local stack', (program) => {
  let demo: DemoProcess;
  let prometheus: ChildProcess | undefined;
  let url: string;

  const ask = async (expr: string): Promise<Answer['data']['result']> => {
    const response = await fetch(`${url}/api/v1/query?query=${encodeURIComponent(expr)}`);
    const text = await response.text();
    if (!response.ok) throw new Error(`${expr}: ${text}`);
    return (JSON.parse(text) as Answer).data.result;
  };

  /** Those of the expressions that nothing is known for now. */
  const listEmpty = async (expressions: readonly Expression[]): Promise<string[]> => {
    const empty: string[] = [];
    for (const { place, expr } of expressions)
      if ((await ask(expr)).length === 0) empty.push(`${place}: ${expr}`);
    return empty;
  };

  /** What the shipped configuration says, asking every second and finding this demo. */
  const writeConfig = (dataDir: string): string => {
    const folder = join(PROJECT_DIR, 'infra/prometheus');
    const text = readFileSync(join(folder, 'local.yml'), 'utf8')
      .replaceAll(/_interval: \d+s/g, '_interval: 1s')
      .replace('../../.data/', `${dataDir}/`)
      .replace('[rules.yml]', `[${join(folder, 'rules.yml')}]`);
    const file = join(dataDir, 'prometheus.yml');
    writeFileSync(file, text);
    return file;
  };

  beforeAll(async () => {
    demo = await startDemo(makeDemoDir(), FROM, TO);
    const targets = join(demo.dataDir, 'prometheus-targets.json');
    await waitInDemo(demo, () => existsSync(targets) || undefined);
    const port = await findFreePort();
    url = `http://127.0.0.1:${port}`;
    prometheus = spawn(
      program,
      [
        `--config.file=${writeConfig(demo.dataDir)}`,
        `--storage.tsdb.path=${join(demo.dataDir, 'prometheus')}`,
        `--web.listen-address=127.0.0.1:${port}`,
      ],
      { stdio: 'ignore' },
    );
    await waitFor(
      'Prometheus',
      () =>
        fetch(`${url}/-/ready`).then(
          (answer) => answer.ok,
          () => false,
        ),
      PATIENCE_MS,
    );
    await waitFor(
      'the demo to be done',
      async () => {
        const [done] = await ask('sum(macro_asset_partitions{state!="failed"})');
        return Number(done?.value[1]) === PARTITIONS;
      },
      PATIENCE_MS,
    );
    // A worker counts a task after its commit and is asked a second later; a rate needs two scrapes, and what is recorded
    // from it one evaluation more.
    const counted = 'sum(macro_task_attempts_total{outcome="succeeded"} offset 5s) >= 14';
    const scraped = 'min(count_over_time(macro_check_results_total[10m])) > 3';
    for (const expr of [counted, scraped])
      await waitFor(expr, async () => (await ask(expr)).length > 0, PATIENCE_MS);
  });

  afterAll(async () => {
    if (prometheus !== undefined && prometheus.exitCode === null) {
      const ended = once(prometheus, 'exit');
      prometheus.kill('SIGTERM');
      await ended;
    }
    if (demo !== undefined) await endDemo(demo);
  });

  it('finds every process of the stack up', async () => {
    const services = [...SERVICES, 'replay'].toSorted();
    // One that did not answer within the second that is left to it is asked again.
    await expect
      .poll(
        async () => (await ask('up == 1')).map(({ metric }) => String(metric['service'])).toSorted(),
        patience,
      )
      .toEqual(services);
    expect(await ask('up')).toHaveLength(services.length);
    expect(Object.keys(readStack(demo).metricsUrls).length).toBe(services.length);
  });

  it('has data for every expression of the dashboards', async () => {
    const expressions = listPanelExpressions();
    expect(expressions.length).toBeGreaterThan(35);
    await expect.poll(() => listEmpty(expressions), patience).toEqual([]);
  });

  it('has data for everything that is recorded and so for every alert, which fire for what is so and for nothing else', async () => {
    await expect
      .poll(() => listEmpty(listRecorded().map((name) => ({ place: 'rules.yml', expr: name }))), patience)
      .toEqual([]);
    const listFiring = async () => {
      const firing = await ask('ALERTS{alertstate="firing"}');
      return [...new Set(firing.map(({ metric }) => metric['alertname']))];
    };
    // The recorded data have rows that the checks hold back, and must: an alert fires for what is so, and no other does.
    await expect.poll(listFiring, patience).toContain('MacroRowsHeld');
    expect(await listFiring()).toEqual(['MacroRowsHeld']);
  });

  it('counts what the stack has done', async () => {
    const value = (expr: string) =>
      expect.poll(async () => Number((await ask(expr))[0]?.value[1]), { ...patience, message: expr });
    await value('count(sum by (asset) (macro_task_attempts_total{outcome="succeeded"}) > 0)').toBe(14);
    await value('sum(macro_provider_requests_total{outcome="answered"})').toBeGreaterThan(50);
    await value('sum(macro_ingest_rows_total{outcome="new"})').toBeGreaterThan(1_000);
    await value('sum(macro_http_request_seconds_count{route="/v1/backfills",method="POST"})').toBe(1);
  });
});
