/** Counts the answers of a run, and collects its findings. */
export class Tally {
  readonly findings: string[] = [];
  /** Requests that were recorded although their first answer was lost. */
  answersLost = 0;
  private readonly answers = new Map<string, number>();

  constructor(private readonly onFinding: (finding: string) => void = () => undefined) {}

  /** Notes an answer to one kind of request; 0 stands for no answer. */
  note(request: string, status: number): void {
    const key = `${request} ${status === 0 ? 'unanswered' : status}`;
    this.answers.set(key, (this.answers.get(key) ?? 0) + 1);
  }

  find(finding: string): void {
    this.findings.push(finding);
    this.onFinding(finding);
  }

  get answersByStatus(): Readonly<Record<string, number>> {
    return Object.fromEntries(
      [...this.answers].toSorted(([one], [other]) => one.localeCompare(other)),
    );
  }

  countOf(request: string, status: number): number {
    return this.answers.get(`${request} ${status}`) ?? 0;
  }
}
