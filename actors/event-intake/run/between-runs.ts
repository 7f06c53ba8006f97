import { slowReadingsOf } from '../../../protocol/detector/slow-readings.ts';
import type { BadEvent, StreamedEvent } from '../../../protocol/midas/midas.ts';
import { Keeper } from '../keep/keeper.ts';
import type { Intake } from './intake.ts';
import { MAX_SLOW_BYTES, type Told } from './run-taking.ts';

/**
 * Takes what a data acquisition sends while no run is going on: slow control, which belongs to none, and messages.
 * @returns whether it was any of these
 */
export async function takeBetweenRuns(
  intake: Intake,
  event: BadEvent | StreamedEvent,
  told: Told,
): Promise<boolean> {
  const { slowControl, config, context } = intake;
  const keeper = new Keeper(intake);
  const equipment = slowControl.get(event.header.id);
  if (event.kind === 'message') {
    context.count('message');
    context.log.info({}, `MIDAS: ${event.text}`);
  } else if (event.kind === 'data' && equipment && event.bytes.byteLength <= MAX_SLOW_BYTES) {
    const time = { seconds: event.header.time, nanoseconds: 0 };
    await keeper.slow(slowReadingsOf(config.detector, equipment, time, event.banks));
  } else return false;
  await keeper.tell(() => told('kept'));
  return true;
}
