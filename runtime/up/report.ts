import type { SpillStage } from '../verify/compare.ts';
import type { EventVerification } from '../verify/events/verify-events.ts';
import type { Pages } from '../verify/pages.ts';
import type { Verification } from '../verify/verify.ts';

/** What `spillway up --report FILE` writes. */
export interface Report {
  /** In-spill records at each stage. */
  readonly spills: Partial<Record<SpillStage, number>>;
  readonly outOfSpill: Partial<Record<SpillStage, number>>;
  readonly lost: number;
  readonly duplicated: number;
  readonly different: number;
  readonly deadLetters: number;
  readonly latencyMs: Verification['latencyMs'];
  readonly readings: number;
  readonly values: number;
  readonly durationSeconds: number;
  /** In-spill records that went all the way, per second from the first trigger to the last row in the store. */
  readonly spillsPerSecond: number;
  /** Services that ended and were started again. */
  readonly restarts: Readonly<Record<string, number>>;
  /** What was still on its way when the time to settle was over. */
  readonly unsettled: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
  readonly findings: Verification['findings'];
  /** What became of the events of the camera, where there is one. */
  readonly camera?: CameraReport;
  /** What the alarms told, where a receiver of this machine listens. */
  readonly pages?: Pages;
}

/** See EventVerification. */
export interface CameraReport extends Omit<EventVerification, 'findings'> {
  readonly missing: number;
  readonly doubled: number;
  readonly different: number;
  /** Reconstructed events a second of the time from start to settled. */
  readonly eventsPerSecond: number;
}

export interface RunFacts {
  readonly pages?: Pages | undefined;
  readonly durationSeconds: number;
  readonly restarts: Readonly<Record<string, number>>;
  readonly unsettled: readonly string[];
  readonly versions: Readonly<Record<string, string>>;
}

export function report(result: Verification, facts: RunFacts): Report {
  const count = (kind: string) => result.findings.filter(finding => finding.kind === kind).length;
  return {
    spills: result.spills,
    outOfSpill: result.outOfSpill,
    lost: count('lost'),
    duplicated: count('duplicated'),
    different: count('different'),
    deadLetters: result.deadLetters,
    latencyMs: result.latencyMs,
    readings: result.readings,
    values: result.values,
    durationSeconds: rounded(facts.durationSeconds),
    spillsPerSecond: result.spanSeconds > 0 ? rounded((result.spills.stored ?? 0) / result.spanSeconds) : 0,
    restarts: facts.restarts,
    unsettled: facts.unsettled,
    versions: facts.versions,
    // The first tell what went wrong; a broken run could have hundreds of thousands.
    findings: result.findings.slice(0, 1000),
    ...(result.events ? { camera: cameraReport(result.events, facts.durationSeconds) } : {}),
    ...(facts.pages ? { pages: facts.pages } : {}),
  };
}

function cameraReport({ findings, ...events }: EventVerification, durationSeconds: number): CameraReport {
  const count = (kind: string) => findings.filter(finding => finding.kind === kind).length;
  return {
    ...events,
    missing: count('lost'),
    doubled: count('duplicated'),
    different: count('different'),
    eventsPerSecond: rounded((events.counts.reconstructed ?? 0) / durationSeconds),
  };
}

const rounded = (value: number): number => Math.round(value * 1000) / 1000;

/** Whether a script should see a failure: anything lost, doubled, different, given up on or still under way. */
export const isClean = (one: Report): boolean =>
  one.findings.length === 0 &&
  one.deadLetters === 0 &&
  one.unsettled.length === 0 &&
  (one.pages?.missing.length ?? 0) + (one.pages?.doubled.length ?? 0) === 0;
