import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'ledger-gap/1';

const LedgerGap = z.strictObject({
  stage: z.string().min(1).describe('who missed it, e.g. the name of an actor'),
  stream: z.string().min(1).describe('stream of the missing messages, as <name>@<created, ms>'),
  first: z.int().min(1).describe('first missing sequence'),
  last: z.int().min(1).describe('last missing sequence'),
  reason: z.string().min(1),
  at: EventTime.describe('when it was noticed'),
});

/** A range of messages is missing at a stage: a record, never silence. */
export type LedgerGap = z.infer<typeof LedgerGap>;

export const ledgerGap: MessageType<LedgerGap> = {
  type: TYPE,
  stream: 'LEDGER',
  subject: (experiment, body) => subjects.ledgerGap(experiment, body.stage),
  identity: body => `gap:${body.stage}:${body.stream}:${body.first}-${body.last}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, LedgerGap, bytes),
};
