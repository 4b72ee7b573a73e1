import { ReadModelDamaged } from '../damage.js';
import { OtherShape } from '../other-shape.js';

/** SQLITE_CORRUPT and SQLITE_NOTADB. */
const DAMAGE: ReadonlySet<number> = new Set([11, 26]);
/** SQLITE_IOERR_SHORT_READ: a page that should be there is not. */
const SHORT_READ = 522;
/** Extended codes carry the primary one in their lowest byte. */
const PRIMARY_CODE = 0xff;

function isDamage(error: unknown): error is Error {
  const { errcode } = error as { readonly errcode?: unknown };
  return (
    typeof errcode === 'number' && (errcode === SHORT_READ || DAMAGE.has(errcode & PRIMARY_CODE))
  );
}

/** SQLITE_ERROR has no finer code for it. */
const MISSING = /^no such (?:table|column): /;

/** Wraps all use of one SQLite file, and reports damage that is found. */
export class DamageGuard {
  constructor(private readonly tell: (reason: string) => void) {}

  /** @throws ReadModelDamaged, OtherShape */
  run<Value>(use: () => Value): Value {
    try {
      return use();
    } catch (error) {
      if (error instanceof Error && MISSING.test(error.message)) {
        throw new OtherShape(error.message);
      }
      if (!isDamage(error)) throw error;
      this.tell(error.message);
      throw new ReadModelDamaged(error.message);
    }
  }
}
