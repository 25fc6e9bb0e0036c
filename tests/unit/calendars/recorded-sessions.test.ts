import { describe, expect, it } from 'vitest';
import { getCalendar } from '../../../shared/calendars/calendars.ts';
import { isWeekday, type Day } from '../../../shared/time.ts';
import { readRecordedText } from '../../helpers/recorded-payload.ts';
import { compareDays, readCsvDays, readSgsDays } from './recorded-days.ts';

const NONE = { missing: [], extra: [] };

describe('BR_ANBIMA', () => {
  it.each([
    ['sgs_11_20160104_20251231.json', 'recorded', '2016-01-01', '2025-12-31'],
    ['sgs_1_20200101_20241231.json', 'recorded', '2020-01-01', '2024-12-31'],
    ['sgs_10813_20151130_20251126.json', 'reencoded', '2015-11-30', '2025-11-26'],
    ['sgs_12_20231130_20251127.json', 'reencoded', '2023-11-30', '2025-11-27'],
  ])('has the days of %s', (file, folder, from, to) => {
    const recorded = readSgsDays(`bcb_sgs/${folder}/${file}`);
    expect(compareDays(getCalendar('BR_ANBIMA'), recorded, from, to)).toEqual(NONE);
  });
});

describe('BR_ANBIMA and PTAX', () => {
  it('has the days of the bulletins, of SGS 1 and of SGS 12', () => {
    const [, ...lines] = readRecordedText('ptax/tables/CotacaoDolarPeriodo_20240102_20250515.csv')
      .trim()
      .split('\n');
    const bulletins = new Set(lines.map((line) => line.split(',')[2]?.slice(0, 10) ?? ''));
    const calendar = getCalendar('BR_ANBIMA');
    expect(compareDays(calendar, bulletins, '2024-01-02', '2025-05-15')).toEqual(NONE);
    const sell = readSgsDays('bcb_sgs/reencoded/sgs_1_20151130_20251126.json');
    expect(compareDays(calendar, sell, '2015-11-30', '2025-11-26')).toEqual(NONE);
  });
});

describe('NONE', () => {
  it('has the days of the Selic target: every calendar day', () => {
    const recorded = readSgsDays('bcb_sgs/recorded/sgs_432_20160101_20260101.json');
    expect(compareDays(getCalendar('NONE'), recorded, '2016-01-01', '2026-01-01')).toEqual(NONE);
  });
});

describe('US_GOV', () => {
  it('has the days of the Treasury CSV from 1990 on, with a line of no rates on Columbus Day 2010', () => {
    const recorded = readCsvDays('treasury/csv/par_yield_all_1990_20220311.csv');
    for (const line of readRecordedText('treasury/csv/par_yield_all_1990_20220311.csv').split('\n')) {
      const [date = ''] = line.split(',');
      if (/^\d{2}\/\d{2}\/\d{4}$/.test(date))
        recorded.add(`${date.slice(6)}-${date.slice(0, 2)}-${date.slice(3, 5)}`);
    }
    const differences = compareDays(getCalendar('US_GOV'), recorded, '1990-01-01', '2022-03-11');
    expect(differences).toEqual({ missing: [], extra: ['2010-10-11'] });
  });

  it.each([2010, 2012, 2014, 2016, 2017, 2018, 2019, 2020])(
    'has the days of the Treasury XML of %i',
    (year) => {
      const text = readRecordedText(`treasury/xml/home_par_yield_${year}.xml`);
      const days = new Set<Day>(
        [...text.matchAll(/NEW_DATE[^>]*>(\d{4}-\d{2}-\d{2})T/g)].map(([, day]) => day ?? ''),
      );
      const differences = compareDays(getCalendar('US_GOV'), days, `${year}-01-01`, `${year}-12-31`);
      expect(differences).toEqual({ missing: [], extra: year === 2010 ? ['2010-10-11'] : [] });
    },
  );

  it('has the days of DGS10 to August 2026', () => {
    const recorded = readCsvDays('fred/tables/vintage_2026-08/DGS10.csv');
    expect(compareDays(getCalendar('US_GOV'), recorded, '1990-01-01', '2026-08-04')).toEqual(NONE);
  });
});

