import type { StoredBody } from './messages/raw-event.ts';
import { token } from './subjects.ts';

/**
 * Names of bodies in the event store; docs/formats.md lists them. They are made of the same tokens as subjects, so that a
 * name leads to the reference that speaks of it.
 */

interface OfRun {
  readonly site: string;
  readonly detector: string;
  readonly run: number;
}

const ofRun = ({ site, detector, run }: OfRun): string => `${token(site)}/${token(detector)}/${run}`;

export const bodyNames = {
  /** A detector event as in the file, e.g. `lngs/lime/42901/trigger/17`. */
  event: (
    event: OfRun & { readonly equipment: string; readonly serial: number; readonly copy: number },
  ): StoredBody['name'] =>
    `${ofRun(event)}/${token(event.equipment)}/${event.serial}${event.copy === 0 ? '' : `~${event.copy}`}`,
  /** The ODB at the begin of a run, e.g. `lngs/lime/42901/odb`. */
  odb: (run: OfRun): StoredBody['name'] => `${ofRun(run)}/odb`,
  /** The sums of a pedestal run's pictures, e.g. `lngs/lime/42900/pedestal-0-1`: camera and version. */
  pedestal: (map: OfRun & { readonly camera: number; readonly version: number }): StoredBody['name'] =>
    `${ofRun(map)}/pedestal-${map.camera}-${map.version}`,
} as const;

/** What a body is, by its name; tokens where the thing itself may be written otherwise. */
export type BodyName = { readonly site: string; readonly detector: string; readonly run: number } & (
  | { readonly kind: 'event'; readonly equipment: string; readonly serial: number; readonly copy: number }
  | { readonly kind: 'odb' }
  | { readonly kind: 'pedestal'; readonly camera: number; readonly version: number }
);

const NAME =
  /^(?<site>[a-z0-9_-]+)\/(?<detector>[a-z0-9_-]+)\/(?<run>\d+)\/(?:(?<odb>odb)|pedestal-(?<camera>\d+)-(?<version>\d+)|(?<equipment>[a-z0-9_-]+)\/(?<serial>\d+)(?:~(?<copy>\d+))?)$/;

/** Undefined for a name that nobody here gives. */
export function readBodyName(name: string): BodyName | undefined {
  const { site, detector, run, odb, camera, version, equipment, serial, copy } =
    NAME.exec(name)?.groups ?? {};
  if (site === undefined || detector === undefined) return undefined;
  const where = { site, detector, run: Number(run) };
  if (odb !== undefined) return { kind: 'odb', ...where };
  if (equipment === undefined)
    return { kind: 'pedestal', ...where, camera: Number(camera), version: Number(version) };
  return { kind: 'event', ...where, equipment, serial: Number(serial), copy: Number(copy ?? 0) };
}
