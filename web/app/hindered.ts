import type { Surroundings } from './page.ts';

/** Tells somebody why they may not, and lets a stranger sign in. @returns whether there is a reason */
export function isHindered(
  { toast, who, signIn }: Pick<Surroundings, 'toast' | 'who' | 'signIn'>,
  why: string | undefined,
): boolean {
  if (why === undefined) return false;
  toast(why);
  if (!who() || who()?.by === 'anonymous') signIn();
  return true;
}
