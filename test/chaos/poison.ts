import { headers } from '@nats-io/transport-node';
import { HEADERS } from '../../protocol/message.ts';
import { subjects } from '../../protocol/subjects.ts';
import { pause } from '../../runtime/host/back-off.ts';
import type { Nats } from '../../runtime/host/nats.ts';
import { DETECTOR } from './configuration.ts';
import type { Poison, Poisoned } from './fault.ts';

/** A message that no actor can take, as it stands in a stream. */
export interface PutIn {
  readonly stream: Poisoned;
  readonly poison: Poison;
  readonly subject: string;
  readonly sequence: number;
}

interface PoisonFault {
  readonly number: number;
  readonly stream: Poisoned;
  readonly poison: Poison;
}

/** Which type each stream carries, and which subject every one of its readers listens to. */
const PLACES: Readonly<
  Record<Poisoned, { readonly type: string; subject(experiment: string, number: number): string }>
> = {
  BEAM: { type: 'readings/1', subject: experiment => subjects.readings(experiment, 'A9') },
  COMMAND: { type: 'alarm-command/1', subject: experiment => subjects.alarmCommand(experiment, 'comment') },
  SLOW: { type: 'slow-readings/1', subject: experiment => subjects.slowReadings(experiment, 'poison') },
  LEDGER: { type: 'ledger-gap/1', subject: experiment => subjects.ledgerGap(experiment, 'poison') },
  EVENT: {
    type: 'raw-event/1',
    subject: (experiment, serial) => subjects.rawEvent(experiment, eventOf(serial)),
  },
  RECO: {
    type: 'reconstruction/1',
    subject: (experiment, serial) => subjects.reconstruction(experiment, eventOf(serial)),
  },
  HEALTH: { type: 'health/1', subject: experiment => subjects.health(experiment, 'poison', 'poison-1') },
};

/** Of a run that no camera takes. */
const eventOf = (serial: number) => ({
  detector: DETECTOR,
  equipment: 'Trigger',
  run: 999_999,
  serial,
  copy: 0,
});

/** The largest that the server takes, headers included: their text is that of version 1.0 of NATS's headers. */
const HEADER_BYTES = 'NATS/1.0\r\n\r\n'.length;

function bodyOf(poison: Poison, most: number): Uint8Array {
  if (poison === 'malformed') return Buffer.from('{"this is": no JSON');
  if (poison === 'wrong-type') return Buffer.from('{"n":1}');
  return Buffer.alloc(most, 0x78);
}

/** Puts a message into a stream, once, however long the server is away. */
export async function putPoison(nats: Nats, fault: PoisonFault): Promise<PutIn> {
  const { stream, poison, number } = fault;
  const place = PLACES[stream];
  const header = headers();
  header.set(HEADERS.identity, `poison:${number}`);
  header.set(HEADERS.type, poison === 'wrong-type' ? 'poison/1' : place.type);
  const lines = [...header].reduce((sum, [name, [value = '']]) => sum + `${name}: ${value}\r\n`.length, 0);
  const most = (nats.connection.info?.max_payload ?? 1 << 20) - HEADER_BYTES - lines;
  const subject = place.subject(nats.experiment, number);
  const body = bodyOf(poison, most);
  for (;;) {
    try {
      const { seq } = await nats.js.publish(subject, body, { headers: header, timeout: 5_000 });
      return { stream, poison, subject, sequence: seq };
    } catch {
      await pause(200, new AbortController().signal);
    }
  }
}
