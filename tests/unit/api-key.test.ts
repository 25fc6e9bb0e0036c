import { describe, expect, it } from 'vitest';
import { inventApiKey, parseApiKeys, readFirstKey } from '../../shared/api-key.ts';
import { hashSecret, matchSecret } from '../../shared/secret.ts';

const HASH = hashSecret('k3y');

describe('API_KEYS', () => {
  it('takes a bare key as that of an admin without a name', () => {
    expect(parseApiKeys('k3y')).toEqual([{ name: null, role: 'admin', hash: HASH, key: 'k3y' }]);
  });

  it('takes a name and a role with a key or with its hash, and knows the key by either', () => {
    const keys = parseApiKeys(`ana:viewer:k3y, bot@fund.example:operator:sha256:${HASH}`) ?? [];
    expect(keys).toEqual([
      { name: 'ana', role: 'viewer', hash: HASH, key: 'k3y' },
      { name: 'bot@fund.example', role: 'operator', hash: HASH, key: null },
    ]);
    expect(matchSecret('k3y', keys.slice(1))?.name).toBe('bot@fund.example');
    expect(matchSecret(HASH, keys)).toBeUndefined();
  });

  it.each([
    'ana:owner:k3y',
    'ana:k3y',
    'ana:viewer:',
    'ana:viewer:sha256:12',
    'a b:viewer:k3y',
    ':admin:k3y',
    'k3y,ana:Admin:k3y',
  ])('refuses %j rather than making it the key of an admin', (text) => {
    expect(parseApiKeys(text)).toBeNull();
  });

  it.each([
    ['', undefined],
    ['k3y,other', 'k3y'],
    ['ana:viewer:k3y', 'k3y'],
    [`bot:admin:sha256:${HASH},ana:viewer:k3y`, 'k3y'],
    [`bot:admin:sha256:${HASH}`, undefined],
  ])('gives a client on the same machine, of %j, the key %j', (text, key) => {
    expect(readFirstKey(text)).toBe(key);
  });
});

describe('a new key', () => {
  it('has 256 random bits behind a prefix that tells what it is, and no two are the same', () => {
    const [one, other] = [inventApiKey(), inventApiKey()];
    expect(one.key).toMatch(/^mp_[\w-]{43}$/);
    expect(one.hash).toBe(hashSecret(one.key));
    expect(one.key).not.toBe(other.key);
  });
});
