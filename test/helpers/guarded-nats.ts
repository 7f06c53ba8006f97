import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { pino } from 'pino';
import { natsFiles, renderNatsConfig } from '../../runtime/embedded/nats/config.ts';
import { findNatsServer } from '../../runtime/embedded/nats/fetch.ts';
import { temporaryDirectory } from './temporary-directory.ts';
import { until } from './until.ts';

export interface GuardedNats extends AsyncDisposable {
  readonly url: string;
}

/** What nats-server's `authorization` lets in. */
export type Authorization =
  | { readonly user: string; readonly password: string }
  | { readonly token: string }
  | { readonly users: readonly { readonly nkey: string }[] };

/** A real nats-server that lets nobody else in, by a password, a token or a key, as those of others do. */
export async function guardedNats(authorization: Authorization): Promise<GuardedNats> {
  await using owned = new AsyncDisposableStack();
  const { path: storeDirectory } = owned.use(await temporaryDirectory());
  const log = pino({ level: 'silent' });
  const { path: binary } = await findNatsServer({
    env: process.env,
    log,
    signal: new AbortController().signal,
  });
  const files = natsFiles(storeDirectory);
  const open = renderNatsConfig({
    name: 'guarded',
    storeDirectory,
    port: 0,
    httpPort: 0,
    syncInterval: 120_000,
    eventStoreBytes: 0,
  });
  const config: unknown = { ...JSON.parse(open), authorization };
  await writeFile(files.config, JSON.stringify(config));
  const child = spawn(binary, ['-c', files.config], { stdio: 'ignore' });
  const exited = once(child, 'exit');
  owned.defer(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  let url: string | undefined;
  await until(
    async () => {
      const ports = JSON.parse(await readFile(files.ports(binary, child.pid ?? 0), 'utf8')) as {
        nats: string[];
      };
      url = ports.nats[0];
      return url !== undefined;
    },
    { what: 'the guarded nats-server' },
  );
  const kept = owned.move();
  return { url: url ?? '', [Symbol.asyncDispose]: () => kept.disposeAsync() };
}
