import { ActorState, type Health } from '../protocol/messages/health.ts';
import { STANDING_BY } from './host/heartbeat.ts';

/**
 * Actors that do not do their work, a line each with the reason. One that stands by is ready: when instances are replaced one by
 * one, the old one goes, and hands over, only once the new one is.
 */
export function notReady(actors: readonly string[], beats: readonly Health[]): string[] {
  return actors.flatMap(actor => {
    const beat = beats.find(candidate => candidate.actor === actor);
    if (!beat) return [`${actor}: not started`];
    const { state, figures, lastError } = beat;
    if (state === ActorState.running || figures?.[STANDING_BY] === 1) return [];
    return [`${actor}: ${state}${state === ActorState.failing && lastError ? `, ${lastError}` : ''}`];
  });
}
