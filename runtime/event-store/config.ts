import { z } from 'zod';
import { secret } from '../config/secret.ts';
import { byteSize } from '../config/units.ts';

const JetStream = z.strictObject({
  kind: z.literal('jetstream').default('jetstream').describe('jetstream: in NATS; s3: in an S3 bucket'),
  maxBytes: byteSize()
    .prefault('20GiB')
    .describe('jetstream: most it takes; on each server that holds a replica'),
});

const S3 = z.strictObject({
  kind: z.literal('s3'),
  endpoint: z
    .url({ protocol: /^https?$/ })
    .refine(address => !/[?#]|\/\/[^/]*@/.test(address), 'must hold no user, password, query or fragment')
    .describe('s3: address of the service; the bucket is put behind it, e.g. https://s3.example.org'),
  region: z.string().min(1).default('us-east-1').describe('s3: what requests are signed for'),
  bucket: z
    .string()
    .regex(/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/, 'must be the name of a bucket')
    .describe('s3: must be there'),
  prefix: z
    .string()
    .regex(/^([A-Za-z0-9_.-]+\/)*$/, 'must be empty, or end with /')
    .default('')
    .describe('s3: before every key; the name of the experiment follows'),
  accessKey: secret(),
  secretKey: secret(),
});

/** Where bodies that are too large for a message are kept. */
export const EventStoreConfig = z
  .discriminatedUnion('kind', [JetStream, S3], {
    error: ({ code }) => (code === 'invalid_union' ? 'must be "jetstream" or "s3"' : undefined),
  })
  .prefault({})
  .describe('where bodies that are too large for a message are kept: camera events, maps, ODBs');
export type EventStoreConfig = z.infer<typeof EventStoreConfig>;
export type S3Config = z.infer<typeof S3>;
