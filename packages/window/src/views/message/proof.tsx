import { useQuery } from '@tanstack/react-query';
import { answerOf, http } from '../../data/api.js';
import { counted } from '../../data/numbers.js';
import { saveJson } from '../../data/save-file.js';
import { Panel } from '../../parts/panel.js';
import { Failure, Loading } from '../../parts/states.js';
import { Tag } from '../../parts/status.js';

/** The proof that the events of a message are in the signed log: which checkpoint covers them, and the file to take away. */
export function Proof({ id, revision }: { readonly id: string; readonly revision: number }) {
  const proof = useQuery({
    queryKey: ['message', id, 'proof', revision],
    queryFn: async () =>
      answerOf(await http.GET('/v1/messages/{id}/proof', { params: { path: { id } } })),
    // What waits is signed within a second.
    refetchInterval: ({ state }) => ((state.data?.waiting ?? 1) > 0 ? 2_000 : false),
  });
  if (proof.data === undefined) {
    return (
      <Panel title="Proof">
        {proof.isError ? <Failure error={proof.error} /> : <Loading label="Asking" rows={2} />}
      </Panel>
    );
  }
  const { entries, waiting, key } = proof.data;
  const newest = entries.map((entry) => checkpointOf(entry.proof)).at(-1);
  return (
    <Panel
      title="Proof"
      tag={
        waiting > 0 ? (
          <Tag family="moving">Waits for a checkpoint</Tag>
        ) : (
          <Tag family="arrived" shape="check">
            In the signed log
          </Tag>
        )
      }
    >
      <dl className="facts">
        <dt>Covered</dt>
        <dd>
          {counted(entries.length, 'event')}
          {waiting > 0 && `, ${waiting} not yet`}
        </dd>
        {newest !== undefined && (
          <>
            <dt>Checkpoint</dt>
            <dd>
              of {counted(newest.size, 'entry', 'entries')}
              <span className="sub mono" title={newest.root}>
                {newest.root}
              </span>
            </dd>
          </>
        )}
        <dt>Key</dt>
        <dd>
          <span className="mono" title={key}>
            {key.split('+').slice(0, 2).join('+')}
          </span>
        </dd>
      </dl>
      <div className="inside">
        <button
          className="btn"
          type="button"
          disabled={entries.length === 0}
          onClick={() => saveJson(`proof-${id}.json`, proof.data)}
        >
          Take the proof away
        </button>
        <span className="sub quiet">
          waybill verify --proof checks it without this service and without a network.
        </span>
      </div>
    </Panel>
  );
}

/** A tlog-proof ends with the checkpoint: origin, size and root hash, a line each (C2SP tlog-proof, tlog-checkpoint). */
function checkpointOf(proof: string): { readonly size: number; readonly root: string } | undefined {
  const [origin, size, root] = proof.slice(proof.indexOf('\n\n') + 2).split('\n');
  if (origin === undefined || root === undefined || !/^\d+$/.test(size ?? '')) return undefined;
  return { size: Number(size), root };
}
