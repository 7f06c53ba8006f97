/** Links that are not to NATS, `<who connects>><to what>`; the front end connects to the monitor too. */
const OTHERS = [
  'recorder>store',
  'gateway>store',
  'rotorooter-feed>rotorooter',
  'alarm-dispatcher>webhook',
  'beam-monitor>front-end',
  'front-end>beam-monitor',
] as const;

export type OtherLink = (typeof OTHERS)[number];

export interface LinkNames {
  /** Of every actor to every server of NATS. */
  readonly nats: readonly string[];
  readonly others: readonly OtherLink[];
  /** Links to the same place. */
  readonly groups: readonly (readonly string[])[];
}

export const natsLink = (actor: string, server: string): string => `${actor}>${server}`;

/** Every connection that the harness stands in, by name. */
export function linksTo(actors: readonly string[], servers: readonly string[]): LinkNames {
  const nats = actors.flatMap(actor => servers.map(server => natsLink(actor, server)));
  const groups = Map.groupBy([...nats, ...OTHERS], name => name.split('>')[1]);
  return { nats, others: OTHERS, groups: [...groups.values()] };
}
