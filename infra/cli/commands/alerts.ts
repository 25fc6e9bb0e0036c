import { Command } from 'commander';
import { limitOption, parseDay } from '../arguments.ts';
import { formatDigest } from '../format-digest.ts';
import { formatRecords } from '../format-records.ts';
import { addOrigin, pickOrigin, type Origin } from '../origin-options.ts';
import type { Terminal } from '../terminal.ts';

const SWITCHES = {
  enable: { enabled: true, does: 'switch a rule on' },
  disable: { enabled: false, does: 'switch a rule off, which ends its open alerts' },
} as const;

/** `macro alerts list|rules|deliveries|enable|disable|test`. */
export function createAlertsCommand(terminal: Terminal): Command {
  const alerts = new Command('alerts').description('what a person should know of, and who is told');
  alerts
    .command('list', { isDefault: true })
    .description('list open alerts, newest first')
    .option('--all', 'those that ended too')
    .addOption(limitOption())
    .action(async ({ all, limit }: { all?: boolean; limit?: number }) => {
      const open = all === true ? undefined : ('true' as const);
      const answer = await terminal.open().listAlerts({ query: { open, limit } });
      terminal.report(answer, () => formatRecords(answer));
    });
  alerts
    .command('rules')
    .description('list when alerts are raised and for what')
    .action(async () => {
      const answer = await terminal.open().listAlertRules();
      terminal.report(answer, () => formatRecords(answer));
    });
  alerts
    .command('deliveries')
    .description('list what was sent, or has to be sent, to which channel, newest first')
    .addOption(limitOption())
    .action(async (query: { limit?: number }) => {
      const answer = await terminal.open().listAlertDeliveries({ query });
      terminal.report(answer, () => formatRecords(answer));
    });
  for (const [name, { enabled, does }] of Object.entries(SWITCHES)) {
    addOrigin(alerts.command(`${name} <rule>`).description(does)).action(
      async (rule: string, options: Origin) => {
        const changed = await terminal
          .open()
          .changeAlertRule({ params: { name: rule }, body: { enabled, ...pickOrigin(options) } });
        terminal.report(changed, () => formatRecords({ data: [changed] }));
      },
    );
  }
  addOrigin(
    alerts.command('test').description('send a test message to each channel that is configured'),
  ).action(async (options: Origin) => {
    const sent = await terminal.open().testAlertChannels({ body: pickOrigin(options) });
    terminal.report(sent, () =>
      sent.data.length === 0
        ? ['no channel is configured: ALERT_SLACK_WEBHOOK_URL, ALERT_WEBHOOK_URL or ALERT_SMTP_URL']
        : [...formatRecords(sent), '', 'macro alerts deliveries says what came of it'],
    );
    if (sent.data.length === 0) process.exitCode = 1;
  });
  return alerts;
}

/** `macro digest [partition]`. */
export function createDigestCommand(terminal: Terminal): Command {
  return new Command('digest')
    .description('show the morning digest: signals that turned, assets that are not ready, open alerts')
    .argument('[partition]', 'partition (default: the newest that has one)', parseDay)
    .action(async (partition: string | undefined) => {
      const client = terminal.open();
      const digest =
        partition === undefined
          ? (await client.listDigests({ query: { limit: 1 } })).data[0]
          : await client.getDigest({ params: { partition } });
      if (digest === undefined)
        throw new Error('there is no digest yet: the scheduler builds one after each scheduled run');
      terminal.report(digest, () => formatDigest(digest));
    });
}
