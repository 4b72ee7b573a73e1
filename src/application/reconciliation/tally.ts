import type { ProviderRecord, ReadRecord } from '../ports/provider-reports.js';
import type { Reconciled, Run } from './reconcile-records.js';
import {
  ACCOUNTS_MAX,
  EXAMPLES_MAX,
  type Category,
  type ReconciliationSummary,
  type UnknownToVonage,
} from './summary.js';

type Examples = ReconciliationSummary['examples'];
type Lists = { readonly [Kind in keyof Examples]: Examples[Kind][number][] };

/** Counts the results of one reconciliation, and keeps the first of each kind. */
export class Tally {
  private readonly counts: Record<Category, number> = {
    agree: 0,
    missingHere: 0,
    contradict: 0,
    unknownHere: 0,
    unknownToVonage: 0,
    inbound: 0,
    unreadable: 0,
  };
  private readonly examples: Lists = {
    missingHere: [],
    contradict: [],
    unknownHere: [],
    unknownToVonage: [],
    unreadable: [],
  };
  private readonly accountsSeen = new Set<string>();
  private readonly channelsSeen = new Set<string>();
  private readonly notes: string[] = [];
  private records = 0;
  private recorded = 0;
  private from: string | undefined;
  private to: string | undefined;

  /** @param ownAccount is seen among any number of others */
  constructor(private readonly ownAccount?: string) {}

  /** Returns a record of what was sent; undefined where there is none, which is counted. */
  recordIn(read: ReadRecord): ProviderRecord | undefined {
    if (read.kind === 'record') return read.record;
    this.records += 1;
    if (read.kind === 'inbound') this.counts.inbound += 1;
    else this.unreadable(read.row, read.reason);
    return undefined;
  }

  add(record: ProviderRecord, result: Reconciled): void {
    this.records += 1;
    const { accountId, channel, receivedAt } = record;
    if (this.accountsSeen.size < ACCOUNTS_MAX || accountId === this.ownAccount) {
      this.accountsSeen.add(accountId);
    }
    this.channelsSeen.add(channel);
    if (receivedAt !== null) {
      if (this.from === undefined || receivedAt < this.from) this.from = receivedAt;
      if (this.to === undefined || receivedAt > this.to) this.to = receivedAt;
    }
    if (result.kind === 'undecodable') {
      this.unreadable(this.records, result.reason);
      return;
    }
    this.counts[result.kind] += 1;
    if (result.kind === 'agree') return;
    if (result.kind === 'unknownHere') {
      keep(this.examples.unknownHere, result.example);
      return;
    }
    keep(this.examples[result.kind], result.example);
    if (result.isRecorded) this.recorded += 1;
  }

  /** @param row number of the record in its file, for a person */
  private unreadable(row: number, reason: string): void {
    this.counts.unreadable += 1;
    keep(this.examples.unreadable, { row, reason });
  }

  unknownToVonage(missing: UnknownToVonage): void {
    this.counts.unknownToVonage += 1;
    keep(this.examples.unknownToVonage, missing);
  }

  note(sentence: string): void {
    this.notes.push(sentence);
  }

  get accounts(): ReadonlySet<string> {
    return this.accountsSeen;
  }

  get channels(): ReadonlySet<string> {
    return this.channelsSeen;
  }

  get range(): ReconciliationSummary['range'] {
    return this.from === undefined || this.to === undefined
      ? null
      : { from: this.from, to: this.to };
  }

  summary({ id, dryRun }: Run): ReconciliationSummary {
    return {
      id,
      dryRun,
      records: this.records,
      counts: { ...this.counts },
      recorded: this.recorded,
      range: this.range,
      accounts: [...this.accountsSeen],
      examples: this.examples,
      notes: this.notes,
    };
  }
}

function keep<Example>(examples: Example[], example: Example): void {
  if (examples.length < EXAMPLES_MAX) examples.push(example);
}
