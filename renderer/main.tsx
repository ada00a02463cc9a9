import './theme/tokens.css';
import './theme/base.css';
import * as z from 'zod';

// The page may make no code from text, which the schema library would do to be faster. Schemas ask for this when they
// are made, so everything that makes some is loaded only now.
z.config({ jitless: true });

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
const { start } = await import('./start.tsx');
await start(root);
