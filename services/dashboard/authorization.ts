import type { RequestHandler } from 'express';
import { isSecret } from '../../shared/secret.ts';

/** Who may look; everyone, when it is null. */
export interface Account {
  readonly user: string;
  readonly password: string;
}

function readCredentials(header: string | undefined): string | null {
  const [, encoded] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(header ?? '') ?? [];
  return encoded === undefined ? null : Buffer.from(encoded, 'base64').toString('utf8');
}

/** HTTP basic authentication with one account. */
export function requireAccount(account: Account | null): RequestHandler {
  return (request, response, next) => {
    const given = readCredentials(request.get('authorization'));
    if (account === null || (given !== null && isSecret(given, [`${account.user}:${account.password}`]))) {
      next();
      return;
    }
    response.set('WWW-Authenticate', 'Basic realm="macro-pipeline", charset="UTF-8"');
    response.status(401).type('text/plain').send('A user name and a password are required.\n');
  };
}
