import type { Problems } from './problems.ts';
import { formatPlace } from './problems.ts';
import type { ByMode } from './rule.ts';
import type { Entry } from './sources.ts';

/** Checks what is said by mode: of modes that are declared, and of all of them. Each text is looked at once. */
export class ModeNames {
  readonly #declared: ReadonlySet<string>;
  readonly #problems: Problems;
  readonly #seen = new WeakMap<ByMode<unknown>, Set<string>>();

  constructor(declared: ReadonlySet<string>, problems: Problems) {
    this.#declared = declared;
    this.#problems = problems;
  }

  check(
    byMode: ByMode<unknown> | undefined,
    entry: Entry,
    key: string,
    warn: (warning: string) => void,
  ): void {
    const own: unknown = Reflect.get(Object(entry.value), key);
    // What comes from above is checked there, where it can be read whether it says `default`.
    if (own === undefined || !byMode || byMode.modes.size === 0) return;
    const places = this.#seen.get(byMode) ?? new Set();
    this.#seen.set(byMode, places);
    if (places.has(entry.name)) return;
    places.add(entry.name);
    for (const mode of byMode.modes.keys())
      if (!this.#declared.has(mode))
        this.#problems.add(
          entry.at([key, mode]),
          `${entry.label([key, mode])}: no machine mode is called ${mode}; accepted: default${[...this.#declared].map(name => `, ${name}`).join('')}`,
        );
    const silent = [...this.#declared].filter(mode => !byMode.modes.has(mode));
    const saysElse = 'default' in Object(own);
    if (!saysElse && silent.length > 0)
      warn(
        `${formatPlace(entry.at([key]))}: ${entry.label([key])}: says nothing of ${silent.join(', ')}, where the alarm is suppressed; add default:, or none for each`,
      );
  }
}
