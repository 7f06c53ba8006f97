import { z } from 'zod';

const UtcTime = z.iso.datetime({ precision: 9 }).describe('UTC with nanoseconds');

/** Why a file was closed. */
export const CloseReason = {
  /** A record of a later period came, or the file was open for a whole period. */
  time: 'time',
  size: 'size',
  /** A client asked for it. */
  request: 'request',
  /** The daemon was stopped, or its input ended. */
  stop: 'stop',
  /** Left by a crash, beside a newer one. */
  recovered: 'recovered',
} as const;
export type CloseReason = (typeof CloseReason)[keyof typeof CloseReason];

/** `<file>.manifest.json`: what a closed beam file holds. Written before the file gets its final name. */
export const Manifest = z.strictObject({
  format: z.literal('beam-manifest/1'),
  file: z.string().describe('name of the file in the same directory'),
  bytes: z.int().min(0),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  adler32: z.string().regex(/^[0-9a-f]{8}$/),
  records: z.strictObject({ in: z.int().min(0), out: z.int().min(0) }),
  spillCount: z.strictObject({ lowest: z.int().min(0), highest: z.int().min(0) }),
  time: z.strictObject({ earliest: UtcTime, latest: UtcTime }).describe('block times'),
  sources: z.array(
    z.strictObject({
      source: z.string().describe('whose sequence numbers, as the client named itself'),
      stream: z.string(),
      first: z.int().min(1).describe('first sequence in this file'),
      last: z.int().min(1),
      records: z.int().min(1),
      skipped: z.int().min(0).describe('sequences between first and last that never came'),
    }),
  ),
  closed: z.iso.datetime(),
  reason: z.enum(CloseReason),
});
export type Manifest = z.infer<typeof Manifest>;

export const MANIFEST_SUFFIX = '.manifest.json';
