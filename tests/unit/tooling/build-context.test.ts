import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, matchesGlob } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';

const rules = readFileSync(join(PROJECT_DIR, '.dockerignore'), 'utf8')
  .split('\n')
  .filter((line) => line !== '' && !line.startsWith('#'));

/** Whether Docker sends a file to the builder: the last rule that matches it, or a folder above it, decides. */
function isSent(file: string): boolean {
  const last = rules.findLast((rule) => {
    const pattern = rule.replace(/^!/, '');
    return pattern === '*' || file.startsWith(`${pattern}/`) || matchesGlob(file, pattern);
  });
  return last === undefined || last.startsWith('!');
}

function listFiles(folder: string): string[] {
  return readdirSync(join(PROJECT_DIR, folder))
    .filter((name) => !['.git', '.data', 'node_modules'].includes(name))
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(join(PROJECT_DIR, path)).isDirectory() ? listFiles(path) : [path]));
}

/** Names of files that hold secrets by their nature. */
const SECRET_NAME =
  /(?:^|\/)(?:\.env.*|id_(?:rsa|ed25519)|.*\.(?:pem|key|p12|pfx|jks|kdbx)|\.netrc|\.pgpass|credentials.*)$/i;

/** What secrets look like: private keys, tokens of well-known services, our own keys, passwords in addresses. */
const SECRET_TEXT = new RegExp(
  [
    String.raw`-----BEGIN [A-Z ]*PRIVATE KEY`,
    String.raw`\bAKIA[0-9A-Z]{16}\b`,
    String.raw`\bgh[pousr]_\w{36}`,
    String.raw`\bxox[abprs]-[\w-]{10,}`,
    String.raw`hooks\.slack\.com/services/T\w+/\w+/\w+`,
    String.raw`_authToken\s*=`,
    String.raw`\bmp_[\w-]{43}\b`,
    String.raw`api_key=[0-9a-f]{32}`,
    // The default of a fresh installation, which production refuses.
    String.raw`\w://[\w.-]*:(?!macro@)[^\s:/@'"$<>{}…]{4,}@[\w.-]+`,
  ].join('|'),
);

describe('the build context of the image', () => {
  const sent = listFiles('.').filter(isSent);

  it('is what .dockerignore lets through', () => {
    expect(sent).toEqual(
      expect.arrayContaining(['package.json', 'shared/config.ts', 'services/api/main.ts']),
    );
    for (const path of [
      '.env',
      '.env.example',
      'services/.env',
      'shared/db/tls.pem',
      'infra/compose/.env.new',
      'tests/a.ts',
      '.git/config',
    ])
      expect(isSent(path), path).toBe(false);
  });

  it('has no file that holds secrets by its name', () => {
    expect(sent.filter((file) => SECRET_NAME.test(file))).toEqual([]);
    expect(['.env', 'a/.env.local', 'tls/server.key', 'id_rsa'].every((name) => SECRET_NAME.test(name))).toBe(
      true,
    );
  });

  it('has no text that looks like a secret', () => {
    const found = sent.flatMap((file) => {
      const [text] = SECRET_TEXT.exec(readFileSync(join(PROJECT_DIR, file), 'latin1')) ?? [];
      return text === undefined ? [] : [`${file}: ${text}`];
    });
    expect(found).toEqual([]);
  });

  it.each([
    '-----BEGIN RSA PRIVATE KEY-----',
    `AKIA${'A1'.repeat(8)}`,
    `ghp_${'a'.repeat(36)}`,
    'https://hooks.slack.com/services/T0/B0/x',
    `mp_${'a'.repeat(43)}`,
    `?api_key=${'0'.repeat(32)}`,
    'redis://:5ac0ffee@redis:6379',
    'smtp://desk:5ac0ffee@mail.example',
  ])('would be refused with %s in it', (text) => {
    expect(SECRET_TEXT.test(`before ${text} after`)).toBe(true);
  });
});
