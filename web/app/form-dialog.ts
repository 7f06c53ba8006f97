import { element } from '../dom.ts';
import type { CommandAnswer } from '../net/answers.ts';
import { attempt } from '../net/attempt.ts';
import { uuid } from '../net/uuid.ts';
import { openDialog } from './dialog.ts';

export interface FormOptions {
  readonly title: string;
  /** What it does, in a sentence. */
  readonly means: string;
  readonly fields: readonly HTMLElement[];
  /** Of the button. */
  readonly label: string;
  /** What is missing, in words; undefined: nothing. */
  readonly missing?: () => string | undefined;
  /** @param id of the command: sent again under it, it is done once */
  readonly send: (id: string) => Promise<CommandAnswer>;
  /** It is done, or stored. */
  readonly done: (message: string) => void;
}

/** A form for one command. It stays open until it is known what became of the command, and says what stands in its way. */
export function openForm(options: FormOptions): HTMLDialogElement {
  const { title, means, fields, label, missing, send, done } = options;
  const problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  const button = element('button', { type: 'submit', class: 'primary' }, label);
  const form = element(
    'form',
    { method: 'dialog', novalidate: true },
    element('p', { class: 'faint' }, means),
    ...fields,
    problem,
    element('footer', {}, button),
  );
  const dialog = openDialog(title, form);
  let id = uuid();

  const tell = (text: string, again = label) => {
    problem.textContent = text;
    problem.hidden = text === '';
    button.textContent = again;
  };
  const submit = async (): Promise<void> => {
    const lacks = missing?.();
    if (lacks !== undefined) return tell(lacks);
    button.disabled = true;
    tell('');
    const { kind, message } = await attempt(() => send(id));
    button.disabled = false;
    if (kind === 'done' || kind === 'waiting') {
      dialog.close();
      done(kind === 'done' ? message : 'It is stored, and takes effect when somebody answers.');
    } else if (kind === 'unsure') tell(`${message} It can be sent again: it is done once.`, 'Send again');
    else tell(message);
  };
  // Other words are another command.
  form.addEventListener('input', () => {
    id = uuid();
    tell('');
  });
  form.addEventListener('keydown', event => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  form.addEventListener('submit', event => {
    event.preventDefault();
    if (!button.disabled) void submit();
  });
  return dialog;
}
