import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  attempt,
  check,
  listContainers,
  listRunning,
  must,
  PROJECT,
  run,
  serviceOf,
  SERVICES,
  work,
  WORKERS,
} from './project.ts';

/** PostgreSQL and Redis over TLS, with an authority of our own and without a stranger's, and the whole system on them. */
export async function proveTls(): Promise<void> {
  const tls = join(work, 'tls');
  mkdirSync(tls);
  const openssl = (...args: string[]) => run('openssl', args, { cwd: tls });
  for (const name of ['ca', 'stranger'])
    await openssl(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      `/CN=${name}`,
      '-keyout',
      `${name}.key`,
      '-out',
      `${name}.pem`,
    );
  await openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=server',
    '-addext',
    'subjectAltName=DNS:tls-postgres,DNS:tls-redis',
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
  );
  await openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-copy_extensions',
    'copy',
    '-days',
    '2',
    '-out',
    'server.pem',
  );
  await run('chmod', ['-R', 'a+rX', tls]);
  const network = `${PROJECT}-managed`;
  await must('docker', 'network', 'create', network);
  const start = (name: string, image: string, args: string[], command: string) =>
    must(
      'docker',
      'run',
      '-d',
      '--rm',
      '--name',
      `${PROJECT}-${name}`,
      '--network',
      network,
      '--network-alias',
      name,
      '-v',
      `${tls}:/tls:ro`,
      ...args,
      image,
      'sh',
      '-c',
      command,
    );
  try {
    await start(
      'tls-redis',
      'redis:7-bookworm',
      ['--user', 'redis'],
      'exec redis-server --port 0 --tls-port 6379 --tls-cert-file /tls/server.pem --tls-key-file /tls/server.key --tls-ca-cert-file /tls/ca.pem --tls-auth-clients no --requirepass 5ac0ffee --maxmemory-policy noeviction',
    );
    await start(
      'tls-postgres',
      'postgres:16-bookworm',
      ['-e', 'POSTGRES_USER=macro', '-e', 'POSTGRES_PASSWORD=5ac0ffee'],
      'cp /tls/server.* /tmp && chown postgres /tmp/server.* && chmod 600 /tmp/server.key && exec docker-entrypoint.sh postgres -c ssl=on -c ssl_cert_file=/tmp/server.pem -c ssl_key_file=/tmp/server.key',
    );
    const client = (ca: string, ...command: string[]) => {
      const settings = {
        DATABASE_URL: `postgres://macro:5ac0ffee@tls-postgres:5432/macro?sslmode=verify-full&sslrootcert=/tls/${ca}.pem`,
        REDIS_URL: `rediss://:5ac0ffee@tls-redis:6379?sslrootcert=/tls/${ca}.pem`,
        API_KEYS: '5ac0ffee',
        PROVIDERS: 'replay',
      };
      const variables = Object.entries(settings).flatMap((pair) => ['-e', pair.join('=')]);
      return attempt('docker', [
        'run',
        '--rm',
        '--network',
        network,
        '-v',
        `${tls}:/tls:ro`,
        ...variables,
        `macro-pipeline:${PROJECT}`,
        ...command,
      ]);
    };
    const migrated = await client('ca', 'node', 'services/migrate/main.ts');
    check(
      'PostgreSQL over TLS with an authority of our own',
      migrated.code === 0 && migrated.text.includes('up to date'),
      migrated.code === 0 ? '' : migrated.text.slice(-300),
    );
    const refused = await client('stranger', 'node', 'services/migrate/main.ts');
    check(
      'PostgreSQL with a certificate of a stranger is refused',
      refused.code !== 0 && /certificate|self-signed/i.test(refused.text),
    );
    const worker = [
      'sh',
      '-c',
      // Until it is healthy or has ended, which a worker does that may not connect.
      'HEALTH_PORT=3009 node services/bronze/main.ts & for try in $(seq 60); do kill -0 $! || exit 1; node infra/compose/check-health.ts http://127.0.0.1:3009/livez && exit 0; sleep 1; done; exit 1',
    ];
    const healthy = await client('ca', ...worker);
    check(
      'a worker is healthy over TLS on both',
      healthy.code === 0,
      healthy.code === 0 ? '' : healthy.text.slice(-300),
    );
    check(
      'Redis with a certificate of a stranger is refused',
      (await client('stranger', ...worker)).code !== 0,
    );
    await proveManaged(network);
  } finally {
    await attempt('docker', ['rm', '-f', '-v', `${PROJECT}-tls-redis`, `${PROJECT}-tls-postgres`]);
    await attempt('docker', ['network', 'rm', network]);
  }
}

/** `make up`, `make run-all` and `make down` with a PostgreSQL and a Redis that are reached by URL, over TLS. */
async function proveManaged(network: string): Promise<void> {
  const services = ['migrate', ...SERVICES, ...WORKERS].filter(
    (name) => !['postgres', 'redis'].includes(name),
  );
  writeFileSync(
    join(work, 'docker-compose.override.yml'),
    [
      'services:',
      ...services.map((name) => `  ${name}: { volumes: ['./tls:/tls:ro'] }`),
      `networks: { default: { external: true, name: ${network} } }`,
      '',
    ].join('\n'),
  );
  const settings = {
    MIGRATE_DATABASE_URL: '',
    DATABASE_URL:
      'postgres://macro:5ac0ffee@tls-postgres:5432/macro?sslmode=verify-full&sslrootcert=/tls/ca.pem',
    REDIS_URL: 'rediss://:5ac0ffee@tls-redis:6379?sslrootcert=/tls/ca.pem',
  };
  const kept = readFileSync(join(work, '.env'), 'utf8')
    .split('\n')
    .filter((line) => !Object.keys(settings).some((name) => line.startsWith(`${name}=`)));
  writeFileSync(
    join(work, '.env'),
    [...kept, ...Object.entries(settings).map((pair) => pair.join('='))].join('\n'),
  );
  const up = await must('make', 'up', 'REPLAY=1');
  const started = (await listRunning()).map(serviceOf).toSorted();
  check(
    'make up leaves out what is managed elsewhere, and ends when all is healthy',
    started.join() ===
      services
        .filter((name) => name !== 'migrate')
        .toSorted()
        .join() && up.includes('ready. API'),
    started.join(' '),
  );
  const runAll = await attempt('make', ['run-all', 'PARTITION=2022-06-24']);
  check(
    'make run-all materializes 14 assets on managed servers',
    runAll.code === 0 && /run \S+: succeeded/.test(runAll.text),
    runAll.text.split('\n').at(-2) ?? '',
  );
  await must('make', 'down', 'VOLUMES=1');
  check('make down VOLUMES=1 leaves no container', (await listContainers()).length === 0);
  rmSync(join(work, 'docker-compose.override.yml'));
}
