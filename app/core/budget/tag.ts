/** What a run and all that it spends may be counted under; apart from the schemas, since every command is told of it. */
export const TAG = /^[A-Za-z0-9][A-Za-z0-9._:@-]{0,63}$/;
