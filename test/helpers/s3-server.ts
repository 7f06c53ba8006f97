import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import type { EventStoreConfig } from '../../runtime/event-store/config.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** As much of the package as we use; it has no types. */
interface S3rver {
  run(): Promise<AddressInfo>;
  close(): Promise<void>;
}
type NewS3rver = new (options: Record<string, unknown>) => S3rver;
const S3rver = createRequire(import.meta.url)('@20minutes/s3rver') as NewS3rver;

export type S3Section = Extract<EventStoreConfig, { kind: 's3' }>;

/** An S3 server on a real socket that verifies signatures, with an empty bucket; gone with the scope. */
export interface TestS3 extends AsyncDisposable {
  readonly config: S3Section;
  readonly port: number;
}

/** Keys that the server knows. */
const KEY = 'S3RVER';

export async function s3Server(): Promise<TestS3> {
  const owned = new AsyncDisposableStack();
  const directory = owned.use(await temporaryDirectory());
  const server = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: directory.path,
    configureBuckets: [{ name: 'events' }],
  });
  const { port } = await server.run();
  owned.defer(() => server.close());
  const config: S3Section = {
    kind: 's3',
    endpoint: `http://127.0.0.1:${port}`,
    region: 'us-east-1',
    bucket: 'events',
    prefix: '',
    accessKey: KEY,
    secretKey: KEY,
  };
  return { config, port, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
