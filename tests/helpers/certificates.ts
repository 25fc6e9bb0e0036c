import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe } from 'vitest';

const OPENSSL = 'openssl';

/** A certificate and its key, in files. */
export interface Certificate {
  readonly certFile: string;
  readonly keyFile: string;
}

/** An authority of a test, and certificates for 127.0.0.1. */
export interface Certificates {
  readonly caFile: string;
  /** Another authority, which has issued none of the servers' certificates. */
  readonly otherCaFile: string;
  readonly server: Certificate;
  /** For the same address, by that other authority. */
  readonly stranger: Certificate;
  /** By the same authority as that of the server, for another address. */
  readonly neighbour: Certificate;
  remove(): void;
}

/** A group of tests with certificates; without OpenSSL on this machine it says NOT RUN and is skipped. */
export function describeWithCertificates(name: string, define: () => void): void {
  if (spawnSync(OPENSSL, ['version']).status === 0) {
    describe(name, define);
    return;
  }
  process.stderr.write(`NOT RUN: ${name}: no OpenSSL on this machine (apt-get install openssl)\n`);
  describe.skip(`${name} (NOT RUN: no OpenSSL)`, define);
}

/** Makes them with OpenSSL, valid for two days. */
export function createCertificates(): Certificates {
  const dir = mkdtempSync(join(tmpdir(), 'certificates-'));
  const place = (name: string): string => join(dir, name);
  const openssl = (...args: string[]): void => void execFileSync(OPENSSL, args, { cwd: dir, stdio: 'pipe' });
  const createKey = (name: string): string[] => [
    ...['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', `${name}.key`],
    ...['-subj', `/CN=${name}`],
  ];
  const createAuthority = (name: string): void =>
    openssl('req', '-x509', '-days', '2', ...createKey(name), '-out', `${name}.pem`);
  const issue = (name: string, authority: string, address: string): Certificate => {
    const extensions = `${name}.ext`;
    writeFileSync(place(extensions), `subjectAltName=IP:${address}\n`);
    openssl('req', ...createKey(name), '-out', `${name}.csr`);
    openssl(
      ...['x509', '-req', '-days', '2', '-in', `${name}.csr`, '-out', `${name}.pem`, '-extfile', extensions],
      ...['-CA', `${authority}.pem`, '-CAkey', `${authority}.key`, '-CAcreateserial'],
    );
    return { certFile: place(`${name}.pem`), keyFile: place(`${name}.key`) };
  };
  createAuthority('authority');
  createAuthority('other');
  return {
    caFile: place('authority.pem'),
    otherCaFile: place('other.pem'),
    server: issue('server', 'authority', '127.0.0.1'),
    stranger: issue('stranger', 'other', '127.0.0.1'),
    neighbour: issue('neighbour', 'authority', '127.0.0.2'),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
