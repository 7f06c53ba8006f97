/** What is known of the system around the rules; names of a kind that nothing is known of are all accepted. */
export interface Known {
  readonly devices?: ReadonlyMap<string, KnownDevice>;
  readonly triggers?: ReadonlySet<string>;
  readonly actors?: ReadonlySet<string>;
  /** Stages of the ledger. */
  readonly stages?: ReadonlySet<string>;
}

export interface KnownDevice {
  /** Elements; 1 for a scalar. */
  readonly length: number;
  readonly units: string;
}

/** The devices that these lists read out; of one in several lists, the first. */
export function knownDevices(
  lists: readonly { readonly devices: readonly (KnownDevice & { readonly name: string })[] }[],
): ReadonlyMap<string, KnownDevice> {
  const known = new Map<string, KnownDevice>();
  for (const { devices } of lists)
    for (const { name, length, units } of devices) if (!known.has(name)) known.set(name, { length, units });
  return known;
}
