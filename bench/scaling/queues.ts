/**
 * Time in a queue and in service, where theory has an answer: what the simulation is held against.
 * @param perSecond arrivals, at random (Poisson)
 * @param serviceMs mean time of service
 * @returns mean milliseconds; Infinity at or above saturation
 */
export const timeInSystem = {
  /** One server, exponential service: W = S / (1 - rho). */
  mm1(perSecond: number, serviceMs: number): number {
    const load = (perSecond * serviceMs) / 1000;
    return load >= 1 ? Number.POSITIVE_INFINITY : serviceMs / (1 - load);
  },
  /** One server, service that always takes as long (Pollaczek and Khinchine): W = S (2 - rho) / (2 (1 - rho)). */
  md1(perSecond: number, serviceMs: number): number {
    const load = (perSecond * serviceMs) / 1000;
    return load >= 1 ? Number.POSITIVE_INFINITY : (serviceMs * (2 - load)) / (2 * (1 - load));
  },
  /** So many servers at one queue, exponential service (Erlang C). */
  mmc(perSecond: number, serviceMs: number, servers: number): number {
    const offered = (perSecond * serviceMs) / 1000;
    if (offered >= servers) return Number.POSITIVE_INFINITY;
    // Erlang B by its recursion, which needs no factorials.
    let blocked = 1;
    for (let n = 1; n <= servers; n++) blocked = (offered * blocked) / (n + offered * blocked);
    const waits = blocked / (1 - (offered / servers) * (1 - blocked));
    return serviceMs + (waits * serviceMs) / (servers - offered);
  },
} as const;
