import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { get } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { temporaryDirectory } from '../../helpers/temporary-directory.ts';
import { runGateway } from './harness.ts';

const run = promisify(execFile);

test('with a certificate it speaks HTTPS and tells browsers to stay with it; with none it says which', async ({
  skip,
}) => {
  await using directory = await temporaryDirectory();
  const tls = { certificate: join(directory.path, 'cert.pem'), key: join(directory.path, 'key.pem') };
  await expect(runGateway({ tls })).rejects.toMatchObject({
    code: 'CONFIG_UNREADABLE',
    message: expect.stringContaining(tls.certificate),
  });
  const request = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 1 -subj /CN=test';
  const files = ['-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', tls.key, '-out', tls.certificate];
  const made = run('openssl', [...request.split(' '), ...files]);
  const failed = await made.then(
    () => undefined,
    (error: unknown) => `no certificate without openssl: ${String(error)}`,
  );
  skip(failed !== undefined, failed);
  await using gateway = await runGateway({ tls });
  expect(gateway.url).toMatch(/^https:/);
  const ca = await readFile(tls.certificate);
  const [response] = (await once(get(`${gateway.url}/healthz`, { ca }), 'response')) as [IncomingMessage];
  expect(await text(response)).toBe('ok\n');
  expect(response.headers['strict-transport-security']).toMatch(/^max-age=\d+/);
});
