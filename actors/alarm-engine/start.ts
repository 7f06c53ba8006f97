import type { MessageType } from '../../protocol/message.ts';
import { alarmCommand } from '../../protocol/messages/alarm-command.ts';
import { alarmRules } from '../../protocol/messages/alarm-rules.ts';
import { fileClosed } from '../../protocol/messages/file-closed.ts';
import { health } from '../../protocol/messages/health.ts';
import { ledgerEntry } from '../../protocol/messages/ledger-entry.ts';
import { ledgerGap } from '../../protocol/messages/ledger-gap.ts';
import { readings, slowReadings } from '../../protocol/messages/readings.ts';
import { wake } from '../../protocol/messages/wake.ts';
import { eventTimeFromMs } from '../../protocol/time.ts';
import {
  type ActorContext,
  type Delivered,
  fold,
  type RunningActor,
  type Step,
} from '../../runtime/actor.ts';
import { checkerOf } from './checker.ts';
import type { AlarmEngineConfig } from './config.ts';
import { type EngineMessage, step, wakeAt } from './engine/engine.ts';
import { EngineState, initialState } from './engine/state.ts';
import { figuresOf } from './figures.ts';
import { findRuleFiles, readRuleFiles } from './rule-files.ts';
import { RuleWatch } from './rule-watch.ts';

const TYPES = [
  readings,
  slowReadings,
  health,
  ledgerEntry,
  ledgerGap,
  fileClosed,
  alarmCommand,
  alarmRules,
  wake,
] as const;

export async function start(config: AlarmEngineConfig, context: ActorContext): Promise<RunningActor> {
  const check = await checkerOf(config);
  // Broken at the start: better not at all than with rules that nobody has asked for.
  check(await readRuleFiles(await findRuleFiles(config.rules)));

  let latest: EngineState | undefined;
  const folding = Promise.withResolvers<void>();
  const watch = new RuleWatch({
    places: config.rules,
    log: context.log,
    inForce: () => latest?.rules?.digest,
    check,
    offer: files =>
      context.publish({
        type: alarmRules,
        body: { files, by: context.instance, at: eventTimeFromMs(context.clock()) },
      }),
    refused: () => context.count('rules_refused'),
  });
  const stopping = new AbortController();
  const signal = AbortSignal.any([context.signal, stopping.signal]);
  signal.addEventListener('abort', () => folding.resolve(), { once: true });
  // Whoever folds looks after the files: an instance that stands by may have others.
  const watching = folding.promise.then(() => watch.run(config.poll, signal));
  const failed = Promise.withResolvers<never>();
  watching.catch(failed.reject);
  // Whoever waits for it hears of it; where nobody does, it must not end the process.
  failed.promise.catch(() => {});

  const see = (before: EngineState, message: Delivered<EngineMessage>): Step<EngineState> => {
    const began = performance.now();
    const made = step(before, message);
    context.observe('evaluation', performance.now() - began);
    if (made.state.refused !== null && made.state.refused !== before.refused) {
      context.count('rules_refused');
      context.log.error({ code: 'ALARM_RULES_INVALID' }, made.state.refused);
    }
    latest = made.state;
    folding.resolve();
    return made;
  };

  return {
    lanes: [
      fold<EngineMessage, EngineState>({
        // New ones at the end: of equally old messages those of the first come first, in every replay.
        streams: ['BEAM', 'LEDGER', 'HEALTH', 'COMMAND', 'TIMER', 'SLOW'],
        types: TYPES as readonly MessageType<unknown>[] as readonly MessageType<EngineMessage>[],
        output: 'ALARM',
        initial: initialState,
        state: EngineState,
        step: see,
        wakeAt,
      }),
    ],
    failed: failed.promise,
    health: () => (latest ? figuresOf(latest) : {}),
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await watching.catch(() => {});
    },
  };
}
