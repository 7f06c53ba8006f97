import type { Silence } from '../../protocol/messages/silence.ts';
import { isHindered } from '../app/hindered.ts';
import type { Page, Surroundings } from '../app/page.ts';
import { element } from '../dom.ts';
import { silencingHindrance } from './hindrance.ts';
import { type CardActions, cardLooks, silenceCard } from './silence-card.ts';
import { openChange, openEnd, openExtend, openNewSilence, type SilenceFormOptions } from './silence-form.ts';
import { inOrder } from './words.ts';

/** Nothing tells the page of silences live. */
const AGAIN_MS = 10_000;

/** What keeps alarms from being told, now, soon and in the last days. */
export class SilencesPage implements Page {
  readonly element: HTMLElement;
  readonly title = 'Silences';
  readonly #around: Surroundings;
  readonly #hindrance = element('p', { class: 'hindrance' });
  readonly #new: HTMLButtonElement;
  readonly #problem = element('p', { class: 'problem', role: 'alert', hidden: true });
  readonly #list = element('ul', { class: 'silence-list' });
  readonly #ended = element('ul', { class: 'silence-list' });
  readonly #past: HTMLDetailsElement;
  readonly #actions: CardActions;
  #silences: readonly Silence[] | undefined;
  #loadedAt = Number.NEGATIVE_INFINITY;
  #loading = false;
  #looks = '';

  constructor(around: Surroundings) {
    this.#around = around;
    this.#new = element(
      'button',
      { type: 'button', class: 'primary', title: 'New silence (n)', onclick: () => this.#make() },
      'New silence',
    );
    this.#past = element('details', {}, element('summary', {}, 'Ended in the last five days'), this.#ended);
    this.#actions = {
      extend: silence => openExtend(this.#forms(), silence),
      change: silence => openChange(this.#forms(), silence),
      end: silence => openEnd(this.#forms(), silence),
    };
    this.element = element(
      'section',
      { class: 'silences' },
      element('header', {}, element('h1', {}, 'Silences'), this.#new, this.#hindrance),
      element('p', { class: 'faint' }, 'A silence keeps alarms from being told. It changes no alarm.'),
      this.#problem,
      this.#list,
      this.#past,
    );
    this.update();
  }

  update(): void {
    const { clock, who } = this.#around;
    const why = silencingHindrance(who());
    this.#new.hidden = why !== undefined;
    this.#hindrance.textContent = why ?? '';
    if (performance.now() - this.#loadedAt > AGAIN_MS && !document.hidden) void this.#load();
    const silences = inOrder(this.#silences ?? []);
    const looks = silences.map(silence => cardLooks(silence, why === undefined, clock())).join('\n');
    // Made again only when something is different: a button that somebody is about to press stays.
    if (looks === this.#looks && this.#list.childElementCount > 0) return;
    this.#looks = looks;
    const card = (silence: Silence) =>
      silenceCard(silence, why === undefined ? this.#actions : undefined, clock());
    const going = silences.filter(({ phase }) => phase !== 'expired');
    const ended = silences.filter(({ phase }) => phase === 'expired');
    const none = this.#silences ? 'Nothing is silenced.' : 'Loading …';
    this.#list.replaceChildren(
      ...(going.length > 0 ? going.map(card) : [element('li', { class: 'faint' }, none)]),
    );
    this.#ended.replaceChildren(...ended.map(card));
    this.#past.hidden = ended.length === 0;
  }

  key({ key }: KeyboardEvent): boolean {
    if (key !== 'n') return false;
    this.#make();
    return true;
  }

  destroy(): void {
    this.element.remove();
  }

  #make(): void {
    const why = silencingHindrance(this.#around.who());
    if (!isHindered(this.#around, why)) openNewSilence(this.#forms());
  }

  #forms(): SilenceFormOptions {
    const { api, toast } = this.#around;
    return { api, toast, changed: () => void this.#load() };
  }

  async #load(): Promise<void> {
    if (this.#loading) return;
    this.#loading = true;
    this.#loadedAt = performance.now();
    try {
      this.#silences = await this.#around.api.silences();
      this.#problem.hidden = true;
    } catch (thrown) {
      this.#problem.textContent = `Silences cannot be had: ${thrown instanceof Error ? thrown.message : String(thrown)}`;
      this.#problem.hidden = false;
      this.#around.answered(thrown);
    } finally {
      this.#loading = false;
    }
    this.update();
  }
}
