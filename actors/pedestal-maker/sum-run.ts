import { asSpillwayError, type ErrorCode } from '../../protocol/errors.ts';
import type { Pedestal } from '../../protocol/messages/pedestal.ts';
import type { RawEvent, StoredBody } from '../../protocol/messages/raw-event.ts';
import { type Picture, pictures } from '../../protocol/midas/cygno/cygno.ts';
import { decodeDataBanks } from '../../protocol/midas/midas.ts';
import { newPedestalMap, type PedestalMap } from '../../protocol/pedestal/map.ts';
import { addPedestalPicture } from '../../protocol/pedestal/sums.ts';

/** The pictures of one camera, summed; or why they cannot be. */
export type CameraSums =
  | { readonly kind: 'summed'; readonly map: PedestalMap }
  | { readonly kind: 'mixed'; readonly reason: string };

/** What a pedestal run amounts to. */
export interface RunSums {
  readonly cameras: ReadonlyMap<number, CameraSums>;
  readonly leftOut: Pedestal['leftOut'];
}

/** Damage that is in the event itself, and so the same whenever and wherever it is looked at. */
const DAMAGED: ReadonlySet<ErrorCode> = new Set(['EVENT_BODY_DAMAGED', 'MIDAS_MALFORMED', 'MIDAS_TRUNCATED']);

/**
 * Sums the pictures of a run, camera by camera. A damaged event is left out and told. Bodies come one by one into one buffer.
 * @param get puts a body into a buffer
 * @throws SpillwayError whatever `get` throws but for damage: of what is not there any more nothing is left out, for the
 *   result would depend on when it is made
 */
export async function sumRun(
  events: readonly RawEvent[],
  get: (body: StoredBody, into: Uint8Array) => Promise<Uint8Array>,
): Promise<RunSums> {
  const buffer = new Uint8Array(events.reduce((most, { body }) => Math.max(most, body.bytes), 0));
  const cameras = new Map<number, CameraSums>();
  const leftOut: Pedestal['leftOut'] = [];
  for (const { serial, copy, body } of events) {
    try {
      const found = pictures(decodeDataBanks(await get(body, buffer)));
      for (const picture of found)
        cameras.set(picture.camera, withPicture(cameras.get(picture.camera), picture));
      if (found.length > 0) continue;
      leftOut.push({ serial, copy, code: 'MIDAS_MALFORMED', reason: 'an event without a picture' });
    } catch (thrown) {
      const { code, message } = asSpillwayError(thrown);
      if (!DAMAGED.has(code)) throw thrown;
      leftOut.push({ serial, copy, code, reason: message });
    }
  }
  return { cameras, leftOut };
}

function withPicture(so: CameraSums | undefined, { width, height, pixels }: Picture): CameraSums {
  if (so?.kind === 'mixed') return so;
  const map = so?.map ?? newPedestalMap(height, width);
  if (map.rows === height && map.columns === width)
    return { kind: 'summed', map: addPedestalPicture(map, pixels) };
  return {
    kind: 'mixed',
    reason: `pictures of ${map.rows} x ${map.columns} and of ${height} x ${width} pixels in one run`,
  };
}
