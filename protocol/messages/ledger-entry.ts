import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'ledger-entry/1';

const LedgerEntry = z.strictObject({
  stage: z.string().min(1).describe('what was reached, e.g. filed'),
  stream: z.string().min(1).describe('stream of the messages that reached it, as <name>@<created, ms>'),
  first: z.int().min(1).describe('first sequence of the range'),
  last: z.int().min(1).describe('last sequence of the range'),
  count: z.int().min(0).describe('messages within the range'),
  at: EventTime.describe('when the stage confirmed the last of them'),
});

/** A range of messages has reached a stage for good. */
export type LedgerEntry = z.infer<typeof LedgerEntry>;

export const ledgerEntry: MessageType<LedgerEntry> = {
  type: TYPE,
  stream: 'LEDGER',
  subject: (experiment, body) => subjects.ledgerEntry(experiment, body.stage),
  identity: body => `${body.stage}:${body.stream}:${body.first}-${body.last}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, LedgerEntry, bytes),
};
