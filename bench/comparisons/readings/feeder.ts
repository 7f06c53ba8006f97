import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { connect } from '@nats-io/transport-node';
import { readings } from '../../../protocol/messages/readings.ts';
import { seal } from '../../../runtime/host/envelope.ts';
import { serverName } from '../../../runtime/host/streams.ts';
import { later, playedSpills } from './spills.ts';

/**
 * Publishes spills in a process of its own, always a little ahead of the recorder; arguments are the address of NATS and the experiment.
 * Says `ready`, and publishes from `start` to `stop`.
 */

const [url = '', experiment = ''] = process.argv.slice(2);
const connection = await connect({ servers: url, noAsyncTraces: true });
const js = jetstream(connection, { timeout: 20_000 });
const jsm = await jetstreamManager(connection);
const stream = serverName(experiment, 'BEAM');
const played = await playedSpills(500);
/** From one time that all of them are played to the next. */
const ROUND_SECONDS = (played.at(-1)?.time.seconds ?? 0) - (played[0]?.time.seconds ?? 0) + 2;
/** Messages on their way to JetStream, at most. */
const UNDER_WAY = 64;
/** Messages in the stream that the recorder has not acknowledged, at most: four of its batches. */
const AHEAD = 4096;
const LOOK_MS = 100;

let stop = new AbortController();
let sent = 0;
let done = 0;
process.on('message', word => {
  stop.abort();
  if (word !== 'start') return;
  stop = new AbortController();
  void Promise.all([publishAll(stop.signal), follow(stop.signal)]);
});
process.once('disconnect', () => process.exit());
process.send?.('ready');

async function follow(signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    const { ack_floor } = await jsm.consumers.info(stream, 'recorder');
    done = ack_floor.stream_seq;
    await pause(LOOK_MS);
  }
}

async function publishAll(signal: AbortSignal): Promise<void> {
  const underWay = new Set<Promise<unknown>>();
  while (!signal.aborted) {
    if (sent - done >= AHEAD) {
      await pause(5);
      continue;
    }
    while (underWay.size >= UNDER_WAY) await Promise.race(underWay);
    const publishing: Promise<unknown> = publish(sent++).finally(() => underWay.delete(publishing));
    underWay.add(publishing);
  }
  await Promise.all(underWay);
}

async function publish(index: number): Promise<void> {
  const body = played[index % played.length];
  if (!body) throw new RangeError('nothing was played');
  const rounds = Math.floor(index / played.length);
  const shifted = rounds === 0 ? body : later(body, rounds * ROUND_SECONDS, Math.random);
  const message = { type: readings, body: shifted };
  const { subject, payload, headers } = seal(experiment, message, [['triggered', Date.now()]]);
  await js.publish(subject, payload, { headers });
}

function pause(ms: number): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, ms));
}
