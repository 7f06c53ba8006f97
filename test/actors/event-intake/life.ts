import { eventIntake } from '../../../actors/event-intake/actor.ts';
import { EventIntakeConfig } from '../../../actors/event-intake/config.ts';
import { eventGap } from '../../../protocol/messages/event-gap.ts';
import { rawEvent } from '../../../protocol/messages/raw-event.ts';
import { runEnd } from '../../../protocol/messages/run-transition.ts';
import type { RunningActor } from '../../../runtime/actor.ts';
import type { FakeContext } from '../../helpers/fake-context.ts';
import { until } from '../../helpers/until.ts';
import type { World } from './jetstream.ts';

type Input = Record<string, unknown>;

export const configOf = (source: Input, over: Input = {}): EventIntakeConfig =>
  EventIntakeConfig.parse({
    site: 'lngs',
    detector: 'lime',
    source,
    poll: '5ms',
    settled: '50ms',
    backOff: { first: '5ms', max: '20ms' },
    ...over,
  });

export interface Life extends AsyncDisposable {
  readonly context: FakeContext;
  readonly actor: RunningActor;
  figure(name: string): number;
}

/** Starts the actor in a world; it stops with the scope. */
export async function live(
  world: World,
  source: Input,
  over: Input = {},
  context: FakeContext = world.context(),
): Promise<Life> {
  const actor = await eventIntake.start(configOf(source, over), context);
  return {
    context,
    actor,
    figure: name => actor.health?.()[name] ?? Number.NaN,
    async [Symbol.asyncDispose]() {
      context.abort();
      await actor[Symbol.asyncDispose]();
    },
  };
}

export const ended = (world: World, run: number): Promise<void> =>
  until(() => world.all(runEnd).some(body => body.run === run), { what: `the end of run ${run}` });

/** `Trigger 3~1`, in the order of the stream. */
export const eventsIn = (world: World): string[] =>
  world.all(rawEvent).map(({ equipment, serial, copy }) => `${equipment} ${serial}${copy ? `~${copy}` : ''}`);

export const gapsIn = (world: World): string[] =>
  world.all(eventGap).map(({ equipment, kind, first, last }) => `${equipment} ${kind} ${first}-${last}`);
