import type { Bucket } from './bucket.ts';
import { type ObjectInfo, objectSubjects, readObjectInfo } from './object-info.ts';

/** What a bucket has under a name. */
export interface Found {
  /** Undefined when there is no such object, or no more. */
  readonly object: ObjectInfo | undefined;
  /** Sequence of the message that says so; 0 when nobody has ever said anything. */
  readonly revision: number;
}

/** Asks the stream's leader: a replica that lags would not know what was put a moment ago. */
export async function find({ name: bucket, stream, jsm }: Bucket, name: string): Promise<Found> {
  const message = await jsm.streams.getMessage(stream, { last_by_subj: objectSubjects.meta(bucket, name) });
  if (!message) return { object: undefined, revision: 0 };
  return { object: readObjectInfo(message.data), revision: message.seq };
}

/** How many chunks there are under each subject that fits. */
export async function countChunks({ stream, jsm }: Bucket, subjects: string): Promise<Map<string, number>> {
  const { state } = await jsm.streams.info(stream, { subjects_filter: subjects });
  return new Map(Object.entries(state.subjects ?? {}));
}
