import { parseArgs } from 'node:util';
import { County } from './stand-in/county.ts';
import { alertsOf } from './stand-in/samples.ts';
import { serveConsole } from './stand-in/server.ts';
import { OFFICER } from './stand-in/session.ts';

// To work on the control room: the built page with a county that lives, and one officer who may sign in.
const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '8090' },
    units: { type: 'string', default: '5' },
    each: { type: 'string', default: '14' },
    stir: { type: 'string', default: '2' },
  },
});
const county = new County({ units: Number(values.units), each: Number(values.each) });
county.alert(alertsOf());
const { url } = await serveConsole(county, { port: Number(values.port) });
setInterval(() => county.stir(Number(values.stir)), 1_000);
console.log(`${url} ${OFFICER.email} ${OFFICER.password} ${OFFICER.code}`);
