import type { JsMsg } from '@nats-io/jetstream';
import type { QueuedIterator, Status } from '@nats-io/transport-node';
import { asSpillwayError, SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import type { StreamId, WatchLane } from '../actor.ts';
import { open } from './envelope.ts';
import { isFor, type LaneHost, type LaneProgress } from './lane.ts';
import type { Nats } from './nats.ts';
import { OrderedReader } from './ordered-reader.ts';
import { streamNow } from './streams.ts';

/** How many messages are shown before others get a turn. */
const AT_ONCE = 64;

/**
 * Shows a watch lane its stream until the signal aborts. Keeps nothing on the server but a consumer that goes by itself.
 *
 * @throws SpillwayError NATS_AWAY when the connection or the stream went away: what came meanwhile is not known, so the
 *   lane must begin anew.
 */
export async function runWatchLane(host: LaneHost, lane: WatchLane, progress: LaneProgress): Promise<void> {
  const { nats, signal } = host;
  const { id } = await streamNow(nats, lane.stream);
  await using reader = await OrderedReader.open(nats, { stream: lane.stream, from: lane.from });
  const gone = new AbortController();
  void failOnReconnect(nats, reader, gone.signal);
  let shown = 0;
  let caughtUp = false;
  const tellCaughtUp = () => {
    if (caughtUp || shown < reader.atStart) return;
    caughtUp = true;
    attempt(host, lane, () => lane.caughtUp?.());
  };
  progress.lag = async () => Math.max(0, (await reader.lag()) - shown);
  try {
    for (tellCaughtUp(); !signal.aborted; tellCaughtUp()) {
      for (const raw of await reader.take({ messages: AT_ONCE }, () => 0, signal)) {
        attempt(host, lane, () => show(host, lane, id, raw));
        shown++;
        progress.position = raw.seq;
        progress.handled++;
      }
    }
  } finally {
    gone.abort();
  }
}

function show(host: LaneHost, lane: WatchLane, stream: StreamId, raw: JsMsg): void {
  const name = raw.headers?.get(HEADERS.type);
  // A watch looks at the kinds it knows; the others are none of its business.
  const known = lane.types.some(type => (name ? type.type === name : type.bare));
  if (known && isFor(host, raw)) lane.see(open(raw, stream, lane.types));
}

/** What goes wrong with one message must not keep the next from being seen. */
function attempt(host: LaneHost, lane: WatchLane, look: () => void): void {
  try {
    look();
  } catch (thrown) {
    const { code, message } = asSpillwayError(thrown);
    host.count('unseen', { stream: lane.stream, code });
    host.log.warn({ code, stream: lane.stream, err: thrown }, `not seen: ${message}`);
  }
}

async function failOnReconnect(nats: Nats, reader: OrderedReader, signal: AbortSignal): Promise<void> {
  // The interface leaves out that it can be stopped.
  const status = nats.connection.status() as QueuedIterator<Status>;
  signal.addEventListener('abort', () => status.stop(), { once: true });
  for await (const { type } of status) {
    if (type === 'reconnect') reader.fail(new SpillwayError('NATS_AWAY', 'the connection was away'));
  }
}
