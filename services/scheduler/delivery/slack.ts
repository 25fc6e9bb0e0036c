import type { Channel } from './channel.ts';
import type { Message } from './message.ts';
import { postJson } from './post.ts';

/** Limits of Slack: a header and the text of a section (characters). */
const MAX_HEADER = 150;
const MAX_SECTION = 3_000;

/** https://docs.slack.dev/messaging/formatting-message-text: these three are control characters. */
function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

function cut(text: string, most: number): string {
  return text.length <= most ? text : `${text.slice(0, most - 1)}…`;
}

/** Lines in as few sections as they fit in. */
function toSections(lines: readonly string[]): string[] {
  const sections: string[] = [];
  for (const line of lines.map((text) => cut(escape(text), MAX_SECTION))) {
    const last = sections.at(-1);
    if (last !== undefined && last.length + 1 + line.length <= MAX_SECTION)
      sections[sections.length - 1] = `${last}\n${line}`;
    else sections.push(line);
  }
  return sections;
}

/**
 * A message as the incoming webhooks of Slack take it: `text` for notifications and for receivers that know nothing else,
 * `blocks` for the screen. https://docs.slack.dev/messaging/sending-messages-using-incoming-webhooks
 */
export function toSlack({ title, lines, links }: Message) {
  const linked = links.map(({ title: name, url }) => `<${url}|${escape(name)}>`).join(' · ');
  return {
    text: cut(escape([title, ...lines].join('\n')), MAX_SECTION),
    blocks: [
      { type: 'header', text: { type: 'plain_text', text: cut(title, MAX_HEADER) } },
      ...toSections(lines).map((text) => ({ type: 'section', text: { type: 'mrkdwn', text } })),
      { type: 'context', elements: [{ type: 'mrkdwn', text: linked }] },
    ],
  };
}

/** The channel to an incoming webhook of Slack, or of anything that takes its messages. */
export function createSlackChannel(url: string): Channel {
  return { name: 'slack', send: (message) => postJson('slack', url, JSON.stringify(toSlack(message))) };
}
