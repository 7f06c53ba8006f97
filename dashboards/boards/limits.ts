/**
 * What plots shade as not normal: the loose cuts of public analyses of NuMI data. Only for the eye; what raises an alarm
 * stands in the alarm rules.
 */
export const LIMITS = {
  /** kA. The strict window is -202 to -196.4; low-energy running at 185 kA lies inside this one. */
  horn: { low: -205, high: -180 },
  /** mm from the middle, either way, both planes. */
  position: 1,
  /** mm, both planes. */
  width: { low: 0.57, high: 1.58 },
} as const;
