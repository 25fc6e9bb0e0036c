import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { loadConfig } from '../../../shared/config.ts';
import { K8S, readManifests, readShared, type Manifest } from './read-manifests.ts';

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: unknown;
}

interface Component {
  readonly configMapGenerator?: readonly { readonly literals: readonly string[] }[];
  readonly patches: readonly {
    readonly target: { readonly kind: string; readonly name?: string };
    readonly patch: string;
  }[];
}

const readComponent = (name: string): Component =>
  parse(readFileSync(join(K8S, 'components', name, 'kustomization.yaml'), 'utf8')) as Component;

/** What a component does to an object. */
function listOperations({ patches }: Component, { kind, metadata }: Manifest): Operation[] {
  return patches
    .filter(({ target }) => target.kind === kind && (target.name ?? metadata.name) === metadata.name)
    .flatMap(({ patch }) => parse(patch) as Operation[]);
}

const ofKind = (kind: string): Manifest[] =>
  readManifests('base').filter((manifest) => manifest.kind === kind);
const scaled = ofKind('ScaledObject');

describe('the component for Redis Cluster', () => {
  const component = readComponent('redis-cluster');
  const [generator] = component.configMapGenerator ?? [];

  it('gives KEDA and the services the prefix that the services would derive', () => {
    const environment = {
      REDIS_URL: 'redis+cluster://cache:6379',
      QUEUE_PREFIX: readShared('base')['QUEUE_PREFIX'],
    };
    expect(generator?.literals).toEqual([`QUEUE_PREFIX=${loadConfig(environment).QUEUE_PREFIX}`]);
  });

  it.each(scaled)(
    'has $metadata.name ask a cluster for the lists of the base, under that prefix',
    (object) => {
      const base = object.spec.triggers ?? [];
      const expected = base.flatMap((_trigger, index) => [
        { op: 'replace', path: `/spec/triggers/${index}/type`, value: 'redis-cluster' },
        {
          op: 'replace',
          path: `/spec/triggers/${index}/metadata/listName`,
          value: base[index]?.metadata.listName.replace(/^macro:/, '{macro}:'),
        },
      ]);
      const operations = listOperations(component, object);
      expect(operations).toHaveLength(4);
      expect(operations).toEqual(expect.arrayContaining(expected));
    },
  );
});

describe('the component for Sentinel', () => {
  const component = readComponent('redis-sentinel');

  it.each(scaled)('has $metadata.name ask the sentinels, for the lists of the base', (object) => {
    expect(listOperations(component, object)).toEqual([
      { op: 'replace', path: '/spec/triggers/0/type', value: 'redis-sentinel' },
      { op: 'replace', path: '/spec/triggers/1/type', value: 'redis-sentinel' },
    ]);
  });

  it('takes what KEDA must know about them from a Secret, and lets the services reach their port', () => {
    const [authentication] = ofKind('TriggerAuthentication');
    const network = ofKind('NetworkPolicy').find(({ metadata }) => metadata.name === 'redis');
    const added = [authentication, network].flatMap((object) =>
      object === undefined ? [] : listOperations(component, object),
    );
    expect(added.map(({ op, value }) => [op, value])).toEqual([
      ['add', { parameter: 'sentinelMaster', name: 'macro-stores', key: 'REDIS_SENTINEL_MASTER' }],
      ['add', { parameter: 'sentinelPassword', name: 'macro-stores', key: 'REDIS_SENTINEL_PASSWORD' }],
      ['add', { port: 26_379 }],
    ]);
  });
});

describe('the component for PgBouncer', () => {
  it('lets whoever reaches PostgreSQL reach the pooler, and nobody else', () => {
    const policies = ofKind('NetworkPolicy').map((policy): [string, Operation[]] => [
      policy.metadata.name,
      listOperations(readComponent('pgbouncer'), policy),
    ]);
    expect(policies.filter(([, operations]) => operations.length > 0)).toEqual([
      ['postgres', [{ op: 'add', path: '/spec/egress/0/ports/-', value: { port: 6_432 } }]],
    ]);
  });
});
