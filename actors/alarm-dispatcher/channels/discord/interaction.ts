import { type APIEmbed, InteractionType } from 'discord-api-types/v10';
import { z } from 'zod';

const User = z.object({ id: z.string(), username: z.string(), global_name: z.string().nullish() });

/** What is used of an interaction: a press on a component of a message, or a modal that was sent. */
const Interaction = z.object({
  id: z.string(),
  application_id: z.string(),
  token: z.string(),
  type: z.union([z.literal(InteractionType.MessageComponent), z.literal(InteractionType.ModalSubmit)]),
  data: z.object({
    custom_id: z.string(),
    values: z.array(z.string()).optional(),
    components: z.array(z.unknown()).optional(),
  }),
  member: z.object({ user: User, nick: z.string().nullish(), roles: z.array(z.string()) }).optional(),
  user: User.optional(),
  message: z.object({
    id: z.string(),
    channel_id: z.string(),
    components: z.array(z.unknown()).default([]),
    embeds: z.array(z.custom<APIEmbed>(value => typeof value === 'object' && value !== null)),
  }),
});
export type Interaction = z.infer<typeof Interaction>;

/** @returns undefined for any other kind of interaction */
export const readInteraction = (data: unknown): Interaction | undefined => Interaction.safeParse(data).data;

/** Who may command by the buttons. */
export interface Commanders {
  readonly roles: readonly string[];
  readonly users: readonly string[];
}

export const mayCommand = ({ roles, users }: Commanders, { member, user }: Interaction): boolean => {
  const id = member?.user.id ?? user?.id;
  return (
    (id !== undefined && users.includes(id)) || Boolean(member?.roles.some(role => roles.includes(role)))
  );
};

/** What a person is called in the channel, and the id that nobody can choose. */
export const personOf = ({ member, user }: Interaction): { readonly name: string; readonly id: string } => {
  const found = member?.user ?? user;
  const name = member?.nick ?? found?.global_name ?? found?.username ?? '';
  return { name, id: found?.id ?? 'unknown' };
};
