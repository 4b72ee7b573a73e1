import { Icon } from './icon.js';

/** Reads the next page of a list, and says when it cannot be read. */
export function OlderButton({
  list,
  label,
}: {
  readonly list: {
    readonly hasNextPage: boolean;
    readonly isFetchingNextPage: boolean;
    readonly isFetchNextPageError: boolean;
    readonly fetchNextPage: () => unknown;
  };
  readonly label: string;
}) {
  if (!list.hasNextPage) return null;
  return (
    <>
      <button
        className="btn small"
        type="button"
        disabled={list.isFetchingNextPage}
        onClick={() => list.fetchNextPage()}
      >
        {label}
      </button>
      {list.isFetchNextPageError && (
        <span className="why" role="status">
          <Icon shape="warn" size={14} /> They could not be read now. Try again.
        </span>
      )}
    </>
  );
}
