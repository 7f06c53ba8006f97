import { type EventGap, eventGap } from '../../../protocol/messages/event-gap.ts';
import { type RawEvent, rawEvent } from '../../../protocol/messages/raw-event.ts';
import { EVENT_IDENTITY, OF_RUN, storedBody, writeHops } from './event-columns.ts';
import { type Columns, columnsOf, moment, type PartOf, rowPerMessage, rowPerPart } from './one-kind.ts';

const EVENT: Columns<PartOf<RawEvent, RawEvent>> = {
  ts: (rows, { part }) => moment(rows, part.time),
  ...columnsOf(EVENT_IDENTITY, ({ part }) => part),
  event_id: (rows, { part }) => rows.uint16(part.eventId),
  trigger_mask: (rows, { part }) => rows.uint16(part.triggerMask),
  ...columnsOf(OF_RUN, ({ part }) => part.runOf),
  ...storedBody('body', 'bytes', 'digest', ({ part }) => part.body),
  source: (rows, { part }) => rows.text(part.source.name),
  source_offset: (rows, { part }) => rows.int64(part.source.offset),
  hops: (rows, { message }) => writeHops(rows, message.hops),
};

const GAP: Columns<EventGap> = {
  ts: (rows, { at }) => moment(rows, at),
  site: (rows, { site }) => rows.text(site),
  detector: (rows, { detector }) => rows.text(detector),
  run: (rows, { run }) => rows.uint32(run),
  equipment: (rows, { equipment }) => rows.text(equipment),
  kind: (rows, { kind }) => rows.text(kind),
  first: (rows, { first }) => rows.uint32(first),
  last: (rows, { last }) => rows.uint32(last),
  reason: (rows, { reason }) => rows.text(reason),
};

/** One row per event whose body is in the event store. */
export const rawEventsTable = rowPerPart<RawEvent, RawEvent>('raw_events', rawEvent, body => [body], EVENT);

/** One row per range of serials that is missing, came twice, or cannot be read. */
export const eventGapsTable = rowPerMessage('event_gaps', eventGap, GAP);
