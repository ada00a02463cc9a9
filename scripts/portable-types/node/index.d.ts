// Stands in for Node's types where a library's declarations ask for them (LiquidJS does): tsconfig.core.json looks here
// first, so that using such a library does not bring every global of Node into the portable rooms.
export {};
