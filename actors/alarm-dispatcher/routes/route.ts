import { z } from 'zod';
import { duration } from '../../../runtime/config/units.ts';
import { Match } from './match.ts';

/** Name of a channel in the configuration, and of a route: part of subjects and of the names of incidents. */
export const ShortName = z
  .string()
  .max(64)
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'must be lower-case letters, digits and -');

/** What shares one message: an area, everything, nothing (each alarm has its own), or equal labels. */
export const Group = z.union([
  z.enum(['area', 'alarm', 'all']),
  z.strictObject({ labels: z.array(z.string().min(1)).min(1) }),
]);
export type Group = z.infer<typeof Group>;

export const Repeat = z.union([z.literal('never'), duration()]);

const Step = z.strictObject({
  after: duration().describe('from when the alarm was raised, while nobody acknowledges it'),
  channels: z.array(ShortName).min(1),
});

const own = {
  name: ShortName.optional().describe('default: its place among its siblings'),
  match: Match.optional().describe('everything, when it is left out'),
  channels: z.array(ShortName).optional().describe("default: the parent's; [] tells nobody"),
  group: Group.optional().describe("default: the parent's, at the top: area"),
  repeat: Repeat.optional().describe("while it is active and not acknowledged; default: the parent's"),
  escalate: z.array(Step).optional().describe("default: the parent's, at the top: none"),
  continue: z.boolean().default(false).describe('whether siblings further down are tried too'),
};

/** A node of the tree of routes. Its children are tried first; when none fits, it is itself the route. */
export interface Route {
  readonly name?: string | undefined;
  readonly match?: Match | undefined;
  readonly channels?: readonly string[] | undefined;
  readonly group?: Group | undefined;
  readonly repeat?: 'never' | number | undefined;
  readonly escalate?: readonly { readonly after: number; readonly channels: readonly string[] }[] | undefined;
  readonly continue: boolean;
  readonly routes: readonly Route[];
}

export const Route: z.ZodType<Route> = z
  .strictObject({
    ...own,
    get routes() {
      return z.array(Route).default([]).describe('children');
    },
  })
  .superRefine((route, context) => {
    const afters = (route.escalate ?? []).map(({ after }) => after);
    if (afters.some((after, index) => after <= (afters[index - 1] ?? 0))) {
      context.addIssue({
        code: 'custom',
        path: ['escalate'],
        message: 'each step must be later than the one before',
      });
    }
  });

/** Adds an issue for every route that names no channel, one that is not there, or can never be reached. */
export function checkRoutes(
  routes: readonly Route[],
  channels: ReadonlySet<string>,
  context: z.RefinementCtx,
  path: readonly (string | number)[] = ['routes'],
  inherited?: readonly string[],
): void {
  const names = new Set<string>();
  let taken: string | undefined;
  for (const [index, route] of routes.entries()) {
    const here = [...path, index];
    const issue = (at: readonly (string | number)[], message: string) =>
      context.addIssue({ code: 'custom', path: [...here, ...at], message });
    const known = [...channels].join(', ');
    for (const [place, named] of channelsNamed(route)) {
      if (!channels.has(named)) issue(place, `no channel is named ${named}; there are: ${known}`);
    }
    const name = nameOf(route, index);
    if (names.has(name)) issue(['name'], `another route beside this one is named ${name}`);
    names.add(name);
    if (taken) issue([], `is never reached: ${taken} before it takes everything`);
    if (!route.match && !route.continue) taken = name;
    const own = route.channels ?? inherited;
    if (!own && route.routes.length === 0) issue([], 'names no channels, nor does a parent');
    if (!own && route.routes.length > 0 && !route.routes.some(({ match }) => !match)) {
      issue([], 'names no channels for what none of its children takes; [] tells nobody');
    }
    checkRoutes(route.routes, channels, context, [...here, 'routes'], own);
  }
}

function* channelsNamed(route: Route): Generator<[place: (string | number)[], channel: string]> {
  for (const [index, channel] of (route.channels ?? []).entries()) yield [['channels', index], channel];
  for (const [step, { channels }] of (route.escalate ?? []).entries()) {
    for (const [index, channel] of channels.entries()) yield [['escalate', step, 'channels', index], channel];
  }
}

export const nameOf = (route: Route, index: number): string => route.name ?? `route-${index + 1}`;
