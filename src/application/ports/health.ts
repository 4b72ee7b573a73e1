/**
 * The parts that readiness reports. `ledger` accepts events; `readModels` list and report; `sending` hands messages
 * over; `proof` signs the transparency log; `deliveries` posts events to receivers of outgoing webhooks; `erasure` destroys
 * personal data by age, and again where a restored key store brought it back, and reminds of an erasure that was cut off.
 */
export const partNames = [
  'ledger',
  'readModels',
  'sending',
  'proof',
  'deliveries',
  'erasure',
] as const;

export type PartName = (typeof partNames)[number];

/**
 * The states from best to worst. `standby`: another instance does the work. `held`: an operator has stopped it.
 * `behind`: it progresses, but late. `damaged`: it works, but a part of its data cannot be read. `failing`: it makes no
 * progress. `rebuilding`: it makes no progress until it has been made anew.
 */
export const partStates = [
  'working',
  'standby',
  'held',
  'behind',
  'damaged',
  'failing',
  'rebuilding',
] as const;

export type PartState = (typeof partStates)[number];

/** Reports the health of one component. All calls are cheap and may be repeated. */
export interface HealthReporter {
  /** Reports that the component works. Also its heartbeat, where it promised one. */
  working(): void;
  /** @param reason for the operator; without secrets, texts and phone numbers */
  report(state: Exclude<PartState, 'working'>, reason: string): void;
}

export interface ReporterOptions {
  /** Milliseconds. A component that says `working` and then nothing for longer is `failing`. */
  readonly silenceMsMax?: number;
}

/** Collects the health reports of every component of the service. */
export interface Health {
  /**
   * @param component names it in reasons, for example `dispatcher`
   * @param parts depend on the component; a part is as healthy as its worst component
   */
  reporter(
    component: string,
    parts: readonly PartName[],
    options?: ReporterOptions,
  ): HealthReporter;
}
