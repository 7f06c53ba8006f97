import { wake } from '../../protocol/messages/wake.ts';
import { type Delivered, fold, type RunningActor } from '../../runtime/actor.ts';
import type { AuditorConfig } from './config.ts';
import { type Seen, seenIn } from './seen.ts';
import { AuditState, initialState } from './state.ts';
import { step, wakeAt } from './step.ts';
import { AUDITED } from './streams.ts';

export async function start(config: AuditorConfig): Promise<RunningActor> {
  let latest = initialState;
  return {
    lanes: [
      fold<unknown, AuditState>({
        streams: [...AUDITED, 'TIMER'],
        types: [...AUDITED.map(seenIn), wake],
        output: 'AUDIT',
        initial: initialState,
        state: AuditState,
        step: (state, message) => {
          const made = step(config, state, asSeen(message));
          latest = made.state;
          return made;
        },
        wakeAt: state => wakeAt(config, state),
      }),
    ],
    health: () => figures(latest),
    [Symbol.asyncDispose]: async () => undefined,
  };
}

/** A wake says nothing but that time has passed. */
const asSeen = (message: Delivered<unknown>): Delivered<Seen> =>
  message.type === wake.type ? { ...message, body: { kind: 'other' } } : (message as Delivered<Seen>);

/** What is open now, for the heartbeat and for alarms. */
function figures({ accounts, orphans }: AuditState): Record<string, number> {
  const told = Object.values(accounts).flatMap(({ discrepancies }) => Object.values(discrepancies));
  const of = (wanted: string) => told.filter(({ state }) => state === wanted).length;
  return {
    accounts: Object.keys(accounts).length,
    open: of('open'),
    explained: of('explained'),
    strays: orphans.length,
  };
}
