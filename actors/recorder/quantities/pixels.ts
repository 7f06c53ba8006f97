/** Where the pixels are among the channels (0-based): 7 by 7 at 103 and 151 to 198, 9 by 9 at 103 to 135 and 151 to 198. */
const SMALL = 1;
const LARGE = 33;

const MONITORS: readonly (readonly [quantity: string, device: string, first: number])[] = [
  ['hadron_signal', 'E:HADMDS', SMALL],
  ['hadron_pedestal', 'E:HADMPD', SMALL],
  ...[1, 2, 3].flatMap(
    number =>
      [
        [`muon_${number}_signal`, `E:MMA${number}DS`, LARGE],
        [`muon_${number}_pedestal`, `E:MMA${number}PD`, LARGE],
      ] as const,
  ),
];

/** Mean over the pixels of each monitor that is there, in V; pixels that are not finite take no part. */
export const pixelMeans = (
  valuesOf: (device: string) => readonly number[],
): readonly (readonly [quantity: string, volt: number])[] =>
  MONITORS.map(([quantity, device, first]) => {
    const channels = valuesOf(device);
    const pixels = [...channels.slice(103, 103 + first), ...channels.slice(151, 199)].filter(Number.isFinite);
    return [quantity, pixels.reduce((sum, volt) => sum + volt, 0) / pixels.length] as const;
  });
