import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { parseFaultRules, type FaultRule } from '../../../services/replay/faults.ts';
import { startReplay, type ReplayServer } from '../../../services/replay/server.ts';
import { REPLAY_FOLDER } from './replay-data.ts';

let server: ReplayServer | undefined;
const start = async (faults: readonly FaultRule[] = []): Promise<string> => {
  server = await startReplay({ port: 0, host: '127.0.0.1', dataFolder: REPLAY_FOLDER, faults });
  return server.url;
};
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const HOST = 'api.bcb.gov.br';
const PATH = `/${HOST}/dados/serie/bcdata.sgs.433/dados/ultimos/2?formato=json`;

describe('replay server', () => {
  it('answers by the host in the path and counts what it was asked', async () => {
    const url = await start();
    const answer = await fetch(url + PATH);
    expect(await answer.json()).toHaveLength(2);
    expect(answer.headers.get('x-replay-recorded')).toBe('2016-01-01/2026-01-01');
    const fred = `/api.stlouisfed.org/fred/series/vintagedates?series_id=DFF&api_key=${'a'.repeat(32)}&file_type=json`;
    await Promise.all(
      [fetch(url + PATH), fetch(url + fred), fetch(url + fred)].map(async (response) =>
        (await response).text(),
      ),
    );
    const report = (await (await fetch(`${url}/requests`)).json()) as {
      duplicates: { url: string; count: number }[];
    };
    expect(report).toMatchObject({ total: 4, hosts: { [HOST]: 2, 'api.stlouisfed.org': 2 } });
    expect(report.duplicates.map(({ count }) => count)).toEqual([2, 2]);
    expect(JSON.stringify(report)).not.toContain('aaaa');
    expect((await fetch(`${url}/requests`, { method: 'DELETE' })).status).toBe(204);
    expect(await (await fetch(`${url}/requests`)).json()).toEqual({
      total: 0,
      hosts: {},
      faulted: {},
      duplicates: [],
    });
  });

  it('knows no other host and serves its manifest', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'replay-'));
    cpSync(join(REPLAY_FOLDER, 'bcb_sgs'), join(folder, 'bcb_sgs'), { recursive: true });
    server = await startReplay({ port: 0, host: '127.0.0.1', dataFolder: folder });
    expect((await fetch(`${server.url}/example.org/`)).status).toBe(404);
    const manifest = (await (await fetch(`${server.url}/manifest`)).json()) as { keys: { key: string }[] };
    expect(manifest.keys.map(({ key }) => key)).toContain('433');
    rmSync(folder, { recursive: true });
  });

  it('injects each kind of fault into the host it names, and no other', async () => {
    const url = await start();
    const put = (rules: unknown) =>
      fetch(`${url}/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(rules),
      });
    await put([{ host: HOST, first: 1, kind: 'retry-after-429', retryAfterSeconds: 7 }]);
    const limited = await fetch(url + PATH);
    expect([limited.status, limited.headers.get('retry-after'), await limited.text()]).toEqual([
      429,
      '7',
      'Too Many Requests\r\n',
    ]);
    expect((await fetch(url + PATH)).status).toBe(200);
    await put([{ host: HOST, everyNth: 2, kind: 'status', status: 502 }]);
    expect([(await fetch(url + PATH)).status, (await fetch(url + PATH)).status]).toEqual([200, 502]);
    await put([{ host: HOST, everyNth: 3, burst: 2, kind: 'status', status: 502 }]);
    const statuses: number[] = [];
    for (let index = 0; index < 6; index += 1) statuses.push((await fetch(url + PATH)).status);
    expect(statuses).toEqual([200, 200, 502, 502, 200, 502]);
    await put([{ host: '*', first: 1, kind: 'html-200' }]);
    expect((await (await fetch(url + PATH)).text()).startsWith('<!DOCTYPE html>')).toBe(true);
    await put([{ host: HOST, first: 1, kind: 'echo', status: 400 }]);
    const echo = await fetch(`${url}${PATH}&api_key=a%2Fsecret`);
    expect([echo.status, await echo.text()]).toEqual([400, expect.stringMatching(/a%2Fsecret .*a\/secret/)]);
    await put([{ host: HOST, first: 1, kind: 'truncate' }]);
    await expect(fetch(url + PATH).then((response) => response.text())).rejects.toThrow('terminated');
    await put([{ host: HOST, first: 1, kind: 'timeout', delayMs: 20 }]);
    await expect(fetch(url + PATH)).rejects.toThrow('fetch failed');
    await put([{ host: HOST, first: 1, kind: 'slow-body', delayMs: 5 }]);
    expect(await (await fetch(url + PATH)).json()).toHaveLength(2);
    await put([{ host: 'olinda.bcb.gov.br', probability: 1, kind: 'status' }]);
    expect((await fetch(url + PATH)).status).toBe(200);
    expect((await put([{ host: HOST, kind: 'status' }])).status).toBe(400);
    expect((await put([{ host: HOST, first: 1, kind: 'status', status: 200 }])).status).toBe(400);
    expect((await put([{ host: HOST, everyNth: 2, burst: 2, kind: 'status' }])).status).toBe(400);
    const report = (await (await fetch(`${url}/requests`)).json()) as { faulted: Record<string, number> };
    expect(report.faulted).toEqual({ [HOST]: 9 });
  });

  it('draws the same faults for the same seed', async () => {
    const rules = parseFaultRules('[{"host":"api.bcb.gov.br","probability":0.5,"kind":"status"}]');
    const draw = async (): Promise<number[]> => {
      const url = await start(rules);
      const statuses: number[] = [];
      for (let index = 0; index < 12; index += 1) statuses.push((await fetch(url + PATH)).status);
      await server?.close();
      return statuses;
    };
    const first = await draw();
    expect(await draw()).toEqual(first);
    expect(new Set(first)).toEqual(new Set([200, 503]));
  });

  it('refuses rules that say nothing or too much', () => {
    expect(parseFaultRules('')).toEqual([]);
    expect(() => parseFaultRules('[{"host":"*","kind":"status"}]')).toThrow('exactly one of');
    expect(() => parseFaultRules('[{"host":"*","kind":"quake","first":1}]')).toThrow('kind');
  });
});
