import { token } from '../../../protocol/subjects.ts';

/** Names of equipment by event id: no two of them have one subject, so that none is taken for another. */
export class EquipmentNames {
  readonly #names: Map<number, string>;
  readonly #tokens: Set<string>;
  readonly #odb: ReadonlyMap<number, string>;

  /**
   * @param configured names that the detector's description gives
   * @param odb names that the ODB gives to event ids, all of different tokens
   */
  constructor(configured: ReadonlyMap<number, string>, odb: ReadonlyMap<number, string>) {
    this.#names = new Map(configured);
    this.#tokens = new Set(configured.values().map(token));
    this.#odb = odb;
  }

  /** `id<N>` for an id without a name of its own. */
  of(id: number): string {
    const known = this.#names.get(id);
    if (known !== undefined) return known;
    const odb = this.#odb.get(id);
    const name = odb === undefined || this.#tokens.has(token(odb)) ? `id${id}` : odb;
    this.#names.set(id, name);
    this.#tokens.add(token(name));
    return name;
  }
}
