import { z } from 'zod';
import { duration } from '../../runtime/config/units.ts';

export const RotorooterFeedConfig = z.strictObject({
  host: z.string().min(1).default('127.0.0.1').describe('host of the rotorooter daemon'),
  port: z.int().min(1).max(65_535).default(9013).describe('port of the rotorooter daemon'),
  timeout: duration()
    .prefault('10s')
    .describe('longest silence while the daemon owes an answer; a full disk looks like that'),
  maxRecords: z.int().min(1).max(4096).default(256).describe('most records in flight'),
});
export type RotorooterFeedConfig = z.infer<typeof RotorooterFeedConfig>;
