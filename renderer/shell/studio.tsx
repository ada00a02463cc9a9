import { type ReactNode, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { Connection } from '../rpc/connection.ts';

export function Studio({ connection }: { connection: Connection }): ReactNode {
  const state = useStore(connection.state);
  const [name, setName] = useState('');
  useEffect(() => {
    if (state.status !== 'open') return;
    void connection.client.workspace.info({}).then((info) => setName(info.name));
  }, [state, connection]);
  return (
    <main data-status={state.status}>
      {state.status} {name}
    </main>
  );
}
