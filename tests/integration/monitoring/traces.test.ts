import { SpanKind } from '@opentelemetry/api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graph } from '../../../shared/pipeline/graph.ts';
import { startTracing } from '../../../shared/trace-export.ts';
import { currentTraceparent, inSpan, TICK_SPAN } from '../../../shared/tracing.ts';
import { startOtlpReceiver, type OtlpReceiver, type ReceivedSpan } from '../../helpers/otlp-receiver.ts';
import { createPipeline, handlersWith, succeed, waitFor, type TestPipeline } from '../../helpers/pipeline.ts';
import { startApi, type RunningApi } from '../api/running-api.ts';

const SECRET = 'a-key-of-fred-that-nobody-sees';
/** Goes into the database as a parameter. */
const VALUE = 'a-key-for-one-request';
const BODY = { from: '2022-06-27', to: '2022-06-28' };
/** Of OTLP, which counts from one. */
const KIND = { server: SpanKind.SERVER + 1, client: SpanKind.CLIENT + 1, consumer: SpanKind.CONSUMER + 1 };
const CALLER = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

let receiver: OtlpReceiver;
let api: RunningApi;
let pipeline: TestPipeline;
let trace: readonly ReceivedSpan[];
let sampled: Readonly<Record<'tick' | 'other', string | null>>;

/** What is written into a run that is planned in a span without a parent. */
const beginTrace = (name: string): Promise<string | null> =>
  inSpan(name, {}, async () => currentTraceparent());

beforeAll(async () => {
  receiver = await startOtlpReceiver();
  const tracing = startTracing('test', receiver.url, { authorization: 'Bearer a-key of the collector' });
  api = await startApi();
  pipeline = createPipeline(api.world, { REPLAY_URL: receiver.url });
  await pipeline.startScheduler();
  await pipeline.startWorkers(
    handlersWith({
      async bronze_fred(ctx) {
        const url = 'https://api.stlouisfed.org/fred/series/observations?series_id=GDP';
        await ctx.http.get({ part: 'answer', url, secrets: { api_key: SECRET } });
        return succeed(ctx);
      },
    }),
  );
  const headers = {
    traceparent: `00-${CALLER.trace}-${CALLER.span}-01`,
    'idempotency-key': VALUE,
  };
  const { body } = await api.send('POST', '/v1/backfills', { body: BODY, headers });
  await waitFor('the backfill', async () => {
    const { body: backfill } = await api.send('GET', `/v1/backfills/${body.id}`);
    return backfill['state'] === 'succeeded';
  });
  sampled = { tick: await beginTrace(TICK_SPAN), other: await beginTrace('round') };
  await pipeline.close();
  await tracing.close();
  trace = receiver.spans.filter(({ traceId }) => traceId === CALLER.trace);
});

it('is sent with the headers that the collector asks for', () => {
  expect(new Set(receiver.authorizations)).toEqual(new Set(['Bearer a-key of the collector']));
});

afterAll(async () => {
  await api.close();
  await receiver.close();
});

const named = (name: string): readonly ReceivedSpan[] => trace.filter((span) => span.name === name);
const parentOf = (child: ReceivedSpan | undefined): ReceivedSpan | undefined =>
  trace.find(({ spanId }) => spanId === child?.parentSpanId);
function listAncestors(span: ReceivedSpan | undefined): readonly ReceivedSpan[] {
  const parent = parentOf(span);
  return parent === undefined ? [] : [parent, ...listAncestors(parent)];
}
const childrenOf = (parent: ReceivedSpan | undefined): readonly ReceivedSpan[] =>
  trace.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
const statementsOf = (parent: ReceivedSpan | undefined): readonly string[] =>
  childrenOf(parent)
    .filter(({ name }) => name.startsWith('pg.query'))
    .map(({ attributes }) => attributes['db.query.text'] ?? attributes['db.statement'] ?? '');

describe('the trace of a backfill', () => {
  it('begins with the request, in the trace of its caller', () => {
    const [request, ...others] = named('POST /v1/backfills');
    expect(others).toEqual([]);
    expect(request).toMatchObject({ kind: KIND.server, parentSpanId: CALLER.span });
    expect(request?.attributes).toMatchObject({
      'http.route': '/v1/backfills',
      'http.response.status_code': '202',
    });
    expect(statementsOf(request).join('\n')).toContain('insert into backfills');
  });

  it('goes on with the flow that the scheduler adds for it', () => {
    const flows = trace.filter(({ name }) => name.startsWith('addFlow'));
    expect(flows.length).toBe(1);
    expect(parentOf(flows[0])?.name).toBe('POST /v1/backfills');
  });

  it('has every task of the flow, each under the job that brought it', () => {
    const tasks = named('materialize');
    const assets = tasks
      .filter(({ status }) => status.code !== 2)
      .map(({ attributes }) => String(attributes['asset']));
    expect([...new Set(assets)].toSorted()).toEqual(graph.names.toSorted());
    for (const task of tasks) {
      const job = parentOf(task);
      expect(job?.kind).toBe(KIND.consumer);
      expect(job?.name).toBe(`process ${graph.assets[task.attributes['asset'] as 'bronze_fred'].layer}`);
      // The nodes of a flow lie in each other as its jobs do: the finishing job outside, then the assets down to bronze.
      const added = listAncestors(job).map(({ name }) => name);
      expect(added.filter((name) => !/^add(Flow|Node) (runs|bronze|silver|agents)$/.test(name))).toEqual([
        'POST /v1/backfills',
      ]);
      expect(added).toContain('addFlow runs');
      expect(task.attributes).toMatchObject(BODY);
    }
  });

  it('reaches the statements that store what a task made', () => {
    for (const task of named('materialize').filter(({ status }) => status.code !== 2)) {
      const statements = statementsOf(task).join('\n');
      expect(statements).toContain('materializations');
      expect(statements.toLowerCase()).toContain('commit');
    }
  });

  it('has the question to the provider, by its host', () => {
    const [question, ...others] = named('GET api.stlouisfed.org');
    expect(others).toEqual([]);
    expect(question?.kind).toBe(KIND.client);
    expect(parentOf(question)?.attributes).toMatchObject({ asset: 'bronze_fred' });
  });

  it('ends with the job that closes the run', () => {
    const [finish, ...others] = named('process runs');
    expect(others).toEqual([]);
    expect(statementsOf(finish).join('\n')).toContain('update runs set finished_at');
  });
});

describe('traces', () => {
  it('hold no secret and no value of a statement', () => {
    expect(receiver.text().length).toBeGreaterThan(10_000);
    expect(receiver.text()).not.toContain(SECRET);
    expect(receiver.text()).toContain('idempotency_key = $1');
    expect(receiver.text()).not.toContain(VALUE);
    const password = new URL(api.world.databaseUrl).password;
    expect(password.length).toBeGreaterThan(8);
    expect(receiver.text()).not.toContain(password);
  });

  it('are begun by requests and ticks alone: rounds of the scheduler and polls of the queues begin none', () => {
    const roots = receiver.spans.filter(({ parentSpanId }) => !parentSpanId);
    expect([...new Set(roots.map(({ name }) => name))].toSorted()).toEqual([
      'GET /v1/backfills/:id',
      TICK_SPAN,
    ]);
    expect(sampled.tick).toMatch(/-01$/);
    expect(sampled.other).toMatch(/-00$/);
  });

  it('are none at all without a collector', async () => {
    const tracing = startTracing('test', null);
    expect(await beginTrace(TICK_SPAN)).toBeNull();
    await tracing.close();
  });
});
