import type { MessageType } from '../../protocol/message.ts';
import { type ActorDefinition, fold } from '../../runtime/actor.ts';
import { RunSummaryConfig } from './config.ts';
import { initialState, SummaryState } from './state.ts';
import { FOLDED, type SummaryMessage, step, wakeAt } from './step.ts';

export const runSummaryActor: ActorDefinition<RunSummaryConfig> = {
  name: 'run-summary',
  summary: 'adds up what was reconstructed of each run: counts, rates, live time, light yield',
  consumes: ['RECO', 'RUN', 'TIMER'],
  produces: ['SUMMARY'],
  config: RunSummaryConfig,
  start: async config => {
    let latest = initialState;
    return {
      lanes: [
        fold<SummaryMessage, SummaryState>({
          streams: ['RECO', 'RUN', 'TIMER'],
          types: FOLDED as readonly MessageType<unknown>[] as readonly MessageType<SummaryMessage>[],
          output: 'SUMMARY',
          initial: initialState,
          state: SummaryState,
          step: (state, message) => {
            const made = step(config, state, message);
            latest = made.state;
            return made;
          },
          wakeAt: state => wakeAt(state, config),
        }),
      ],
      health: () => ({ open_runs: Object.keys(latest.runs).length }),
      [Symbol.asyncDispose]: async () => undefined,
    };
  },
};
