import type { JsMsg } from '@nats-io/jetstream';
import { HEADERS, type MessageType } from '../../../protocol/message.ts';
import { type AlarmCommand, alarmCommand } from '../../../protocol/messages/alarm-command.ts';
import { health } from '../../../protocol/messages/health.ts';
import { ledgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import { ledgerGap } from '../../../protocol/messages/ledger-gap.ts';
import { readings } from '../../../protocol/messages/readings.ts';
import type { StreamName } from '../../../protocol/subjects.ts';
import type { Delivered } from '../../../runtime/actor.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { readStream } from '../../../runtime/verify/read-stream.ts';
import type { EngineMessage } from '../engine/engine.ts';
import { mergeByTime } from './merge.ts';
import { past } from './play.ts';
import type { Range } from './range.ts';

const TYPES: ReadonlyMap<string, MessageType<unknown>> = new Map(
  [readings, health, ledgerEntry, ledgerGap, alarmCommand].map(type => [
    type.type,
    type as MessageType<unknown>,
  ]),
);

/**
 * Everything that the streams still hold, as the engine had it, in the order in which it was stored. Of what people have asked
 * for, only the machine modes: acknowledgements and the like were meant for alarms that may not be there now.
 */
export const streamed = (
  nats: Nats,
  range: Range,
  { modes = true }: { readonly modes?: boolean } = {},
): AsyncIterable<Delivered<EngineMessage>> =>
  mergeByTime(
    (['COMMAND', 'LEDGER', 'HEALTH', 'BEAM'] as const)
      .filter(name => modes || name !== 'COMMAND')
      .map(name => streamOf(nats, name, range)),
  );

async function* streamOf(
  nats: Nats,
  name: StreamName,
  { from, to }: Range,
): AsyncGenerator<Delivered<EngineMessage>> {
  for await (const message of readStream(nats, name, from)) {
    const opened = openMessage(message);
    if (!opened) continue;
    if (opened.storedAt >= to) return;
    yield opened;
  }
}

function openMessage(message: JsMsg): Delivered<EngineMessage> | undefined {
  const type = TYPES.get(message.headers?.get(HEADERS.type) ?? '');
  if (!type) return undefined;
  const body = type.decode(message.data) as EngineMessage;
  if (type.type === alarmCommand.type && (body as AlarmCommand).kind !== 'set-mode') return undefined;
  return past(type.type, body, message.info.timestampNanos / 1e6);
}
