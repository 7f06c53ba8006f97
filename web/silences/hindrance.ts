import type { Who } from '../net/answers.ts';

/** Why somebody may not silence anything; undefined: they may. */
export function silencingHindrance(who: Who | undefined): string | undefined {
  if (!who || who.by === 'anonymous') return 'Sign in as an expert to silence something.';
  return who.role === 'expert' ? undefined : `${who.name} may look only: silencing is for experts.`;
}
