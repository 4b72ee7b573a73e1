/** Of these parts readiness tells. `ledger` takes in; `readModels` list and report; `sending` hands messages over. */
export const partNames = ['ledger', 'readModels', 'sending'] as const;

export type PartName = (typeof partNames)[number];

/**
 * From best to worst. `standby`: another instance does it. `held`: an operator has stopped it. `behind`: it moves
 * on, but late. `damaged`: it goes on, but a part of what it holds cannot be read. `failing`: it stands still. `rebuilding`: it stands still until it has been made anew.
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

/** How one component tells that it works. All calls are cheap and may be repeated. */
export interface HealthReporter {
  /** It works. Also its sign of life, where it promised one. */
  working(): void;
  /** @param reason for the operator; without secrets, texts and phone numbers */
  report(state: Exclude<PartState, 'working'>, reason: string): void;
}

export interface ReporterOptions {
  /** Milliseconds. A component that says `working` and then nothing for longer is `failing`. */
  readonly silenceMsMax?: number;
}

/** Where every component of the service tells whether it works. */
export interface Health {
  /**
   * @param component names it in reasons, for example `dispatcher`
   * @param parts stand still when it does; a part is as well as its worst component
   */
  reporter(
    component: string,
    parts: readonly PartName[],
    options?: ReporterOptions,
  ): HealthReporter;
}
