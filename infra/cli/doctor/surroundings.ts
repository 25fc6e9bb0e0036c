import { HORIZONS, listShortHorizons } from '../../../services/scheduler/horizons.ts';
import { listChannels } from '../../../shared/alerts/channels.ts';
import { readFredKey } from '../../../shared/connectors/fred/api-key.ts';
import { listFailedRuns } from '../../../shared/db/alert-evidence.ts';
import { dayInZone, SAO_PAULO } from '../../../shared/time.ts';
import { ok, warn, wrong, type Check } from './check.ts';
import { migrations } from './postgres.ts';

/** Time enough to find the next dates and to deliver a version with them. */
const NOTICE_DAYS = 60;

const FRED_MEND =
  'FRED_API_KEY: 32 lower-case letters and digits, free at https://fred.stlouisfed.org/docs/api/api_key.html';

export const fred: Check = {
  name: 'FRED key',
  mend: FRED_MEND,
  check({ config }) {
    if (config.PROVIDERS === 'replay') return ok('not needed: recorded data is replayed');
    return readFredKey(config) === '' ? wrong('FRED_API_KEY is not set', FRED_MEND) : ok('set');
  },
};

export const channels: Check = {
  name: 'alert channels',
  mend: 'docs/alerts.md',
  check({ config }) {
    const names = listChannels(config);
    return names.length > 0
      ? ok(names.join(', '))
      : warn(
          'none: nobody is told of alerts',
          'ALERT_SLACK_WEBHOOK_URL, ALERT_WEBHOOK_URL or ALERT_SMTP_URL (docs/alerts.md), then macro alerts test',
        );
  },
};

export const calendars: Check = {
  name: 'calendars',
  mend: 'ask again',
  check({ now }) {
    const short = listShortHorizons(HORIZONS, dayInZone(now(), SAO_PAULO), NOTICE_DAYS);
    if (short.length === 0) return ok(`${HORIZONS.length} tables of dates reach ${NOTICE_DAYS} days ahead`);
    // Each table says what is done without it: no run fails for it.
    return warn(
      short.map(({ message }) => message).join('; '),
      'add the next entries to the table in shared/, or take a newer version',
    );
  },
};

export const failures: Check = {
  name: 'failures',
  needs: [migrations.name],
  mend: 'ask again',
  async check({ db, now }) {
    const failed = await listFailedRuns(db, { rule: 'failed_run', assets: null, now: now() });
    if (failed.length === 0) return ok('none of the last day is open');
    const named = failed.map(({ subject, failures: [first = ''] }) => `${subject} (${first})`);
    return warn(
      named.join('; '),
      'macro runs list --state failed; then macro runs retry <id> or macro backfill retry <id>',
    );
  },
};
