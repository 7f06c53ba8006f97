import { z } from '@hono/zod-openapi';
import { AlarmId } from '../../../protocol/alarm/alarm-id.ts';

/** A place in the history of alarms, which has one order: by time, then alarm, then transition. What is before it is older. */
export interface Cursor {
  /** Microseconds since 1970: what the store keeps. */
  readonly micros: number;
  readonly transition: number;
  /** Empty: before every change of that moment. */
  readonly alarm: string;
}

/** Later than any change: the year 2100. */
export const NOW: Cursor = { micros: Date.UTC(2100, 0) * 1_000, transition: 0, alarm: '' };

export const formatCursor = ({ micros, transition, alarm }: Cursor): string =>
  `${micros}~${transition}~${alarm}`;

/** What `next` of a page says, or a time. */
export const CursorText = z
  .union([z.string().regex(/^\d{1,16}~\d{1,12}~[^~]{1,200}$/), z.iso.datetime({ offset: true })], {
    error: 'must be `next` of the page before, or a time such as 2026-11-21T10:00:00Z',
  })
  .transform((text, context): Cursor => {
    const [micros = '', transition, alarm = ''] = text.split('~');
    if (transition === undefined) return { micros: Date.parse(text) * 1_000, transition: 0, alarm: '' };
    if (!AlarmId.safeParse(alarm).success) {
      context.addIssue({ code: 'custom', message: 'is not `next` of a page' });
      return z.NEVER;
    }
    return { micros: Math.min(Number(micros), NOW.micros), transition: Number(transition), alarm };
  });
