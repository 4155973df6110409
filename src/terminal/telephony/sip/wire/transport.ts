import { EmitterImpl, type Transport, TransportState } from 'sip.js';

/** Makes the class that SIP.js wants to construct its transport from. */
export function transportOver(send: (text: string) => Promise<void>): new () => Transport {
  return class implements Transport {
    readonly protocol = 'UDP';
    readonly stateChange = new EmitterImpl<TransportState>();
    state = TransportState.Disconnected;
    onConnect: (() => void) | undefined;
    onDisconnect: ((error?: Error) => void) | undefined;
    onMessage: ((message: string) => void) | undefined;

    isConnected(): boolean {
      return this.state === TransportState.Connected;
    }

    /** The socket is bound already: a datagram needs no connection. */
    async connect(): Promise<void> {
      if (this.isConnected()) return;
      this.#move(TransportState.Connecting);
      this.#move(TransportState.Connected);
      this.onConnect?.();
    }

    async disconnect(): Promise<void> {
      if (this.state === TransportState.Disconnected) return;
      this.#move(TransportState.Disconnecting);
      this.#move(TransportState.Disconnected);
      this.onDisconnect?.();
    }

    dispose(): Promise<void> {
      return this.disconnect();
    }

    async send(message: string): Promise<void> {
      if (!this.isConnected()) throw new Error('the SIP transport is closed');
      await send(message);
    }

    #move(state: TransportState): void {
      this.state = state;
      this.stateChange.emit(state);
    }
  };
}
