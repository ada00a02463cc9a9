import { createRoot } from 'react-dom/client';
import { start } from './start.tsx';

// This file is small: where somebody watches the page, errors that are made and requests that are sent while a file is
// evaluated have the browser read all of that file again to say from which line they came, and React makes some.
const root = document.getElementById('root');
if (!root) throw new Error('the page has no root');
await start(createRoot(root));
