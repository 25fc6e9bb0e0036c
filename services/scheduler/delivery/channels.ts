import type { ChannelConfig } from '../../../shared/alerts/channels.ts';
import type { Channel } from './channel.ts';
import { createEmailChannel } from './email.ts';
import { createSlackChannel } from './slack.ts';
import { createWebhookChannel } from './webhook.ts';

/** The channels that the environment configures, ready to send; nothing is connected before the first message. */
export function createChannels(config: ChannelConfig): Channel[] {
  const channels: Channel[] = [];
  if (config.ALERT_SLACK_WEBHOOK_URL !== null)
    channels.push(createSlackChannel(config.ALERT_SLACK_WEBHOOK_URL));
  if (config.ALERT_WEBHOOK_URL !== null && config.ALERT_WEBHOOK_SECRET !== null)
    channels.push(createWebhookChannel(config.ALERT_WEBHOOK_URL, config.ALERT_WEBHOOK_SECRET));
  if (config.ALERT_SMTP_URL !== null && config.ALERT_EMAIL_FROM !== null) {
    const [smtpUrl, from, to] = [config.ALERT_SMTP_URL, config.ALERT_EMAIL_FROM, config.ALERT_EMAIL_TO];
    channels.push(createEmailChannel({ smtpUrl, from, to }));
  }
  return channels;
}
