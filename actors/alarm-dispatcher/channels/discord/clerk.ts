import { RequestMethod } from '@discordjs/rest';
import { InteractionResponseType, InteractionType, MessageFlags, Routes } from 'discord-api-types/v10';
import type { Milliseconds } from '../../../../protocol/time.ts';
import type { ChannelServices } from '../channel.ts';
import { Act, type Meaning, parseMeaning, targetsOf } from './buttons.ts';
import { carryOut, commandOf } from './commands.ts';
import { type Commanders, type Interaction, mayCommand, personOf, readInteraction } from './interaction.ts';
import { type Filled, modalFor, readModal } from './modal.ts';
import type { DiscordRest } from './rest.ts';

export interface ClerkOptions {
  readonly owner: string;
  readonly commanders: Commanders;
  readonly rest: DiscordRest;
  readonly services: ChannelServices;
  /** Called when commands have been carried out, so that everybody sees that somebody acts. `since`: when it was pressed. */
  acted(interaction: Interaction, words: string, since: Milliseconds): Promise<void>;
}

const CHANGED = 'has changed since you looked: please look again';
const PAST: Readonly<Record<Act, string>> = {
  [Act.acknowledge]: 'Acknowledged',
  [Act.shelve]: 'Shelved',
  [Act.takeOver]: 'Taken over',
};

/** Answers the people who press buttons: opens the form, gives the commands, tells the result to them alone. */
export class Clerk {
  readonly #options: ClerkOptions;

  constructor(options: ClerkOptions) {
    this.#options = options;
  }

  /** Takes one INTERACTION_CREATE of the gateway; what is not for this channel is left to others. */
  async serve(data: unknown): Promise<void> {
    const interaction = readInteraction(data);
    const meaning = interaction && parseMeaning(interaction.data.custom_id);
    if (!interaction || meaning?.owner !== this.#options.owner) return;
    if (!mayCommand(this.#options.commanders, interaction)) {
      return this.#reply(
        interaction,
        'You may not command alarms from here: ask whoever looks after this channel.',
      );
    }
    if (interaction.type === InteractionType.MessageComponent) {
      await this.#open(interaction, { ...meaning, targets: interaction.data.values ?? meaning.targets });
    } else await this.#take(interaction, meaning);
  }

  async #open(interaction: Interaction, meaning: Meaning): Promise<void> {
    const found = targetsOf(meaning.targets, interaction.message.embeds);
    if (found.length === 0) return this.#reply(interaction, `The alarm ${CHANGED}.`);
    const data = modalFor(meaning, personOf(interaction).name);
    await this.#answer(interaction, { type: InteractionResponseType.Modal, data });
  }

  async #take(interaction: Interaction, meaning: Meaning): Promise<void> {
    const filled = readModal(meaning.act, interaction.data.components);
    if (typeof filled === 'string') return this.#reply(interaction, filled);
    // A command may take longer than the three seconds that Discord waits.
    const data = { flags: MessageFlags.Ephemeral } as const;
    await this.#answer(interaction, { type: InteractionResponseType.DeferredChannelMessageWithSource, data });
    await this.#act(interaction, meaning, filled);
  }

  async #act(interaction: Interaction, { act, targets }: Meaning, filled: Filled): Promise<void> {
    const { services, rest } = this.#options;
    const since = services.clock();
    const found = targetsOf(targets, interaction.message.embeds);
    const commands = found.map(target => commandOf(interaction, act, target, filled, since));
    const { done, words } = await carryOut(commands, services);
    const changed = targets.length - found.length;
    const content = [words, changed > 0 ? `${changed} of ${targets.length} ${CHANGED}.` : '']
      .filter(Boolean)
      .join('\n');
    const { application_id: application, token } = interaction;
    const route = Routes.webhookMessage(application, token, '@original');
    await rest.call(RequestMethod.Patch, route, { body: { content }, auth: false }, services.signal);
    if (done > 0) await this.#options.acted(interaction, `${PAST[act]} by ${filled.name}`, since);
  }

  async #reply(interaction: Interaction, content: string): Promise<void> {
    const data = { content, flags: MessageFlags.Ephemeral } as const;
    await this.#answer(interaction, { type: InteractionResponseType.ChannelMessageWithSource, data });
  }

  async #answer({ id, token }: Interaction, body: object): Promise<void> {
    const { rest, services } = this.#options;
    await rest.call(
      RequestMethod.Post,
      Routes.interactionCallback(id, token),
      { body, auth: false },
      services.signal,
    );
  }
}
