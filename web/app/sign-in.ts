import { element } from '../dom.ts';
import { type Api, ApiError, type Who } from '../net/api.ts';
import { isDialogOpen, openDialog } from './dialog.ts';

/** Asks for name and password. */
export function openSignIn(api: Pick<Api, 'signIn'>, done: (who: Who) => void): void {
  if (isDialogOpen()) return;
  const name = element('input', {
    name: 'username',
    autocomplete: 'username',
    required: true,
    autofocus: true,
  });
  const password = element('input', {
    type: 'password',
    name: 'password',
    autocomplete: 'current-password',
    required: true,
  });
  const problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  const send = element('button', { type: 'submit', class: 'primary' }, 'Sign in');
  const form = element(
    'form',
    {},
    element('label', {}, 'Name', name),
    element('label', {}, 'Password', password),
    problem,
    element('footer', {}, send),
  );
  const dialog = openDialog('Sign in', form);
  const submit = async (): Promise<void> => {
    send.disabled = true;
    try {
      const who = await api.signIn(name.value, password.value);
      dialog.close();
      done(who);
    } catch (thrown) {
      problem.textContent = thrown instanceof ApiError ? thrown.message : 'The gateway could not be reached.';
      problem.hidden = false;
    } finally {
      send.disabled = false;
    }
  };
  form.addEventListener('submit', event => {
    event.preventDefault();
    void submit();
  });
}
