import { element } from '../dom.ts';
import { ApiError, type Ways, type Who } from '../net/answers.ts';
import type { Api } from '../net/api.ts';
import { isDialogOpen, openDialog } from './dialog.ts';

/** Why somebody who comes back from the identity provider is not signed in, by the gateway's code. */
const REFUSED: Readonly<Record<string, string>> = {
  NOT_ALLOWED:
    'You are signed in there, but none of your groups has a role here. Ask an expert of the experiment.',
  SIGN_IN_REFUSED: 'That sign-in was not finished, took too long, or is of no use here. Try again.',
  PROVIDER_AWAY: 'The identity provider cannot be reached now.',
  PROVIDER_INVALID:
    'The identity provider gave an answer that cannot be trusted. The log of the gateway says why.',
  RATE_EXCEEDED: 'Too many sign-ins have failed from your address. Wait some minutes.',
};

/** The code, where the address has one; the address has it no more. */
export function takeRefusal(): string | undefined {
  const address = new URL(location.href);
  const code = address.searchParams.get('signIn');
  if (code === null) return undefined;
  address.searchParams.delete('signIn');
  history.replaceState(null, '', address);
  return code;
}

export interface SignInOptions {
  readonly api: Pick<Api, 'signIn' | 'ways'>;
  readonly done: (who: Who) => void;
  /** Code with which somebody came back from the identity provider. */
  readonly refused?: string | undefined;
}

/** Asks who somebody is: by name and password, or at an identity provider, as the gateway offers it. */
export function openSignIn({ api, done, refused }: SignInOptions): void {
  if (isDialogOpen()) return;
  const problem = element('p', { class: 'problem', role: 'alert', hidden: refused === undefined });
  if (refused !== undefined)
    problem.textContent = REFUSED[refused] ?? `The sign-in was refused (${refused.slice(0, 40)}).`;
  const form = passwordForm(api, problem, who => {
    dialog.close();
    done(who);
  });
  const dialog = openDialog('Sign in', problem, form);
  api.ways().then(
    ways => offer(ways, form),
    () => {
      // Whoever cannot be asked for the ways will not take a password either, and then says so.
    },
  );
}

/** Shows the button of the identity provider, first: whoever has that account needs no other. */
function offer({ passwords, signOn }: Ways, form: HTMLFormElement): void {
  form.hidden = !passwords;
  if (!signOn) return;
  const words = new URLSearchParams({ return: location.pathname + location.search });
  const link = element(
    'a',
    { class: 'button primary sign-on', href: `${signOn.path}?${words.toString()}` },
    signOn.label,
  );
  form.before(link);
  if (passwords) form.before(element('p', { class: 'or' }, 'or with a name of this gateway'));
  else link.focus();
}

function passwordForm(
  api: Pick<Api, 'signIn'>,
  problem: HTMLElement,
  done: (who: Who) => void,
): HTMLFormElement {
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
  const send = element('button', { type: 'submit', class: 'primary' }, 'Sign in');
  const form = element(
    'form',
    {},
    element('label', {}, 'Name', name),
    element('label', {}, 'Password', password),
    element('footer', {}, send),
  );
  const submit = async (): Promise<void> => {
    send.disabled = true;
    try {
      done(await api.signIn(name.value, password.value));
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
  return form;
}
