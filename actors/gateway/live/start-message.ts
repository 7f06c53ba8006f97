import { z } from 'zod';
import type { Start } from '../../../protocol/live.ts';

const StartMessage = z.strictObject({
  type: z.literal('start'),
  after: z.strictObject({ stream: z.string().max(100), sequence: z.int().min(0) }).optional(),
});

/** What a page says, or undefined for anything else. */
export function parseStart(text: string): Start | undefined {
  try {
    const { after } = StartMessage.parse(JSON.parse(text));
    return { type: 'start', ...(after ? { after } : {}) };
  } catch {
    return undefined;
  }
}
