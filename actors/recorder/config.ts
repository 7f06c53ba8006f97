import { z } from 'zod';
import { duration } from '../../runtime/config/units.ts';

export const RecorderConfig = z.strictObject({
  maxMessages: z.int().min(1).max(4096).default(1024).describe('most messages of one insert'),
  maxWait: duration()
    .prefault('1s')
    .describe('longest wait for more messages: fewer, larger inserts are what the store likes'),
});
export type RecorderConfig = z.infer<typeof RecorderConfig>;
