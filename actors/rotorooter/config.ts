import { z } from 'zod';
import { MAX_BLOCK_WORDS } from '../../protocol/raw-block/raw-block.ts';
import { filePath } from '../../runtime/config/file-path.ts';
import { byteSize, duration } from '../../runtime/config/units.ts';

/** An address, or a network in CIDR notation. */
const Network = z.union([z.cidrv4(), z.cidrv6(), z.ipv4(), z.ipv6()], {
  error: 'must be an address or a network, for example 127.0.0.0/8 or ::1',
});

/** Port of the beam monitor's daemon: next to those of the data acquisition (9011) and slow control (9012). */
export const DEFAULT_PORT = 9013;

export const RotorooterConfig = z
  .strictObject({
    host: z.string().default('127.0.0.1').describe('address to listen on'),
    port: z.int().min(0).max(65_535).default(DEFAULT_PORT).describe('0 takes a free one'),
    allow: z.array(Network).default(['127.0.0.0/8', '::1/128']).describe('networks clients may come from'),
    directory: filePath().optional().describe('where the files go; default: beam in the data directory'),
    roll: z
      .strictObject({
        hours: z
          .number()
          .min(0.001)
          .max(168)
          .default(4)
          .describe('period of one file in block time; periods start at 00:00 UTC where it divides a day'),
        bytes: byteSize().prefault('1GiB').describe('most bytes of one file'),
      })
      .prefault({})
      .describe('when a new file is begun'),
    overwrite: z.boolean().default(false).describe('may files of an earlier run be overwritten'),
    maxRecordBytes: byteSize()
      .prefault('4MiB')
      .refine(bytes => bytes <= MAX_BLOCK_WORDS * 4, 'must be at most 16MiB')
      .describe('longest record taken'),
    maxPendingBytes: byteSize()
      .prefault('16MiB')
      .describe('records held in memory while the disk is busy; clients wait beyond it'),
    maxClients: z.int().min(1).max(1000).default(16).describe('connections at a time'),
    openTimeout: duration().prefault('10s').describe('longest wait for the first command of a client'),
    noDelay: z.boolean().default(true).describe('send replies at once (TCP_NODELAY)'),
  })
  .describe('the daemon that writes beam files');

export type RotorooterConfig = z.infer<typeof RotorooterConfig>;
