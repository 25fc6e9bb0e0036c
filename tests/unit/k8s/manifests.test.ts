import { describe, expect, it } from 'vitest';
import { ENVIRONMENT_NAMES, loadConfig } from '../../../shared/config.ts';
import { QUEUES } from '../../../shared/queues/queues.ts';
import {
  FOLDERS,
  listFiles,
  readCompose,
  readKustomization,
  readManifests,
  readShared,
  type Container,
  type Manifest,
} from './read-manifests.ts';

const manifests = FOLDERS.flatMap(readManifests);
const workloads = manifests
  .filter(({ kind }) => kind === 'Deployment' || kind === 'Job')
  .map((manifest) => ({ name: manifest.metadata.name, manifest, pod: manifest.spec.template.spec }));
const deployments = workloads.filter(({ manifest }) => manifest.kind === 'Deployment');
const compose = readCompose();
const ofKind = (kind: string): Manifest[] => manifests.filter((manifest) => manifest.kind === kind);
const namesOf = (list: readonly Manifest[]): string[] => list.map(({ metadata }) => metadata.name).toSorted();

/** Seconds of `30s` or `21m`. */
const toSeconds = (period: string): number => Number.parseInt(period, 10) * (period.endsWith('m') ? 60 : 1);
/** `512m` of docker-compose.yml is `512Mi` here. */
const toQuantity = (limit: string): string => `${limit.replace(/[mg]$/, (unit) => unit.toUpperCase())}i`;

const SECRETS: Readonly<Record<string, string>> = {
  API_KEYS: `desk:viewer:sha256:${'ab'.repeat(32)}`,
  DATABASE_URL: 'postgres://macro:from-a-secret@db.example:5432/macro',
  REDIS_URL: 'redis://:from-a-secret@cache.example:6379',
  SESSION_SECRET: 's'.repeat(32),
};

/** The environment of a container with secrets that exist; optional ones do not. */
function resolveEnvironment(container: Container): Record<string, string> {
  const own = container.env.flatMap(({ name, value, valueFrom }): [string, string][] => {
    if (valueFrom?.secretKeyRef?.optional === true) return [];
    return [[name, value ?? SECRETS[name] ?? 'from-a-secret']];
  });
  return { ...readShared('base'), ...Object.fromEntries(own) };
}

describe('the kustomizations', () => {
  it.each(FOLDERS)('%s takes in every manifest of its folder', (folder) => {
    const taken = readKustomization(folder).resources.filter((path) => path.endsWith('.yaml'));
    expect(taken.toSorted()).toEqual(listFiles(folder));
  });

  it.each(FOLDERS)('%s sets variables that exist, and no secret', (folder) => {
    const names = Object.keys(readShared(folder));
    expect(names.length).toBeGreaterThan(0);
    expect(names.filter((name) => !ENVIRONMENT_NAMES.includes(name))).toEqual([]);
    expect(names.filter((name) => /KEY|PASSWORD|SECRET|DATABASE_URL|REDIS_URL/.test(name))).toEqual([]);
  });

  it('contain no secret', () => {
    expect(ofKind('Secret')).toEqual([]);
  });
});