describe('US_GOV, other records', () => {
  it.each([
    ['csv/par_yield_2023_to_1220.csv', '2023-01-03', '2023-12-20'],
    ['csv/par_yield_2024_to_0625.csv', '2024-01-02', '2024-06-25'],
    ['csv/rewritten_2022.csv', '2022-01-03', '2022-12-30'],
    ['csv/rewritten_2023.csv', '2023-01-03', '2023-12-29'],
    ['csv/rewritten_2024.csv', '2024-01-02', '2024-12-31'],
  ])('has the days of the Treasury file %s', (file, from, to) => {
    const recorded = readCsvDays(`treasury/${file}`);
    expect(compareDays(getCalendar('US_GOV'), recorded, from, to)).toEqual(NONE);
  });

  it.each([
    ['vintage_2026-01-02/DGS2', '2025-12-30'],
    ['vintage_2026-01-02/DGS10', '2025-12-30'],
    ['vintage_2026-01-02/DGS30', '2025-12-30'],
    ['vintage_2026-08/DGS5', '2026-08-04'],
    ['vintage_2026-08/DFII10', '2026-08-04'],
  ])('has the days of FRED %s from 2010 on', (file, to) => {
    const recorded = readCsvDays(`fred/tables/${file}.csv`);
    expect(compareDays(getCalendar('US_GOV'), recorded, '2010-01-01', to)).toEqual(NONE);
  });

  it('has the days of SOFR, but for the Good Fridays on which only the Treasury published', () => {
    const recorded = readCsvDays('fred/tables/vintage_2026-08/SOFR.csv');
    const differences = compareDays(getCalendar('US_GOV'), recorded, '2018-04-03', '2026-08-05');
    expect(differences).toEqual({ missing: ['2021-04-02', '2023-04-07', '2026-04-03'], extra: [] });
  });
});

describe('US_NYSE', () => {
  it('has the days of EWZ from 2010 to March 2026', () => {
    const text = readRecordedText('yahoo/tables/EWZ_yfinance_adjusted_2010_2026.csv');
    const recorded = new Set([...text.matchAll(/^(\d{4}-\d{2}-\d{2}),/gm)].map(([, day = '']) => day));
    expect(compareDays(getCalendar('US_NYSE'), recorded, '2010-01-04', '2026-03-30')).toEqual(NONE);
  });

  it('has the days of ^GSPC, but for the session that the record misses', () => {
    const recorded = readCsvDays('yahoo/tables/^GSPC_close_to_2026-08.csv');
    const differences = compareDays(getCalendar('US_NYSE'), recorded, '1990-01-01', '2026-08-05');
    expect(differences).toEqual({ missing: ['2026-07-09'], extra: [] });
  });

  it('has the days of ^VIX, but for the phantom bar of Memorial Day 2026', () => {
    const recorded = readCsvDays('yahoo/tables/^VIX_close_to_2026-08.csv');
    const differences = compareDays(getCalendar('US_NYSE'), recorded, '2016-08-05', '2026-08-05');
    expect(differences).toEqual({ missing: [], extra: ['2026-05-25'] });
  });
});

describe('B3', () => {
  it('has the days of ^BVSP, but for the bars that the record misses or invents', () => {
    const recorded = readCsvDays('yahoo/tables/^BVSP_max_to_2021-22.csv');
    const differences = compareDays(getCalendar('B3'), recorded, '2015-01-01', '2021-12-17');
    expect(differences).toEqual({ missing: ['2020-11-20'], extra: ['2017-12-29'] });
  });

  it('has the days of the index as IPEA keeps it, but for the closed days that it repeats', () => {
    const recorded = readCsvDays('yahoo/tables/^BVSP_close_1993_2025_via_ipea.csv');
    const differences = compareDays(getCalendar('B3'), recorded, '2007-01-01', '2025-11-27');
    expect(differences.missing).toEqual([]);
    const weekdays = differences.extra.filter((day) => isWeekday(day));
    expect(weekdays).toEqual(['2011-01-25', '2011-09-07', '2017-12-29', '2022-02-28', '2024-05-01']);
  });

  it('has the days of ^BVSP of 2020-2023, but for one missing session each', () => {
    const recorded = readCsvDays('yahoo/tables/^BVSP_2020_2023.csv');
    const differences = compareDays(getCalendar('B3'), recorded, '2020-01-02', '2022-12-31');
    expect(differences).toEqual({ missing: ['2020-11-20'], extra: [] });
  });
});
