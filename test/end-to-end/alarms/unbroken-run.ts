import { AlarmDispatcherConfig } from '../../../actors/alarm-dispatcher/config.ts';
import { dispatch } from '../../../actors/alarm-dispatcher/fold/dispatch.ts';
import { initialState as noticesOfNothing } from '../../../actors/alarm-dispatcher/fold/state.ts';
import { planOf } from '../../../actors/alarm-dispatcher/plan.ts';
import { type EngineMessage, step } from '../../../actors/alarm-engine/engine/engine.ts';
import { initialState as alarmsOfNothing } from '../../../actors/alarm-engine/engine/state.ts';
import type { MessageType } from '../../../protocol/message.ts';
import { alarmChange } from '../../../protocol/messages/alarm-change.ts';
import { alarmCommand, alarmCommandResult } from '../../../protocol/messages/alarm-command.ts';
import { alarmRules, alarmRulesApplied } from '../../../protocol/messages/alarm-rules.ts';
import { fileClosed } from '../../../protocol/messages/file-closed.ts';
import { health } from '../../../protocol/messages/health.ts';
import { ledgerEntry } from '../../../protocol/messages/ledger-entry.ts';
import { ledgerGap } from '../../../protocol/messages/ledger-gap.ts';
import { machineMode } from '../../../protocol/messages/machine-mode.ts';
import { notice, noticeOutcome } from '../../../protocol/messages/notice.ts';
import { notification } from '../../../protocol/messages/notification.ts';
import { readings, slowReadings } from '../../../protocol/messages/readings.ts';
import { wake } from '../../../protocol/messages/wake.ts';
import { type StreamName, subjects } from '../../../protocol/subjects.ts';
import type { Delivered, Outgoing } from '../../../runtime/actor.ts';
import { open } from '../../../runtime/host/envelope.ts';
import type { Nats } from '../../../runtime/host/nats.ts';
import { readStream } from '../../../runtime/verify/read-stream.ts';

const TYPES = [
  readings,
  slowReadings,
  health,
  ledgerEntry,
  ledgerGap,
  fileClosed,
  alarmCommand,
  alarmRules,
  notification,
  alarmChange,
  machineMode,
  alarmRulesApplied,
  alarmCommandResult,
  noticeOutcome,
  notice,
  wake,
] as unknown as readonly MessageType<unknown>[];

/** Messages that nobody can take, as `STREAM sequence`. */
export type GivenUp = ReadonlySet<string>;
const NOTHING: GivenUp = new Set();

/** What the engine would have told of what is in its streams if it had never been interrupted: bodies in order. */
export async function unbrokenEngine(nats: Nats, givenUp: GivenUp = NOTHING): Promise<unknown[]> {
  const inputs = await merged(
    nats,
    'alarm-engine',
    ['BEAM', 'LEDGER', 'HEALTH', 'COMMAND', 'TIMER', 'SLOW'],
    givenUp,
  );
  let state = alarmsOfNothing;
  return inputs.flatMap(input => {
    const made = step(state, input as Delivered<EngineMessage>);
    state = made.state;
    return made.outputs.map(asStored);
  });
}

/** The same of the dispatcher, given its section of the configuration. */
export async function unbrokenDispatcher(
  nats: Nats,
  section: object,
  givenUp: GivenUp = NOTHING,
): Promise<unknown[]> {
  const plan = planOf(AlarmDispatcherConfig.parse(section));
  const inputs = await merged(nats, 'alarm-dispatcher', ['ALARM', 'COMMAND', 'OUTCOME', 'TIMER'], givenUp);
  let state = noticesOfNothing();
  return inputs.flatMap(input => {
    const made = dispatch(plan, state, input);
    state = made.state;
    return made.outputs.map(asStored);
  });
}

const asStored = ({ type, body }: Outgoing): unknown => type.decode(type.encode(body));

/** Bodies of a stream, in order; of one kind where it is given. */
export async function bodiesOf<Body>(
  nats: Nats,
  stream: StreamName,
  type?: MessageType<Body>,
): Promise<Body[]> {
  const found = await messagesOf(nats, stream, NOTHING);
  return found.filter(one => type === undefined || one.type === type.type).map(({ body }) => body as Body);
}

/** Several streams in the order in which JetStream stored their messages; of equally old ones the earlier stream's first. */
async function merged(
  nats: Nats,
  actor: string,
  streams: readonly StreamName[],
  givenUp: GivenUp,
): Promise<Delivered<unknown>[]> {
  const all = await Promise.all(streams.map(stream => messagesOf(nats, stream, givenUp)));
  const own = subjects.timer(nats.experiment, actor);
  return all
    .flat()
    .filter(({ type, subject }) => type !== wake.type || subject === own)
    .toSorted((a, b) => a.storedAt - b.storedAt);
}

async function messagesOf(nats: Nats, stream: StreamName, givenUp: GivenUp): Promise<Delivered<unknown>[]> {
  const found: Delivered<unknown>[] = [];
  for await (const message of readStream(nats, stream, 0))
    if (!givenUp.has(`${stream} ${message.seq}`)) found.push(open(message, `${stream}@1`, TYPES));
  return found;
}
