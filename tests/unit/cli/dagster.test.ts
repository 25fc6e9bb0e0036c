import { describe, expect, it } from 'vitest';
import { OLD_SOURCES, REFUSALS } from '../../../infra/cli/dagster/old-tables.ts';
import { connectorOf } from '../../../infra/cli/dagster/old-deployment.ts';

/** Every code of SGS that the Dagster deployment asked for. */
const SGS_CODES =
  '433 13522 11426 27838 11427 27839 4466 16122 21379 7478 188 189 190 225 7446 10764 10841 10844 1637 7170 1638 1639 7485 1640 1641 1642 1643 ' +
  '22099 24364 21859 1455 28473 23987 4393 7343 1344 28763 24369 432 11 12 20539 21082 21083 20714 1824 1837 1838 1839 1788 22707 22885 22918 ' +
  '22886 22888 22889 13621 1 10813 5793 5727 4513 13762';

const codes = SGS_CODES.split(' ');
const refused = REFUSALS.filter(({ source }) => source === 'BCB_SGS');

describe('the series of the Dagster deployment', () => {
  it('are 63 of SGS, of which 27 are another series than their name says', () => {
    expect(codes).toHaveLength(63);
    expect(refused.filter(({ why }) => why === 'mislabelled')).toHaveLength(27);
    expect(refused.map(({ code }) => code).filter((code) => !codes.includes(code))).toEqual([]);
  });

  it('are each refused by name, or belong to a key of the registry that is asked for', () => {
    const keys = connectorOf('bronze_bcb_sgs').keys.filter(({ disabled }) => disabled === undefined);
    const accepted = codes.filter((code) => refused.every((refusal) => refusal.code !== code));
    expect(accepted).toHaveLength(25);
    expect(accepted.filter((code) => keys.every((key) => key.code !== code))).toEqual([]);
  });

  it('are refused once each, under the right source', () => {
    const names = REFUSALS.map(({ source, code }) => `${source} ${code}`);
    expect(new Set(names).size).toBe(names.length);
    const sources = OLD_SOURCES.map(({ source }) => source);
    expect(REFUSALS.filter(({ source }) => !sources.includes(source))).toEqual([]);
  });

  it('are told which code has their name, where a key of the registry has it', () => {
    const byName = new Map(connectorOf('bronze_bcb_sgs').keys.map(({ key, code }) => [key, code]));
    const told = refused.filter(({ name, why }) => why === 'mislabelled' && byName.has(name));
    expect(told.length).toBeGreaterThan(20);
    for (const { name, reason } of told) expect(reason).toMatch(new RegExp(`\\b${byName.get(name)}\\b`));
  });
});
