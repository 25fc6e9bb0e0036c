import type { CalendarName } from './calendar.ts';
import type { Horizon } from './horizon.ts';
import { CALENDAR_END } from './session-table.ts';
import { GOVERNMENT_SETTLED_TO } from './united-states.ts';

const RULED = 'every question about a later day is an error';

/**
 * How far each calendar is known. Most are rules, which end with the span that is worked out; the Treasury's needs to be
 * told of each Good Friday. `NONE` and `WEEKDAYS` need nothing but that span.
 */
export const CALENDAR_HORIZONS: Readonly<Record<CalendarName, Horizon>> = {
  BR_ANBIMA: {
    table: 'calendar BR_ANBIMA',
    lastDay: CALENDAR_END,
    afterwards: RULED,
    source: 'https://www.anbima.com.br/feriados/arqs/feriados_nacionais.xls',
  },
  B3: {
    table: 'calendar B3',
    lastDay: CALENDAR_END,
    afterwards: RULED,
    source: 'https://www.b3.com.br/pt_br/solucoes/plataformas/puma-trading-system/calendario-de-negociacao',
  },
  US_GOV: {
    table: 'calendar US_GOV',
    lastDay: GOVERNMENT_SETTLED_TO,
    afterwards: 'a Good Friday is an optional day: rows are accepted, their absence is expected',
    source: 'https://www.bls.gov/schedule/news_release/empsit.htm',
  },
  US_NYSE: {
    table: 'calendar US_NYSE',
    lastDay: CALENDAR_END,
    afterwards: RULED,
    source: 'https://www.nyse.com/markets/hours-calendars',
  },
  WEEKDAYS: { table: 'calendar WEEKDAYS', lastDay: CALENDAR_END, afterwards: RULED, source: 'none' },
  NONE: { table: 'calendar NONE', lastDay: CALENDAR_END, afterwards: RULED, source: 'none' },
};
