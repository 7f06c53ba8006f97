import { JetStreamApiError, type JetStreamManager, type StreamConfig } from '@nats-io/jetstream';

/** JetStream's API error number. */
const STREAM_NOT_FOUND = 10059;

/** Creates a stream that is missing, or brings it up to what is wanted; never deletes. */
export async function ensureStream(
  jsm: JetStreamManager,
  wanted: Partial<StreamConfig> & { readonly name: string },
): Promise<void> {
  const found = await infoOrUndefined(jsm, wanted.name);
  if (!found) await jsm.streams.add(wanted);
  else if (differs(found.config, wanted)) await jsm.streams.update(wanted.name, wanted);
}

async function infoOrUndefined(jsm: JetStreamManager, name: string) {
  try {
    return await jsm.streams.info(name);
  } catch (thrown) {
    if (thrown instanceof JetStreamApiError && thrown.code === STREAM_NOT_FOUND) return undefined;
    throw thrown;
  }
}

const differs = (found: StreamConfig, wanted: Partial<StreamConfig>): boolean =>
  (Object.keys(wanted) as (keyof StreamConfig)[]).some(
    key => JSON.stringify(found[key] ?? NONE) !== JSON.stringify(wanted[key] ?? NONE),
  );

/** The server leaves an empty list out. */
const NONE: readonly never[] = [];