describe('the workloads', () => {
  it('are the services of docker-compose.yml', () => {
    expect(workloads.map(({ name }) => name).toSorted()).toEqual(Object.keys(compose).toSorted());
  });

  it.each(workloads)('$name runs the command of docker-compose.yml, under its limits', ({ name, pod }) => {
    const service = compose[name];
    const [container] = pod.containers;
    expect(container.args).toEqual(service?.command);
    expect(container.resources.limits).toEqual({ cpu: '1', memory: toQuantity(service?.mem_limit ?? '') });
    expect(Object.keys(container.resources.requests).toSorted()).toEqual(['cpu', 'memory']);
  });

  it.each(deployments)('$name has the time to stop of docker-compose.yml', ({ name, pod }) => {
    expect(pod.terminationGracePeriodSeconds).toBe(toSeconds(compose[name]?.stop_grace_period ?? ''));
  });

  it.each(workloads)(
    '$name may do nothing that the restricted standard forbids, and writes only to /tmp',
    ({ pod }) => {
      expect(pod.securityContext).toEqual({
        runAsNonRoot: true,
        runAsUser: 1000,
        runAsGroup: 1000,
        seccompProfile: { type: 'RuntimeDefault' },
      });
      expect(pod.containers[0].securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
      expect(pod.containers).toHaveLength(1);
      expect(pod.initContainers).toBeUndefined();
      expect(pod.volumes).toEqual([{ name: 'tmp', emptyDir: { sizeLimit: '256Mi' } }]);
    },
  );

  it.each(workloads)(
    '$name gets no token, and no variables of services that would be taken for its own',
    ({ pod }) => {
      expect(pod.automountServiceAccountToken).toBe(false);
      expect(pod.enableServiceLinks).toBe(false);
    },
  );

  it.each(workloads)('$name is given variables that exist, and starts with them in production', ({ pod }) => {
    const environment = resolveEnvironment(pod.containers[0]);
    expect(Object.keys(environment).filter((name) => !ENVIRONMENT_NAMES.includes(name))).toEqual([]);
    expect(loadConfig(environment).NODE_ENV).toBe('production');
  });

  it('keep the key of a provider, the passwords of the dashboard and the database from whoever does not need them', () => {
    const holders = (variable: string): string[] =>
      workloads
        .filter(({ pod }) =>
          pod.containers[0].env.some(({ name, valueFrom }) => name === variable && valueFrom !== undefined),
        )
        .map(({ name }) => name)
        .toSorted();
    expect(holders('FRED_API_KEY')).toEqual(['worker-bronze']);
    expect(holders('DASHBOARD_PASSWORD')).toEqual(['dashboard']);
    expect(holders('SESSION_SECRET')).toEqual(['dashboard']);
    expect(holders('DATABASE_URL')).not.toContain('dashboard');
    expect(holders('DATABASE_DIRECT_URL')).toEqual(holders('DATABASE_URL'));
    expect(holders('MIGRATE_DATABASE_URL')).toEqual(['migrate']);
    expect(holders('REDIS_URL')).not.toContain('migrate');
  });
});

describe('the probes', () => {
  it.each(deployments)('of $name ask a port that it listens on', ({ pod }) => {
    const [container] = pod.containers;
    const config = loadConfig(resolveEnvironment(container));
    const [port] = container.ports ?? [];
    const listensOn = [config.HEALTH_PORT, config.API_PORT, config.DASHBOARD_PORT, config.REPLAY_PORT];
    expect(listensOn).toContain(port?.containerPort);
    expect(container.startupProbe?.httpGet).toEqual({ path: '/livez', port: port?.name });
    expect(container.readinessProbe?.httpGet?.port).toBe(port?.name);
    expect(container.livenessProbe).toBeDefined();
  });

  it('of workers and scheduler do not kill them because PostgreSQL or Redis is away', () => {
    const asked = deployments.filter(({ pod }) => pod.containers[0].ports?.[0]?.name === 'health');
    expect(asked.map(({ name }) => name).toSorted()).toEqual([
      'scheduler',
      'worker-agents',
      'worker-bronze',
      'worker-silver',
    ]);
    for (const { pod } of asked)
      expect(pod.containers[0].livenessProbe?.exec?.command.at(-1)).toMatch(/^fetch\(.*\/livez'\)\.catch/);
  });
});

describe('what belongs to a workload', () => {
  it.each(deployments)('$name is selected by its own name', ({ name, manifest }) => {
    expect(manifest.spec.selector?.matchLabels).toEqual({ 'app.kubernetes.io/name': name });
    expect(manifest.spec.template.metadata.labels).toEqual({ 'app.kubernetes.io/name': name });
  });

  it('is a budget for disruptions of every service of the base', () => {
    const expected = namesOf(readManifests('base').filter(({ kind }) => kind === 'Deployment'));
    expect(namesOf(ofKind('PodDisruptionBudget'))).toEqual(expected);
  });

  it('is a number of replicas, or a rule of KEDA that sets it: never both', () => {
    const scaled = ofKind('ScaledObject').map(({ spec }) => spec.scaleTargetRef?.name ?? '');
    expect(scaled.toSorted()).toEqual(['worker-agents', 'worker-bronze', 'worker-silver']);
    const fixed = deployments.filter(({ manifest }) => manifest.spec.replicas !== undefined);
    expect(fixed.map(({ name }) => name).filter((name) => scaled.includes(name))).toEqual([]);
    expect(fixed.length + scaled.length).toBe(deployments.length);
  });

  it.each(ofKind('ScaledObject'))(
    'is a rule for $metadata.name that counts the jobs of its queue',
    ({ metadata, spec }) => {
      const queue = metadata.name.replace('worker-', '');
      expect(Object.keys(QUEUES)).toContain(queue);
      const worker = workloads.find(({ name }) => name === metadata.name);
      const variable = worker?.pod.containers[0].env.find(
        ({ name }) => name === `${queue.toUpperCase()}_CONCURRENCY`,
      );
      const prefix = readShared('base')['QUEUE_PREFIX'];
      expect(spec.triggers?.map(({ metadata: { listName, listLength } }) => [listName, listLength])).toEqual([
        [`${prefix}:${queue}:prioritized`, variable?.value],
        [`${prefix}:${queue}:active`, variable?.value],
      ]);
    },
  );

  it('is a policy without which nothing is reached', () => {
    const closed = ofKind('NetworkPolicy').filter(({ metadata }) => metadata.name === 'default-deny');
    expect(closed.map(({ spec }) => spec)).toEqual([{ podSelector: {}, policyTypes: ['Ingress', 'Egress'] }]);
  });

  it('is a namespace that enforces the restricted standard', () => {
    expect(ofKind('Namespace').map(({ metadata }) => metadata.labels)).toEqual([
      expect.objectContaining({ 'pod-security.kubernetes.io/enforce': 'restricted' }),
    ]);
  });
});
