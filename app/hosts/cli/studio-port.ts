/** Where the studio is served when nothing else is said: what a browser keeps for it hangs on the port. */
export const STUDIO_PORT = 7420;
