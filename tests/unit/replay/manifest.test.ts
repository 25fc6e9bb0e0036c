import { cpSync, mkdtempSync, rmSync, writeFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { buildManifest } from '../../../services/replay/manifest.ts';
import { openRecordings } from '../../../services/replay/recordings.ts';
import { ask, readJson, recordings, REPLAY_FOLDER } from './replay-data.ts';

const folders: string[] = [];
const makeFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'replay-'));
  folders.push(folder);
  return folder;
};
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe('manifest', () => {
  it('lists every recorded key with its span', () => {
    const spans = buildManifest(recordings).keys.map(
      ({ provider, key, span }) => `${provider} ${key} ${span.first} ${span.last}`,
    );
    expect(spans).toContain('bcb_sgs 433 2016-01-01 2026-01-01');
    expect(spans).toContain('fred DGS10 1962-01-02 2026-08-04');
    expect(spans).toContain('yahoo DX-Y.NYB 1971-01-04 2022-06-15');
    expect(spans).toContain('bcb_ptax USD 2015-11-30 2026-07-31');
    expect(spans).toContain('treasury_gov daily_treasury_yield_curve 1990-01-02 2024-12-31');
    const count = (provider: string) => spans.filter((line) => line.startsWith(`${provider} `)).length;
    expect([count('bcb_sgs'), count('fred')]).toEqual([10, 41]);
    const report = buildManifest(recordings).keys.find((key) => key.key === 'SPRD');
    expect(report?.segments).toHaveLength(181);
    const within = report?.segments?.filter(({ first }) => first >= '2021-01-04' && first <= '2022-06-24');
    expect(within).toHaveLength(77);
  });

  it('holds no computed and no calendar-filled file', () => {
    const files = buildManifest(recordings).keys.flatMap((key) => key.files);
    expect(files.filter((file) => /COMPUTED|semicolon/.test(file))).toEqual([]);
  });

  it('leaves never-served files out of any folder', () => {
    const folder = makeFolder();
    mkdirSync(join(folder, 'bcb_sgs/tables'), { recursive: true });
    mkdirSync(join(folder, 'bcb_sgs/reencoded'), { recursive: true });
    writeFileSync(
      join(folder, 'bcb_sgs/tables/sgs_1_usdbrl_2000_2026_semicolon.csv'),
      'data;valor\n03/01/2000;1.8011\n',
    );
    writeFileSync(
      join(folder, 'bcb_sgs/reencoded/sgs_13522_COMPUTED_2021.json'),
      '[{"data":"01/12/2021","valor":"10.06"}]',
    );
    expect(buildManifest(openRecordings(folder)).keys).toEqual([]);
  });

  it('finds the files of another folder by their names: a new code, a new vintage, a new symbol', () => {
    const folder = makeFolder();
    for (const part of [
      'bcb_sgs/recorded',
      'bcb_sgs/tables',
      'fred/tables/vintage_2021-03-15',
      'fred/tables/vintage_2026-08',
      'yahoo/tables',
    ]) {
      mkdirSync(join(folder, part), { recursive: true });
    }
    cpSync(
      join(REPLAY_FOLDER, 'fred/tables/vintage_2026-08/UNRATE.csv'),
      join(folder, 'fred/tables/vintage_2026-08/UNRATE.csv'),
    );
    cpSync(
      join(REPLAY_FOLDER, 'bcb_sgs/recorded/sgs_433_20200101_20241231.json'),
      join(folder, 'bcb_sgs/recorded/sgs_21379_2020_2024.json'),
    );
    writeFileSync(
      join(folder, 'bcb_sgs/tables/sgs_21379_to_2030.csv'),
      'data,valor\n2024-12-01,9.9\n2025-01-01,1.5\n',
    );
    writeFileSync(
      join(folder, 'fred/tables/vintage_2021-03-15/UNRATE.csv'),
      'date,value\n2021-01-01,6.3\n2021-02-01,6.2\n',
    );
    writeFileSync(
      join(folder, 'yahoo/tables/VALE3.SA_2021.csv'),
      'Date,Open,High,Low,Close,Adj Close,Volume\n2021-01-04,88,89,87,88.5,70.1,100\n',
    );
    const other = openRecordings(folder);
    const rows = readJson<{ data: string; valor: string }[]>(
      ask('https://api.bcb.gov.br/dados/serie/bcdata.sgs.21379/dados/ultimos/2?formato=json', other),
    );
    expect(rows).toEqual([
      { data: '01/12/2024', valor: '0.52' },
      { data: '01/01/2025', valor: '1.50' },
    ]);
    const key = 'a'.repeat(32);
    const vintages = ask(
      `https://api.stlouisfed.org/fred/series/vintagedates?series_id=UNRATE&file_type=json&api_key=${key}`,
      other,
    );
    expect(readJson<{ vintage_dates: string[] }>(vintages).vintage_dates).toEqual([
      '2021-03-15',
      '2026-08-06',
    ]);
    expect(buildManifest(other).keys.map((entry) => entry.key)).toEqual(['21379', 'UNRATE', 'VALE3.SA']);
  });
});
