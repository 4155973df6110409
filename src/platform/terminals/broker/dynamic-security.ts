import { z } from 'zod';

/** Where Mosquitto's dynamic security plugin takes orders, and answers them. */
export const CONTROL = '$CONTROL/dynamic-security/v1';
export const RESPONSE = `${CONTROL}/response`;

/** One right; what is not allowed is denied. */
export interface Right {
  readonly acltype: 'publishClientSend' | 'publishClientReceive' | 'subscribeLiteral' | 'subscribePattern';
  readonly topic: string;
  readonly allow: true;
}

/** A command of the plugin (its README tells all). */
export type Command =
  | { readonly command: 'getClient' | 'deleteClient'; readonly username: string }
  | { readonly command: 'getRole' | 'deleteRole'; readonly rolename: string }
  | { readonly command: 'createRole' | 'modifyRole'; readonly rolename: string; readonly acls: readonly Right[] }
  | {
      readonly command: 'createClient' | 'modifyClient';
      readonly username: string;
      readonly clientid?: string;
      readonly password?: string;
      readonly textname?: string;
      readonly roles: readonly { readonly rolename: string }[];
    };

const Answer = z.object({ command: z.string(), error: z.string().optional(), data: z.unknown().optional() });
export type Answer = z.infer<typeof Answer>;
export const Answers = z.object({ responses: z.array(Answer) });
