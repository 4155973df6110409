import { expect, test } from 'vitest';
import type { HotlineList } from '../../src/protocol/messages.ts';
import { signHotlines, signOrder, verifyHotlines, verifyOrder } from '../../src/protocol/signing.ts';
import { FacilityId, type Millis, PhoneNumber } from '../../src/protocol/units.ts';
import { orderKey, Phone, publicOf } from '../terminal/fleet/phone.ts';

const LIST: HotlineList = {
  facility: FacilityId.parse('pine-river'),
  sequence: 1,
  hotlines: [
    {
      code: '*77',
      number: PhoneNumber.parse('+18005550123'),
      limit: 900_000 as Millis,
      hidden: true,
      privileged: false,
    },
  ],
};

// What is refused of orders is tried on a running link: test/terminal/fleet/lockdown.test.ts.

test('an order and a list of hotlines are believed by those who know the key', async () => {
  const key = await orderKey('warden');
  const keys = { keys: [publicOf(await orderKey('other')), publicOf(key)] };
  const order = { ...orderOf(), issuer: 'warden' };
  expect(await verifyOrder(await signOrder(order, key), keys)).toEqual(order);
  expect(await verifyHotlines(await signHotlines(LIST, key), keys)).toEqual({ list: LIST, issuer: 'warden' });
});

test('one is not taken for the other', async () => {
  const key = await orderKey('warden');
  const keys = { keys: [publicOf(key)] };
  await expect(verifyOrder(await signHotlines(LIST, key), keys)).rejects.toThrow('the type must be');
  await expect(verifyHotlines(await signOrder(orderOf(), key), keys)).rejects.toThrow('the type must be');
});

test('nobody signs in the name of another', async () => {
  await expect(signOrder({ ...orderOf(), issuer: 'warden' }, await orderKey('deputy'))).rejects.toThrow(
    "the order is by warden, the key is deputy's",
  );
});

const orderOf = () => Phone.prototype.order.call({ facility: LIST.facility }, {});
