import * as z from 'zod';

// The page may make no code from text, which the schema library would do to be faster. Schemas ask for this when they
// are made: whoever makes some is imported after this.
z.config({ jitless: true });
