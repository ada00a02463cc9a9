import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import * as z from 'zod';
import { connectToHost } from './rpc/connection.ts';
import { Studio } from './shell/studio.tsx';

// The page may make no code from text, which the schema library would do to be faster.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
createRoot(root).render(
  <StrictMode>
    <Studio connection={connectToHost()} />
  </StrictMode>,
);
