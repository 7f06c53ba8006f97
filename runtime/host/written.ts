import { SpillwayError } from '../../protocol/errors.ts';
import { HEADERS } from '../../protocol/message.ts';
import type { StreamName } from '../../protocol/subjects.ts';
import { type Cause, parseCause } from './envelope.ts';
import type { LaneHost } from './lane.ts';
import { serverName } from './streams.ts';

/** What a fold has published so far. */
export interface Written {
  /** Last sequence of the output stream. */
  readonly sequence: number;
  /** What the last message that the fold wrote there was made from. */
  readonly cause: Cause | undefined;
}

/**
 * Asks the output stream, which is the record of what has happened.
 * @throws SpillwayError WRITER_CONFLICT when somebody else has written to it.
 */
export async function lastWritten(host: LaneHost, output: StreamName): Promise<Written> {
  const { jsm, experiment } = host.nats;
  const name = serverName(experiment, output);
  const { state } = await jsm.streams.info(name);
  // Replayed dead letters are not this actor's: they carry an addressee and an older cause.
  for (let sequence = state.last_seq; sequence >= Math.max(1, state.first_seq); sequence--) {
    const message = await jsm.streams.getMessage(name, { seq: sequence });
    if (message && !message.header.get(HEADERS.addressee)) {
      const cause = parseCause(message.header.get(HEADERS.cause));
      if (cause) return { sequence: state.last_seq, cause };
      throw new SpillwayError(
        'WRITER_CONFLICT',
        `${name} message ${sequence} was not written by ${host.actor}`,
      );
    }
  }
  return { sequence: state.last_seq, cause: undefined };
}
