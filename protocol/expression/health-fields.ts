import { ActorState, type Health } from '../messages/health.ts';
import { eventTimeToMs } from '../time.ts';
import type { HealthFields } from './scope.ts';

/** What `health(actor, field)` may ask for. */
export const HEALTH_FIELDS = ['state', 'lag', 'rate', 'retries', 'dead', 'uptime'] as const;
export type HealthField = (typeof HEALTH_FIELDS)[number];

export const LATENCY_FIGURES = ['count', 'p50', 'p99', 'max'] as const;
export type LatencyFigure = (typeof LATENCY_FIGURES)[number];

export const fieldOfFigure = (name: string): string => `figure:${name}`;
export const fieldOfCounter = (name: string): string => `counter:${name}`;
export const isCounter = (field: string): boolean => field.startsWith('counter:');
export const fieldOfLatency = (name: string, figure: LatencyFigure): string => `latency:${name}:${figure}`;

/**
 * A heartbeat as rules see it. Over the lanes of an actor: the largest lag, everything else added up.
 * `uptime` is in seconds, latencies in milliseconds.
 * @param wanted fields to keep; all when left out
 */
export function fieldsOfHealth(health: Health, wanted?: ReadonlySet<string>): HealthFields {
  const { lanes } = health;
  const total = (key: 'rate' | 'retries' | 'dead') => lanes.reduce((sum, lane) => sum + lane[key], 0);
  const all: [string, number | string][] = [
    ['state', health.state],
    ['lag', Math.max(0, ...lanes.map(({ lag }) => lag))],
    ['rate', total('rate')],
    ['retries', total('retries')],
    ['dead', total('dead')],
    ['uptime', (eventTimeToMs(health.at) - eventTimeToMs(health.startedAt)) / 1000],
    ...Object.entries(health.figures ?? {}).map(
      ([name, value]) => [fieldOfFigure(name), value] as [string, number],
    ),
    ...Object.entries(health.counters).map(
      ([name, value]) => [fieldOfCounter(name), value] as [string, number],
    ),
    ...Object.entries(health.latencies).flatMap(([name, latency]) =>
      LATENCY_FIGURES.map(figure => [fieldOfLatency(name, figure), latency[figure]] as [string, number]),
    ),
  ];
  return Object.fromEntries(wanted ? all.filter(([name]) => wanted.has(name)) : all);
}

/** The healthiest first: of several instances, the one that does the work speaks for the actor. */
export const STATES_BY_HEALTH: readonly string[] = [
  ActorState.running,
  ActorState.starting,
  ActorState.failing,
  ActorState.draining,
  ActorState.stopped,
];
