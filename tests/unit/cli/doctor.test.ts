import { describe, expect, it } from 'vitest';
import { formatDiagnoses } from '../../../infra/cli/doctor/command.ts';
import { checkNode, judgeSpace } from '../../../infra/cli/doctor/machine.ts';
import { explainError } from '../../../infra/cli/explain-error.ts';
import { ApiError } from '../../../shared/client/client.ts';

const GIBIBYTE = 2 ** 30;

describe('the doctor', () => {
  it('expects Node.js 24 or later', () => {
    expect(checkNode('24.0.0')).toEqual({ verdict: 'ok', detail: '24.0.0' });
    expect(checkNode('22.11.0')).toMatchObject({
      verdict: 'wrong',
      detail: '22.11.0, expected 24 or later',
    });
  });

  it('warns of a disk that fills up before it calls it full', () => {
    expect(judgeSpace('/data', 20 * GIBIBYTE).verdict).toBe('ok');
    expect(judgeSpace('/data', 9 * GIBIBYTE).verdict).toBe('warning');
    expect(judgeSpace('/data', GIBIBYTE / 2)).toMatchObject({
      verdict: 'wrong',
      detail: '512.0 MiB free in /data',
    });
  });

  it('says under each finding how to mend it, within the width', () => {
    const lines = formatDiagnoses(
      [
        { name: 'Redis', verdict: 'ok', detail: 'version 7.4.1' },
        { name: 'API', verdict: 'wrong', detail: 'no API', mend: 'start it with make dev, or name another' },
        { name: 'API key', verdict: 'skipped', detail: 'needs API' },
      ],
      { width: 60 },
    );
    expect(lines).toEqual([
      'Redis           ok       version 7.4.1',
      'API             wrong    no API',
      '                         → start it with make dev, or name',
      '                           another',
      'API key         skipped  needs API',
      '',
      '1 wrong, 0 warnings, 1 skipped, 1 ok',
    ]);
  });
});

describe('an error on the terminal', () => {
  it('names the API that is not there and what to do', () => {
    const refused = new Error('connect ECONNREFUSED 127.0.0.1:1');
    expect(explainError(new TypeError('fetch failed', { cause: refused }), 'http://127.0.0.1:1')).toBe(
      'no API at http://127.0.0.1:1: start it with make dev, or name another with --api ' +
        '(connect ECONNREFUSED 127.0.0.1:1)',
    );
  });

  it('gives advice where a key is missing, and the words of the API otherwise', () => {
    const text = JSON.stringify({ type: 't', title: 'x', status: 401, detail: 'The key is not known' });
    expect(explainError(new ApiError('GET /v1/assets', 401, text), '')).toBe(
      'GET /v1/assets answered 401: The key is not known: name a key with --api-key or API_KEYS',
    );
    expect(explainError(new ApiError('GET /x', 404, 'nothing'), '')).toBe('GET /x answered 404: nothing');
  });
});
