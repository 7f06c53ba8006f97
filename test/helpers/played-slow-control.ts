import { EQUIPMENT, slowEvent } from '../../fixtures/midas/slow-control.ts';
import { KeyedRandom } from '../../fixtures/simulator/random.ts';
import { compileSlowControl } from '../../protocol/detector/slow-control.ts';
import { slowReadingsOf } from '../../protocol/detector/slow-readings.ts';
import type { Readings } from '../../protocol/messages/readings.ts';
import { decodeEvent } from '../../protocol/midas/midas.ts';
import { eventTimeFromMs, type Milliseconds } from '../../protocol/time.ts';
import { readDetectorFile } from '../../runtime/config/detector-file.ts';

const LIME = compileSlowControl(readDetectorFile());

/** What the intake would have told of LIME's slow control from a time on, high voltage on, without either of them running. */
export function* playSlowControl(startMs: Milliseconds, lengthMs: Milliseconds): Generator<Readings> {
  for (const equipment of EQUIPMENT) {
    const described = LIME.get(equipment.id);
    if (!described) continue;
    const random = new KeyedRandom(1, equipment.id);
    const times = Math.ceil(lengthMs / (equipment.periodSeconds * 1000));
    for (let serial = 0; serial < times; serial++) {
      const time = eventTimeFromMs(startMs + serial * equipment.periodSeconds * 1000);
      const event = decodeEvent(slowEvent(equipment, { highVoltage: true }, serial, time.seconds, random));
      if (event.kind === 'data') yield slowReadingsOf('lime', described, time, event.banks);
    }
  }
}
