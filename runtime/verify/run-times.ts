import { SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import { runBegin, runEnd } from '../../protocol/messages/run-transition.ts';
import { eventTimeToMs, type Milliseconds } from '../../protocol/time.ts';
import type { Nats } from '../host/nats.ts';
import { readStream } from './read-stream.ts';

/** Begin and end of a run as RUN has them; of one that goes on, up to now. @throws SpillwayError USAGE for one that nobody has heard of */
export async function timesOfRun(
  nats: Nats,
  detector: string,
  run: number,
  now: Milliseconds,
): Promise<{ readonly fromMs: Milliseconds; readonly toMs: Milliseconds }> {
  let fromMs: Milliseconds | undefined;
  let toMs = now;
  for await (const { headers, data } of readStream(nats, 'RUN', 0)) {
    const type = headers?.get(HEADERS.type);
    if (type === runBegin.type) {
      const begin = runBegin.decode(data);
      if (begin.detector === detector && begin.run === run) fromMs = eventTimeToMs(begin.startedAt);
    } else if (type === runEnd.type) {
      const end = runEnd.decode(data);
      if (end.detector !== detector || end.run !== run) continue;
      fromMs ??= eventTimeToMs(end.startedAt);
      toMs = eventTimeToMs(end.endedAt);
    }
  }
  if (fromMs === undefined) throw new SpillwayError('USAGE', `--run: RUN knows no run ${run} of ${detector}`);
  return { fromMs, toMs };
}
