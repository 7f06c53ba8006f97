import type { AlarmChange } from '../../protocol/messages/alarm-change.ts';
import type { Who } from '../net/answers.ts';

/** What can be done to an alarm, as the gateway calls it. */
export type Verb =
  | 'acknowledge'
  | 'unacknowledge'
  | 'comment'
  | 'take-over'
  | 'shelve'
  | 'unshelve'
  | 'reset'
  | 'disable'
  | 'enable';

interface Action {
  readonly label: string;
  /** What it does, for the dialog. */
  readonly means: string;
  readonly expert: boolean;
  /** What is asked besides: a note that may be empty, one that may not, a reason. */
  readonly asks: 'note' | 'words' | 'reason';
  readonly fits: (change: AlarmChange) => boolean;
}

const isUnacknowledged = ({ to }: AlarmChange): boolean => to.endsWith('unacknowledged');

export const ACTIONS: Readonly<Record<Verb, Action>> = {
  acknowledge: {
    label: 'Acknowledge',
    means: 'You have seen it and see to it.',
    expert: false,
    asks: 'note',
    fits: isUnacknowledged,
  },
  unacknowledge: {
    label: 'Un-acknowledge',
    means: 'It is open again, and others are called.',
    expert: false,
    asks: 'note',
    fits: ({ to }) => to === 'acknowledged' || to === 'latched-acknowledged',
  },
  comment: {
    label: 'Comment',
    means: 'Others see it with the alarm.',
    expert: false,
    asks: 'words',
    fits: () => true,
  },
  'take-over': {
    label: 'Take over',
    means: 'You are who works on it.',
    expert: false,
    asks: 'note',
    fits: ({ to }) => to !== 'normal',
  },
  shelve: {
    label: 'Shelve',
    means: 'It is put aside for a time and calls nobody; it comes back by itself.',
    expert: false,
    asks: 'reason',
    fits: ({ to }) => to !== 'shelved' && to !== 'out-of-service' && to !== 'suppressed',
  },
  unshelve: {
    label: 'Unshelve',
    means: 'It counts again at once.',
    expert: false,
    asks: 'note',
    fits: ({ shelved }) => shelved !== undefined,
  },
  reset: {
    label: 'Reset',
    means: 'Its cause is gone: the latched alarm is let go.',
    expert: true,
    asks: 'note',
    fits: ({ to }) => to.startsWith('latched'),
  },
  disable: {
    label: 'Disable',
    means: 'It is switched off for everybody, until somebody enables it.',
    expert: true,
    asks: 'reason',
    fits: ({ to }) => to !== 'out-of-service',
  },
  enable: {
    label: 'Enable',
    means: 'It is evaluated again.',
    expert: true,
    asks: 'note',
    fits: ({ to }) => to === 'out-of-service',
  },
};

export const VERBS = Object.keys(ACTIONS) as Verb[];

/** Why somebody may not do anything; undefined: they may. */
export function hindrance(who: Who | undefined): string | undefined {
  if (!who || who.by === 'anonymous') return 'Sign in to acknowledge, comment and shelve.';
  if (who.role === 'viewer') return `${who.name} may look only: acknowledging is for shifters and experts.`;
  return undefined;
}

/** What this person can do to this alarm now. */
export const actionsFor = (change: AlarmChange, who: Who | undefined): Verb[] =>
  hindrance(who) === undefined
    ? VERBS.filter(verb => ACTIONS[verb].fits(change) && (!ACTIONS[verb].expert || who?.role === 'expert'))
    : [];
