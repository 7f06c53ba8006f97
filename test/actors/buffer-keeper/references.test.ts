import { expect, test } from 'vitest';
import { References } from '../../../actors/buffer-keeper/references.ts';
import type { RawEvent } from '../../../protocol/messages/raw-event.ts';
import { rawEvent } from '../../../protocol/messages/raw-event.ts';
import type { ActorContext } from '../../../runtime/actor.ts';
import { rawEventOf } from '../../helpers/camera-events.ts';
import { body } from './world.ts';

/** Streams that hold these events, each under its place in the list, and the subjects that were asked for. */
function streamsOf(...events: RawEvent[]) {
  const asked: string[] = [];
  const latest = async (_type: unknown, wanted: string) => {
    asked.push(wanted);
    return events.flatMap((event, index) => {
      const subject = rawEvent.subject('test', event);
      return subject === wanted ? [{ body: event, sequence: index + 1, subject }] : [];
    });
  };
  return { asked, experiment: 'test', latest: latest as unknown as ActorContext['latest'] };
}

const bytes = new Uint8Array(1);

test('a body leads to the message that speaks of it, which is asked for once', async () => {
  const event = rawEventOf(bytes, { serial: 17, runOf: { pedestal: true } });
  const streams = streamsOf(rawEventOf(bytes, { serial: 16 }), event);
  const references = new References(streams);
  for (const _look of [1, 2]) await references.learn([body(event.body.name)]);
  expect([...references.known]).toEqual([
    [event.body.name, { sequence: 2, subject: 'test.event.raw.lime.trigger.5.17', pedestal: true }],
  ]);
  expect(streams.asked.filter(subject => subject.includes('.event.'))).toEqual([
    'test.event.raw.lime.trigger.5.17',
  ]);
});

test('a body that had to take the name of a copy is not taken for one that nobody speaks of', async () => {
  const event = rawEventOf(bytes, { serial: 17 });
  const renamed = { ...event, body: { ...event.body, name: `${event.body.name}~2` } };
  const copy = rawEventOf(bytes, { serial: 17, copy: 1 });
  const references = new References(streamsOf(renamed, copy));
  await references.learn([body(renamed.body.name), body(copy.body.name)]);
  expect(references.known.get(renamed.body.name)).toMatchObject({ sequence: 1 });
  expect(references.known.get(copy.body.name)).toMatchObject({ sequence: 2 });
});

test('the same detector at another site has other bodies', async () => {
  const event = rawEventOf(bytes, { serial: 17 });
  const references = new References(streamsOf(event));
  await references.learn([body(event.body.name.replace('lngs', 'lnf'))]);
  expect(references.known.size).toBe(0);
});

test('what has gone is forgotten', async () => {
  const event = rawEventOf(bytes, { serial: 17 });
  const references = new References(streamsOf(event));
  await references.learn([body(event.body.name)]);
  await references.learn([]);
  expect(references.known.size).toBe(0);
});
