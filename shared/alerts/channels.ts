import type { Config } from '../config.ts';

/** Stored names of the ways by which alerts and digests leave the system. */
export type ChannelName = 'slack' | 'webhook' | 'email';

/** The variables that switch a channel on. */
export type ChannelSwitches = Pick<
  Config,
  'ALERT_SLACK_WEBHOOK_URL' | 'ALERT_WEBHOOK_URL' | 'ALERT_SMTP_URL'
>;

/** The variables that configure channels. */
export type ChannelConfig = ChannelSwitches &
  Pick<Config, 'ALERT_WEBHOOK_SECRET' | 'ALERT_EMAIL_FROM' | 'ALERT_EMAIL_TO'>;

/** The channels that the environment configures. */
export function listChannels(config: ChannelSwitches): ChannelName[] {
  const addresses: Readonly<Record<ChannelName, string | null>> = {
    slack: config.ALERT_SLACK_WEBHOOK_URL,
    webhook: config.ALERT_WEBHOOK_URL,
    email: config.ALERT_SMTP_URL,
  };
  return (Object.keys(addresses) as ChannelName[]).filter((name) => addresses[name] !== null);
}
