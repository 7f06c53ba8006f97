import type { ConsumerProgress } from '../../runtime/actor.ts';

/** Whether a consumer is given messages of a subject. */
export const takes = ({ subjects }: Pick<ConsumerProgress, 'subjects'>, subject: string): boolean =>
  subjects.length === 0 || subjects.some(wildcard => fits(subject, wildcard));

/** NATS wildcards: `*` is any one token, `>` at the end is one or more. */
function fits(subject: string, wildcard: string): boolean {
  const tokens = subject.split('.');
  const wanted = wildcard.split('.');
  for (const [index, want] of wanted.entries()) {
    if (want === '>') return tokens.length > index;
    if (want !== '*' && want !== tokens[index]) return false;
  }
  return tokens.length === wanted.length;
}
