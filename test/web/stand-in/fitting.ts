import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import {
  AnnouncedBoxes,
  Claimed,
  Claims,
  ClaimWanted,
  Decommission,
  Decommissioned,
  PlatformPlace,
} from '../../../src/protocol/api/claims.ts';
import { ClaimCode } from '../../../src/protocol/claim.ts';
import { TerminalId } from '../../../src/protocol/units.ts';
import { problem } from './session.ts';

/** Boxes whose handset says a code: one that knows its platform, one that asks for four digits, and one that was announced. */
export const NEW_BOX = { code: '482913', serial: '10000000d3a4f1c2', answer: null };
export const UNSURE_BOX = { code: '115577', serial: '10000000d3a4f1c3', answer: '4821' };
export const EXPECTED_BOX = { code: '600210', serial: '10000000aa00b00c', answer: null };
const BOXES = [NEW_BOX, UNSURE_BOX, EXPECTED_BOX];

const OfPhone = z.object({ terminal: TerminalId });
const FINGERPRINT = 'Jz8RkPqW2v0fYtN3xB7mLcE5sHdA9uGiKoVwTe1QyZ4';

const says = (serial: string) => ({ serial, model: 'Raspberry Pi 4 Model B Rev 1.5', version: '0.1.0' });

/** Phones of a county at `here` that are claimed, as the platform has it. */
export function fittingRoutes(app: FastifyInstance, here: string): void {
  const at = () => new Date().toISOString();
  const by = 'J. Alvarez from 10.0.4.17';
  let { items: claims } = Claims.parse({
    items: [
      {
        terminal: 'A-1',
        says: says('1000000011112222'),
        claimed: at(),
        claimed_by: by,
        issued: at(),
        certified_until: null,
      },
    ],
  });
  let { items: announced } = AnnouncedBoxes.parse({ items: [] });

  app.get('/api/platform', () =>
    PlatformPlace.parse({ url: 'https://phones.county.example', fingerprint: FINGERPRINT }),
  );
  app.get(`${here}/claims`, () => Claims.parse({ items: claims }));
  app.get(`${here}/announced`, () => AnnouncedBoxes.parse({ items: announced }));
  app.put(`${here}/announced`, ({ body }) => {
    announced = AnnouncedBoxes.parse(body).items;
    return AnnouncedBoxes.parse({ items: announced });
  });
  app.post(`${here}/claims`, ({ body }, reply) => {
    const { code, terminal: named, unit, replace } = ClaimWanted.parse(body);
    const box = BOXES.find((one) => ClaimCode.parse(one.code) === code);
    if (!box)
      return problem(
        reply,
        404,
        'no phone says this code now: a code holds ten minutes, lift the handset for the next',
      );
    const place =
      named === undefined ? announced.find(({ serial }) => serial === box.serial) : { terminal: named, unit };
    if (!place)
      return problem(
        reply,
        422,
        `serial ${box.serial} was not announced here: say which phone it is, and in which unit`,
      );
    const { terminal } = place;
    const there = claims.find((one) => one.terminal === terminal)?.says.serial ?? null;
    if (there !== null && !replace)
      return problem(reply, 409, `${terminal} is a phone already (serial ${there}): say that this one replaces it`);
    const made = {
      terminal,
      says: says(box.serial),
      claimed: at(),
      claimed_by: by,
      issued: null,
      certified_until: null,
    };
    claims = Claims.parse({ items: [...claims.filter((one) => one.terminal !== terminal), made] }).items;
    announced = announced.filter(({ serial }) => serial !== box.serial);
    const answer = { facility: 'county', unit: place.unit ?? 'A', terminal, says: says(box.serial) };
    return reply.status(201).send(Claimed.parse({ ...answer, answer: box.answer, replaced: there }));
  });
  app.post(`${here}/terminals/:terminal/decommission`, ({ params, body }) => {
    const { terminal } = OfPhone.parse(params);
    Decommission.parse(body);
    const serial = claims.find((one) => one.terminal === terminal)?.says.serial;
    claims = claims.filter((one) => one.terminal !== terminal);
    return Decommissioned.parse({ terminal, serial });
  });
}
