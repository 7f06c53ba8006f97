import { AlarmState } from '../../../protocol/alarm/alarm-state.ts';
import type { Milliseconds } from '../../../protocol/time.ts';
import type { Known } from './state.ts';
import { tell } from './tell.ts';
import { isSilenced, sweepBy, type World } from './world.ts';

/** Steps are due on whole seconds, so that many of them share one sweep. */
const GRAIN_MS = 1_000;

const NOBODY_KNOWS: readonly AlarmState[] = [
  AlarmState.unacknowledged,
  AlarmState.returnedUnacknowledged,
  AlarmState.latchedUnacknowledged,
];

/**
 * Sets the time of an alarm's next step of escalation. The clock runs from when it was raised, goes on while it comes and goes
 * without anybody acknowledging it, and begins anew after that or after a silence.
 */
export function scheduleEscalation(world: World, known: Known): void {
  delete known.escalateAt;
  if (!NOBODY_KNOWS.includes(known.state) || isSilenced(known)) {
    delete known.since;
    delete known.steps;
    return;
  }
  known.since ??= world.now;
  if (known.state !== AlarmState.unacknowledged) return;
  const due = stepsOf(world, known).map(({ at }) => at);
  if (due.length === 0) return;
  known.escalateAt = Math.ceil(Math.min(...due) / GRAIN_MS) * GRAIN_MS;
  sweepBy(world.state, known.escalateAt);
}

interface DueStep {
  readonly name: string;
  readonly at: Milliseconds;
  readonly path: string;
  readonly channels: readonly string[];
}

function stepsOf({ plan, now }: World, known: Known): DueStep[] {
  return known.routes.flatMap(path =>
    (plan.router.routes.get(path)?.escalate ?? []).flatMap(({ after, channels }, index): DueStep[] => {
      const name = `${path}:${index}`;
      const done = known.steps?.includes(name);
      return done ? [] : [{ name, path, channels, at: (known.since ?? now) + after }];
    }),
  );
}

/** Takes the steps whose time has come. */
export function escalate(world: World): void {
  const { state, plan, now } = world;
  for (const [id, known] of state.alarms) {
    if (known.escalateAt === undefined) continue;
    if (known.escalateAt > now) {
      sweepBy(state, known.escalateAt);
      continue;
    }
    for (const { name, at, path, channels } of stepsOf(world, known)) {
      const route = plan.router.routes.get(path);
      if (at > now || !route) continue;
      known.steps = [...(known.steps ?? []), name];
      tell(world, id, known, { ...route, channels }, 'escalation');
      world.reasons.push(`${id}: nobody acknowledged it, told ${channels.join(', ')}`);
    }
    scheduleEscalation(world, known);
  }
}
