import { z } from 'zod';
import { decodeJson, encodeJson, type MessageType } from '../message.ts';
import { subjects } from '../subjects.ts';
import { EventTime } from '../time.ts';

const TYPE = 'wake/1';

const Wake = z.strictObject({
  actor: z.string().min(1).describe('whom it wakes'),
  at: EventTime.describe('when it asked to be woken'),
});

/** Time has come for an actor that waits for it. A message like any other, so that a replay sees the same time. */
export type Wake = z.infer<typeof Wake>;

export const wake: MessageType<Wake> = {
  type: TYPE,
  stream: 'TIMER',
  subject: (experiment, body) => subjects.timer(experiment, body.actor),
  identity: body => `wake:${body.actor}:${body.at.seconds}.${body.at.nanoseconds}`,
  time: body => body.at,
  encode: encodeJson,
  decode: bytes => decodeJson(TYPE, Wake, bytes),
};
