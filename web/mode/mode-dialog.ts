import type { MachineMode } from '../../protocol/messages/machine-mode.ts';
import { millis } from '../alarms/words.ts';
import { openDialog } from '../app/dialog.ts';
import { openForm } from '../app/form-dialog.ts';
import { element } from '../dom.ts';
import { isoTime } from '../frame/format.ts';
import type { Modes, Who } from '../net/answers.ts';
import type { Api } from '../net/api.ts';

export interface ModeDialogOptions {
  readonly api: Pick<Api, 'modes' | 'setMode'>;
  readonly who: Who | undefined;
  readonly toast: (text: string) => void;
}

/** Says what the machine mode is and why; whoever may sets another one, or lets it be recognised again. */
export async function openMode({ api, who, toast }: ModeDialogOptions): Promise<void> {
  let modes: Modes;
  try {
    modes = await api.modes();
  } catch (thrown) {
    return toast(thrown instanceof Error ? thrown.message : String(thrown));
  }
  const facts = element('p', {}, modeText(modes.mode));
  if (who?.role !== 'expert' || who.by === 'anonymous') {
    openDialog('Machine mode', facts, element('p', { class: 'faint' }, 'Experts can set another one.'));
    return;
  }
  const fields = modeFields(modes);
  openForm({
    title: 'Machine mode',
    means: 'Limits of alarms depend on it. One that is set stays until somebody says otherwise.',
    fields: [facts, ...fields.elements],
    label: 'Set',
    missing: fields.missing,
    send: id => api.setMode({ id, mode: fields.mode(), reason: fields.reason() }),
    done: toast,
  });
}

export function modeText(mode: MachineMode | undefined): string {
  if (!mode) return 'Nobody has said yet what the mode is.';
  const since = `It is ${mode.mode} since ${isoTime(millis(mode.at))} UTC`;
  return `${since}, ${mode.by === '' ? 'recognised' : `set by ${mode.by}`}: ${mode.reason}`;
}

/** Recognising it is a choice like the others, and an empty word on the wire. */
function modeFields({ mode, declared }: Modes) {
  const option = (value: string, label: string) =>
    element('option', { value, selected: value === mode?.mode && mode.by !== '' }, label);
  const choice = element(
    'select',
    { autofocus: true },
    option('', 'Recognise it from the readings'),
    ...declared.map(({ name, description, manual }) =>
      option(name, [name, description, manual ? 'only ever set' : ''].filter(Boolean).join(' · ')),
    ),
  );
  const reason = element('input', { type: 'text', maxlength: 2000, autocomplete: 'off' });
  return {
    elements: [element('label', {}, 'Mode', choice), element('label', {}, 'Why', reason)],
    mode: () => choice.value,
    reason: () => reason.value.trim(),
    missing: () => (reason.value.trim() === '' ? 'Say why: others will ask.' : undefined),
  };
}
