import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Files in PEM. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
}

/** An authority of its own, and what it vouches for. */
export interface Authority {
  /** Its certificate. */
  readonly ca: string;
  issue(name: string): Promise<Certificate>;
}

const KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '1'];

/** @throws where there is no openssl */
export async function authorityIn(directory: string, name = 'authority'): Promise<Authority> {
  const files = pathsOf(directory, name);
  await request(name, files, ['-addext', 'basicConstraints=critical,CA:TRUE']);
  return {
    ca: files.certificate,
    async issue(subject) {
      const issued = pathsOf(directory, `${name}-${subject}`);
      await request(subject, issued, [
        '-CA',
        files.certificate,
        '-CAkey',
        files.key,
        '-addext',
        'subjectAltName=IP:127.0.0.1,DNS:localhost',
        '-addext',
        'basicConstraints=critical,CA:FALSE',
      ]);
      return issued;
    },
  };
}

const pathsOf = (directory: string, name: string): Certificate => ({
  certificate: join(directory, `${name}.pem`),
  key: join(directory, `${name}.key`),
});

const request = (name: string, { certificate, key }: Certificate, more: readonly string[]) => {
  const files = ['-subj', `/CN=${name}`, '-keyout', key, '-out', certificate];
  return run('openssl', ['req', '-x509', ...KEY, ...files, ...more]);
};

/** Why no certificate can be made on this machine; undefined where one can. */
export async function withoutOpenssl(): Promise<string | undefined> {
  try {
    const { stdout } = await run('openssl', ['version']);
    return /^OpenSSL [3-9]/.test(stdout)
      ? undefined
      : `no certificates: needs OpenSSL 3, there is ${stdout.trim()}`;
  } catch (error) {
    return `no certificates without openssl: ${String(error)}`;
  }
}
