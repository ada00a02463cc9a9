import './schemas.ts';
import './theme/tokens.css';
import './theme/base.css';
import { start } from './start.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
await start(root);
