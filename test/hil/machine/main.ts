import { debian, kernel } from './prepared.ts';

console.log(`kernel of the emulated machine: ${kernel()}`);
console.log(`its Debian: ${debian()}`);
