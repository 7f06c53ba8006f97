import { formatMatcher } from '../../protocol/alarm/matcher.ts';
import type { Silence } from '../../protocol/messages/silence.ts';
import { millis } from '../alarms/words.ts';
import { openForm } from '../app/form-dialog.ts';
import { element } from '../dom.ts';
import { isoTime } from '../frame/format.ts';
import { ApiError } from '../net/answers.ts';
import type { Api } from '../net/api.ts';
import { SilenceFields } from './silence-fields.ts';
import { DURATIONS, durationMs } from './words.ts';

export interface SilenceFormOptions {
  readonly api: Pick<Api, 'previewSilence' | 'saveSilence' | 'endSilence' | 'silences'>;
  readonly toast: (text: string) => void;
  /** There is another silence now, or one has changed. */
  readonly changed: () => void;
}

const durations = (chosen: string) =>
  element(
    'select',
    {},
    ...DURATIONS.map(([label, value]) => element('option', { value, selected: value === chosen }, label)),
  );

/** Makes a silence. @param matchers to begin with, as people write them */
export function openNewSilence(options: SilenceFormOptions, matchers: readonly string[] = []): void {
  const fields = new SilenceFields(options.api, matchers, '', false);
  const duration = durations('2h');
  openForm({
    title: 'New silence',
    means: 'What it fits is not told to anybody. The alarms themselves go on, and stay in the list.',
    fields: [...fields.what, element('label', {}, 'For', duration), ...fields.why],
    label: 'Silence',
    missing: () => fields.missing(),
    send: id => options.api.saveSilence({ id, ...fields.words(), duration: duration.value }),
    done: told(options),
  });
}

/** Changes what a silence fits and says; its time stays. */
export function openChange(options: SilenceFormOptions, seen: Silence): void {
  const fields = new SilenceFields(
    options.api,
    seen.matchers.map(formatMatcher),
    seen.comment,
    seen.endWhenCleared,
  );
  openForm({
    title: 'Change the silence',
    means: `It goes on until ${isoTime(millis(seen.endsAt)).slice(0, 16)} UTC, in your name.`,
    fields: [...fields.what, ...fields.why],
    label: 'Change',
    missing: () => fields.missing(),
    send: async id => {
      await refuseIfChanged(options, seen);
      return options.api.saveSilence({ id, ...fields.words(), ...times(seen) }, seen.silence);
    },
    done: told(options),
  });
}

/** Lets it last longer, from its end on. */
export function openExtend(options: SilenceFormOptions, seen: Silence): void {
  const duration = durations('2h');
  const until = element('p', { 'aria-live': 'polite' });
  const end = () => millis(seen.endsAt) + durationMs(duration.value);
  const tell = () => {
    until.textContent = `Then it ends ${isoTime(end()).slice(0, 16)} UTC.`;
  };
  duration.addEventListener('change', tell);
  tell();
  openForm({
    title: 'Extend the silence',
    means: seen.matchers.map(formatMatcher).join(', '),
    fields: [element('label', {}, 'By', duration), until],
    label: 'Extend',
    send: async id => {
      await refuseIfChanged(options, seen);
      const { endWhenCleared, matchers } = seen;
      // From a terminal or a chat it may have none.
      const comment = seen.comment || 'extended';
      const words = { id, comment, endWhenCleared, matchers: matchers.map(formatMatcher) };
      return options.api.saveSilence(
        { ...words, ...times(seen), endsAt: new Date(end()).toISOString() },
        seen.silence,
      );
    },
    done: told(options),
  });
}

export function openEnd(options: SilenceFormOptions, seen: Silence): void {
  openForm({
    title: 'End the silence',
    means: `${seen.matchers.map(formatMatcher).join(', ')}: what it hides is told again from now on.`,
    fields: [],
    label: 'End it now',
    send: () => options.api.endSilence(seen.silence),
    done: told(options),
  });
}

const times = ({ startsAt, endsAt }: Silence) => ({
  startsAt: new Date(millis(startsAt)).toISOString(),
  endsAt: new Date(millis(endsAt)).toISOString(),
});

const told =
  ({ toast, changed }: SilenceFormOptions) =>
  (message: string): void => {
    toast(message);
    changed();
  };

/** Two people may have it open: whoever comes second sees first what it has become. */
async function refuseIfChanged({ api }: SilenceFormOptions, { silence, revision }: Silence): Promise<void> {
  const now = (await api.silences()).find(one => one.silence === silence);
  if (now && now.revision !== revision)
    throw new ApiError(
      409,
      'COMMAND_STALE',
      `${now.by} has changed it meanwhile: close this and look again.`,
    );
}
