import type { MessageType } from '../../../protocol/message.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import { type ActorContext, type Delivered, type Lane, watch } from '../../../runtime/actor.ts';

interface Tail<Body> {
  readonly stream: StreamName;
  readonly types: readonly MessageType<Body>[];
  /** How many of its last messages are looked at in the beginning, and again after every reconnection. */
  readonly last: number;
  /** In any order, and some twice. */
  readonly see: (message: Delivered<Body>) => void;
}

/**
 * What comes, and the last of what has come. A stream that has a subject for each run or event would tell all of them again where a
 * watch asks for the last message of every subject.
 */
export function tailOf<Body>(
  { stream, types, last, see }: Tail<Body>,
  context: Pick<ActorContext, 'read' | 'log' | 'signal'>,
): Lane {
  const readTail = async (): Promise<void> => {
    const end = await context.read(stream, types, { after: 0, limit: 0 });
    const tail = await context.read(stream, types, { after: Math.max(0, end.last - last), limit: last });
    for (const message of tail.messages) see(message);
  };
  return watch<Body>({
    stream,
    types,
    from: 'now',
    see,
    caughtUp: () => {
      readTail().catch((thrown: unknown) => {
        // The connection is gone: with the next one this is called again.
        if (!context.signal.aborted)
          context.log.warn({ err: thrown, stream }, 'what it said last is not known');
      });
    },
  });
}
