import type { Milliseconds } from '../../../protocol/time.ts';
import { compileMatch, isWithin, type Match, type Routable, type Test } from './match.ts';
import { type Group, nameOf, type Route } from './route.ts';

/** A route with everything it takes from its parents. */
export interface CompiledRoute {
  /** Names from the top, joined by `/`: what notices give as their receiver. */
  readonly path: string;
  readonly channels: readonly string[];
  readonly group: Group;
  readonly repeatMs: Milliseconds | undefined;
  readonly escalate: readonly { readonly after: Milliseconds; readonly channels: readonly string[] }[];
  /** What it and its parents ask for. */
  readonly matches: readonly Match[];
}

/** One route that was tried, for people. */
export interface Explained {
  readonly path: string;
  readonly depth: number;
  readonly fits: boolean;
  /** Why it does not fit, or what it does. */
  readonly why: string;
}

export interface Router {
  readonly routes: ReadonlyMap<string, CompiledRoute>;
  /** The routes that take it, in the order of the file; none when nobody is to be told. */
  route(subject: Routable): readonly CompiledRoute[];
  /** Every route that was tried, and why it fits or not. */
  explain(subject: Routable): readonly Explained[];
}

interface Node {
  readonly test: Test;
  readonly compiled: CompiledRoute;
  readonly continue: boolean;
  readonly children: readonly Node[];
}

/** The tree of routes of a configuration that has been checked. */
export function compileRouter(routes: readonly Route[], repeatMs: Milliseconds | undefined): Router {
  const all = new Map<string, CompiledRoute>();
  const compileAll = (siblings: readonly Route[], parent: CompiledRoute): Node[] =>
    siblings.map((route, index) => {
      const name = nameOf(route, index);
      const compiled: CompiledRoute = {
        path: parent.path === '' ? name : `${parent.path}/${name}`,
        channels: route.channels ?? parent.channels,
        group: route.group ?? parent.group,
        repeatMs:
          route.repeat === undefined ? parent.repeatMs : route.repeat === 'never' ? undefined : route.repeat,
        escalate: route.escalate ?? parent.escalate,
        matches: route.match ? [...parent.matches, route.match] : parent.matches,
      };
      all.set(compiled.path, compiled);
      const children = compileAll(route.routes, compiled);
      return { test: compileMatch(route.match), compiled, continue: route.continue, children };
    });
  const top = compileAll(routes, {
    path: '',
    channels: [],
    group: 'area',
    repeatMs,
    escalate: [],
    matches: [],
  });
  return {
    routes: all,
    route: subject => take(top, subject),
    explain: subject => {
      const told: Explained[] = [];
      take(top, subject, told);
      return told;
    },
  };
}

function take(nodes: readonly Node[], subject: Routable, told?: Explained[], depth = 0): CompiledRoute[] {
  const taken: CompiledRoute[] = [];
  for (const node of nodes) {
    const why = node.test(subject);
    const tell = (fits: boolean, text: string) =>
      told?.push({ path: node.compiled.path, depth, fits, why: text });
    if (why !== undefined) {
      tell(false, why);
      continue;
    }
    const place = told?.length ?? 0;
    const below = take(node.children, subject, told, depth + 1);
    const own = below.length === 0;
    const text = own ? describe(node.compiled) : `its children take it`;
    told?.splice(place, 0, { path: node.compiled.path, depth, fits: true, why: text });
    taken.push(...(own ? [node.compiled] : below));
    if (!node.continue) break;
  }
  return taken;
}

const describe = ({ channels }: CompiledRoute): string =>
  channels.length === 0 ? 'tells nobody' : `tells ${channels.join(', ')}`;

/**
 * Whether a route can ever take what fits the matchers of a silence, as far as they can be compared: by severity, area,
 * mode and labels, where the silence asks for one value. When in doubt, yes.
 */
export function mayShare(
  { matches }: CompiledRoute,
  matchers: readonly { name: string; value: string; isRegex: boolean; isEqual: boolean }[],
): boolean {
  return matches.every(match =>
    matchers.every(({ name, value, isRegex, isEqual }) => {
      if (isRegex || !isEqual) return true;
      const accepts = (accepted: readonly string[] | undefined) => !accepted || accepted.includes(value);
      if (name === 'severity') return accepts(match.severity);
      if (name === 'mode') return accepts(match.mode);
      const { area } = match;
      if (name === 'area') return !area || area.some(root => isWithin(value, root));
      if (name === 'alarm' || name === 'alertname')
        return !area || area.some(root => value.startsWith(`${root}/`));
      return accepts(match.labels && Object.hasOwn(match.labels, name) ? match.labels[name] : undefined);
    }),
  );
}
