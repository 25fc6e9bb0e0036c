import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse, parseAllDocuments } from 'yaml';
import { PROJECT_DIR } from '../../../infra/local/settings.ts';

/** A variable of a container: a value, or where it comes from. */
interface Variable {
  readonly name: string;
  readonly value?: string;
  readonly valueFrom?: { readonly secretKeyRef?: { readonly optional?: boolean } };
}

interface Probe {
  readonly httpGet?: { readonly path: string; readonly port: string };
  readonly exec?: { readonly command: readonly string[] };
}

export interface Container {
  readonly args: readonly string[];
  readonly env: readonly Variable[];
  readonly resources: Readonly<
    Record<'requests' | 'limits', { readonly cpu: string; readonly memory: string }>
  >;
  readonly securityContext: unknown;
  readonly ports?: readonly { readonly name: string; readonly containerPort: number }[];
  readonly startupProbe?: Probe;
  readonly readinessProbe?: Probe;
  readonly livenessProbe?: Probe;
}

interface PodSpec {
  readonly automountServiceAccountToken: boolean;
  readonly containers: readonly [Container];
  readonly enableServiceLinks: boolean;
  readonly initContainers?: unknown;
  readonly securityContext: unknown;
  readonly terminationGracePeriodSeconds: number;
  readonly volumes: readonly object[];
}

/** One object of a manifest. Fields of other kinds are there when the kind has them. */
export interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly labels?: Readonly<Record<string, string>> };
  readonly spec: {
    readonly replicas?: number;
    readonly scaleTargetRef?: { readonly name: string };
    readonly selector?: { readonly matchLabels?: Readonly<Record<string, string>> };
    readonly template: {
      readonly metadata: { readonly labels: Readonly<Record<string, string>> };
      readonly spec: PodSpec;
    };
    readonly triggers?: readonly {
      readonly metadata: { readonly listName: string; readonly listLength: string };
    }[];
  };
}

interface ConfigMapGenerator {
  readonly literals: readonly string[];
}

interface Kustomization {
  readonly resources: readonly string[];
  readonly configMapGenerator: readonly [ConfigMapGenerator];
}

/** A service of docker-compose.yml, as far as the manifests must agree with it. */
interface ComposeService {
  readonly command?: readonly string[];
  readonly image: string;
  readonly mem_limit?: string;
  readonly profiles?: readonly string[];
  readonly stop_grace_period?: string;
}

export const K8S = join(PROJECT_DIR, 'infra/k8s');
export const FOLDERS = ['base', 'overlays/production', 'overlays/staging'] as const;
export type Folder = (typeof FOLDERS)[number];

const read = (file: string): string => readFileSync(file, 'utf8');

/** The manifests of a folder, without its kustomization. */
export function listFiles(folder: Folder): string[] {
  return globSync('*.yaml', { cwd: join(K8S, folder) })
    .filter((file) => file !== 'kustomization.yaml')
    .toSorted();
}

/** @throws Error when a manifest is no YAML */
export function readManifests(folder: Folder): Manifest[] {
  return listFiles(folder).flatMap((file) =>
    parseAllDocuments(read(join(K8S, folder, file))).map((document) => {
      if (document.errors.length > 0) throw new Error(`${folder}/${file}: ${document.errors.join()}`);
      return document.toJS() as Manifest;
    }),
  );
}

export function readKustomization(folder: Folder): Kustomization {
  return parse(read(join(K8S, folder, 'kustomization.yaml'))) as Kustomization;
}

/** The variables that a kustomization puts into the environment of every service. */
export function readShared(folder: Folder): Record<string, string> {
  const [{ literals }] = readKustomization(folder).configMapGenerator;
  return Object.fromEntries(
    literals.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]),
  );
}

/** The services of docker-compose.yml that run our image. */
export function readCompose(): Record<string, ComposeService> {
  const { services } = parse(read(join(PROJECT_DIR, 'docker-compose.yml')), { merge: true }) as {
    services: Record<string, ComposeService>;
  };
  return Object.fromEntries(
    Object.entries(services).filter(([, { image }]) => image.startsWith('macro-pipeline')),
  );
}
