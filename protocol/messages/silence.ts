import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';
import { Matcher } from './alarm-command.ts';

const TYPE = 'silence/1';

export const SilencePhase = { pending: 'pending', active: 'active', expired: 'expired' } as const;
export type SilencePhase = (typeof SilencePhase)[keyof typeof SilencePhase];

export const Silence = z.strictObject({
  silence: z.uuid(),
  revision: z.int().min(1).describe('counts the messages about this silence'),
  phase: z.enum(SilencePhase),
  matchers: z.array(Matcher).min(1),
  startsAt: EventTime,
  endsAt: EventTime.describe('when it ends at the latest; when it ended, once it is expired'),
  endWhenCleared: z.boolean().describe('ends by itself when nothing it matches is active any more'),
  by: z.string().describe('who made it, or changed it last'),
  comment: z.string(),
  endedBy: z
    .string()
    .describe('who ended it before its time; empty when time or the end of the alarms did, or it has not'),
  matching: z.int().min(0).describe('active alarms that it silences'),
  fired: z.int().min(0).describe('times an alarm was raised while it was silenced by this'),
  at: EventTime,
});

/**
 * A silence as it is now. The last message of a subject is the silence's present state: whoever lists silences watches
 * these, and leaves out those that have been expired for long.
 */
export type Silence = z.infer<typeof Silence>;

export const silence: MessageType<Silence> = {
  type: TYPE,
  stream: 'NOTICE',
  subject: (experiment, body) => subjects.silence(experiment, body.silence),
  identity: body => `silence:${body.silence}:${body.revision}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Silence, bytes),
};
