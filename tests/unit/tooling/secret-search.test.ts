import { describe, expect, it } from 'vitest';
import { findSecrets } from '../../helpers/secret-search.ts';

const SECRET = 'pl@nted "word"/with+signs é';
const search = (content: string | Buffer) =>
  findSecrets([{ name: 'a place', content }], { PASSWORD: SECRET });

describe('the search for secrets', () => {
  it.each([
    ['as it is', `before${SECRET}after`],
    ['in JSON', JSON.stringify({ password: SECRET })],
    ['in JSON in JSON', JSON.stringify({ body: JSON.stringify({ password: SECRET }) })],
    ['in a URL', `redis://macro:${encodeURIComponent(SECRET)}@127.0.0.1`],
    ['in a form', `a=1&${new URLSearchParams({ password: SECRET }).toString()}`],
    ['in hexadecimal', `\\x00${Buffer.from(SECRET).toString('hex')}00`],
    ['as bytes', Buffer.concat([Buffer.of(0, 255), Buffer.from(SECRET), Buffer.of(0)])],
  ])('finds one %s', (_how, content) => {
    expect(search(content)).toHaveLength(1);
  });

  it.each(['base64', 'base64url'] as const)('finds one in %s, whatever stands around it', (encoding) => {
    for (const before of ['', 'u', 'us', 'use'])
      for (const after of ['', ':', '::', ':::'])
        expect(search(Buffer.from(`${before}${SECRET}${after}`).toString(encoding))).toHaveLength(1);
  });

  it('says which one stands where, and nothing where there is none', () => {
    expect(search(`it is ${SECRET}`)).toEqual(['PASSWORD as it is: a place']);
    expect(search(SECRET.slice(1))).toEqual([]);
  });
});
