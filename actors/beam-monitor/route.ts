import type { Callback } from './callback.ts';
import type { Subscription } from './lists.ts';

export interface Route {
  readonly subscription: Subscription;
  /** False when the front end calls under a registration that is not ours, or no more. */
  readonly known: boolean;
}

/**
 * The subscription a callback belongs to: by its registration, else by its event and its devices.
 *
 * Readings under an unknown registration are taken all the same. After a restart of ours the front end goes on
 * calling under the old registration until its lease ends, and a callback may overtake the answer that tells us
 * its registration: refusing those would lose spills. What is told twice meanwhile has the same identity and is
 * stored once. `undefined`: no subscription has this event and one of these devices.
 */
export function route(
  callback: Callback,
  subscriptions: readonly Subscription[],
  subscriptionOf: (id: string) => Subscription | undefined,
): Route | undefined {
  const subscription = subscriptionOf(callback.id);
  if (subscription) return { subscription, known: true };
  let best: Route | undefined;
  let most = callback.readings.length === 0 ? -1 : 0;
  for (const candidate of subscriptions) {
    if (candidate.trigger !== callback.event) continue;
    const asked = callback.readings.filter(reading => candidate.devices.has(nameIn(reading))).length;
    if (asked > most) {
      most = asked;
      best = { subscription: candidate, known: false };
    }
  }
  return best;
}

const nameIn = (reading: unknown): string =>
  typeof reading === 'object' && reading !== null && 'name' in reading && typeof reading.name === 'string'
    ? reading.name
    : '';
