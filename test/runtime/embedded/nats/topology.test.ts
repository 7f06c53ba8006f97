import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { renderNatsConfig } from '../../../../runtime/embedded/nats/config.ts';
import { findNatsServer } from '../../../../runtime/embedded/nats/fetch.ts';
import { type NatsTopology, renderTopology } from '../../../../runtime/embedded/nats/topology.ts';
import { silent } from '../../../helpers/streams.ts';
import { temporaryDirectory } from '../../../helpers/temporary-directory.ts';

const ROOT = join(import.meta.dirname, '../../../..');

/** The examples of docs/operations.md. */
const TOPOLOGIES: Readonly<Record<string, NatsTopology>> = {
  'nats-cluster': {
    host: 'daq1',
    cluster: { name: 'spillway', port: 6222, routes: ['nats://daq2:6222', 'nats://daq3:6222'] },
    domain: 'hub',
    leafPort: 7422,
  },
  'nats-site': {
    domain: 'site1',
    hub: { urls: ['nats-leaf://daq1:7422', 'nats-leaf://daq2:7422'], experiments: ['numi'] },
  },
};

test.each(Object.entries(TOPOLOGIES))(
  'the page shows %s as it is rendered, and the server takes it',
  async (name, topology) => {
    const page = await readFile(join(ROOT, 'docs', 'operations.md'), 'utf8');
    const shown = new RegExp(`\`\`\`json ${name}\n([^]*?)\`\`\``).exec(page)?.[1] ?? '';
    const { domain } = topology;
    expect(JSON.parse(shown)).toEqual({ ...renderTopology(topology), jetstream: { domain } });

    await using directory = await temporaryDirectory();
    const file = join(directory.path, 'nats-server.conf');
    const options = { name, storeDirectory: directory.path, port: 0, httpPort: 0, eventStoreBytes: 0 };
    await writeFile(file, renderNatsConfig({ ...options, syncInterval: 'always', topology }));
    const { path } = await findNatsServer({
      env: process.env,
      log: silent,
      signal: new AbortController().signal,
    });
    await expect(promisify(execFile)(path, ['-t', '-c', file])).resolves.toBeDefined();
  },
);
