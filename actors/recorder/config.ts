import { z } from 'zod';
import { byteSize, duration } from '../../runtime/config/units.ts';

export const RecorderConfig = z.strictObject({
  maxMessages: z.int().min(1).max(4096).default(4096).describe('most messages of one insert'),
  maxBytes: byteSize().prefault('32MiB').describe('most bytes of messages of one insert'),
  maxWait: duration()
    .prefault('1s')
    .describe('longest wait for more messages: fewer, larger inserts are what the store likes'),
});
export type RecorderConfig = z.infer<typeof RecorderConfig>;
