import { headers } from '@nats-io/transport-node';
import { expect, test } from 'vitest';
import { HEADERS } from '../../../protocol/message.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import { packRecord, spillRecord } from '../../../protocol/messages/spill-record.ts';
import { subjects } from '../../../protocol/subjects.ts';
import { publishInOrder } from '../../../runtime/host/publish.ts';
import { streamId } from '../../../runtime/host/streams.ts';
import { accepted, packed } from '../../../runtime/verify/sightings.ts';
import { natsServer } from '../../helpers/nats.ts';
import { openTestNats, publishReadings, readingsOf } from '../../helpers/streams.ts';

test('a spill packed only after an operator replayed its readings counts as packed, and its readings once', async () => {
  await using server = await natsServer();
  await using nats = await openTestNats(server.url);
  const body = readingsOf(1);
  await publishReadings(nats, body);
  const stream = await streamId(nats.jsm, 'test', 'BEAM');
  const replay = headers();
  replay.set(HEADERS.type, readings.type);
  replay.set(HEADERS.addressee, 'spill-packer');
  replay.set(HEADERS.origin, `${stream}:1`);
  const options = { headers: replay, msgID: 'replay' };
  const { seq } = await nats.js.publish(subjects.readings('test', 'A9'), readings.encode(body), options);
  const { time, inOut, devices } = body;
  const record = { simulated: true, detector: 'near', time, spillCount: 1, inOut, devices } as const;
  const outgoing = { type: spillRecord, body: packRecord(record, { minor: 2 }) };
  await publishInOrder(nats, [{ outgoing, hops: [], cause: { stream, sequence: seq, index: 0 } }], 0);

  const { seen: beam } = await accepted(nats, 0, Date.now());
  const { seen: records } = await packed(nats, 0, Date.now(), beam);
  expect([...beam.readings.keys()]).toEqual([1]);
  expect(records.map(({ key, digest }) => ({ key, digest }))).toEqual(
    [...beam.readings.values()].map(({ key, digest }) => ({ key, digest })),
  );
});
