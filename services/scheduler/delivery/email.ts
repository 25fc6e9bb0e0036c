import { createTransport } from 'nodemailer';
import { codeOf, DeliveryError, type Channel } from './channel.ts';
import type { Message } from './message.ts';
import { SEND_TIMEOUT_MS } from './post.ts';

/** Where mail goes. */
export interface EmailAddresses {
  /** With user and password. */
  readonly smtpUrl: string;
  readonly from: string;
  readonly to: readonly string[];
}

const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escape(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character);
}

/** A message as a mail: the same words as text and as HTML. */
export function toEmail({ title, lines, links }: Message): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const paragraphs = lines.map((line) => `<p>${escape(line)}</p>`).join('\n');
  const items = links.map(({ title: name, url }) => `<li><a href="${escape(url)}">${escape(name)}</a></li>`);
  return {
    subject: title,
    text: [...lines, '', ...links.map(({ title: name, url }) => `${name}: ${url}`)].join('\n'),
    html: `<h2>${escape(title)}</h2>\n${paragraphs}\n<ul>${items.join('')}</ul>`,
  };
}

/** The code of the library and the answer of the server, whose words are left out: they may repeat the user. */
function explain(error: unknown): string {
  const { responseCode } = error as { responseCode?: unknown };
  return typeof responseCode === 'number' ? `${codeOf(error)} (SMTP ${responseCode})` : codeOf(error);
}

/** The channel to a mail server. Copies of one event carry one Message-ID. */
export function createEmailChannel({ smtpUrl, from, to }: EmailAddresses): Channel {
  const transport = createTransport({
    url: smtpUrl,
    connectionTimeout: SEND_TIMEOUT_MS,
    greetingTimeout: SEND_TIMEOUT_MS,
    socketTimeout: SEND_TIMEOUT_MS,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    name: 'email',
    async send(message) {
      try {
        await transport.sendMail({
          from,
          to: [...to],
          messageId: `<${message.eventId}@macro-pipeline>`,
          ...toEmail(message),
        });
      } catch (error) {
        throw new DeliveryError('email', 'that the server takes the mail', explain(error));
      }
    },
  };
}
