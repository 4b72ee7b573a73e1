import type { LedgerFinding, LedgerVerdict } from '../../../../application/ports/ledger-check.js';

/** Enough to see what is wrong; a completely damaged ledger must not fill the memory with findings. */
const FINDINGS_KEPT_MAX = 20;

/** Collects findings in bounded memory. */
export class FindingList {
  private readonly findings: LedgerFinding[] = [];
  private count = 0;
  private isStructureDamaged = false;

  add(finding: LedgerFinding): void {
    this.count++;
    this.isStructureDamaged ||= finding.kind === 'structure';
    if (this.findings.length < FINDINGS_KEPT_MAX) this.findings.push(finding);
  }

  get verdict(): LedgerVerdict {
    return {
      findings: this.findings,
      count: this.count,
      isStructureDamaged: this.isStructureDamaged,
    };
  }
}
